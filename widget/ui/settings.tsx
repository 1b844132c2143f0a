import type { Signal } from '@preact/signals'
import type { ConsentHandle, Shown } from '../consent/handle.ts'
import { Decision } from './decision.tsx'
import { Dialog } from './dialog.tsx'
import type { SettingsModel } from './model.ts'
import { Proof } from './proof.tsx'
import { Purpose } from './purpose.tsx'
import type { ReceiptFollower } from './receipt.ts'
import { Responsible } from './responsible.tsx'
import type { SettingsDocument } from './settings-document.ts'
import { fill, list } from './words.ts'

/** What every part of the settings is handed. */
export interface SettingsParts {
  readonly handle: ConsentHandle
  readonly shown: Shown
  readonly page: SettingsDocument
  readonly model: SettingsModel
  readonly receipt: ReceiptFollower
}

export interface SettingsProps extends SettingsParts {
  /** Said to screen readers too: what has just happened. */
  readonly status: Signal<string>
  /** Shows all this in another language. */
  readonly onSpeak: (language: string) => void
  /** Closes the settings only. */
  readonly onDismiss: () => void
  /** Decided: closes the question as well. */
  readonly onDecided: () => void
}

/** Everything asked, everything used, what was decided and its proof, in one dialog. */
export function Settings({ status, onSpeak, onDismiss, onDecided, ...parts }: SettingsProps) {
  const { handle, model, page } = parts
  const { words } = page
  const decide = (act: () => boolean) => () => {
    if (!act()) return void (status.value = words.notSaved)
    // What could not be removed is told before anything closes.
    const end = (): void => {
      if (model.leftovers.value.length === 0) onDecided()
      else status.value = model.granted.value.length > 0 ? words.saved : words.withdrawn
    }
    const removing = model.removeRest()
    if (removing) void removing.then(end)
    else end()
  }
  return (
    <Dialog
      class="assent-settings"
      title={handle.configuration.under?.regime === 'opt-out' ? words.privacyChoices : words.control}
      describedBy="assent-intro"
      closeLabel={words.close}
      tools={<Languages {...parts} onSpeak={onSpeak} />}
      onDismiss={onDismiss}
    >
      <div class="assent-body">
        <p id="assent-intro">{model.isLax ? words.introOptOut : words.intro}</p>
        <NoticeLink {...parts} />
        <output>
          {status.value && <span class="assent-note">{status.value}</span>}
          <Leftovers {...parts} />
        </output>
        <OptOutSignal {...parts} />
        <Decision {...parts} onWithdraw={decide(model.rejectAll)} />
        {page.purposes.map(purpose => (
          <Purpose key={purpose.id} {...parts} purpose={purpose} />
        ))}
        <Proof {...parts} />
        <Responsible controller={page.controller} words={words} />
      </div>
      <div class="assent-acts">
        <button type="button" data-assent="accept" onClick={decide(model.acceptAll)}>
          {words.accept}
        </button>
        <button type="button" data-assent="reject" onClick={decide(model.rejectAll)}>
          {words.reject}
        </button>
        <button type="button" data-assent="save" onClick={decide(model.saveShown)}>
          {words.save}
        </button>
      </div>
    </Dialog>
  )
}

function Languages({
  page: { languages, language: current, words },
  onSpeak,
}: SettingsParts & Pick<SettingsProps, 'onSpeak'>) {
  if (languages.length === 0) return null
  return (
    <select
      class="assent-language"
      aria-label={words.language}
      value={current}
      onChange={event => onSpeak(event.currentTarget.value)}
    >
      {languages.map(({ tag, name }) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  )
}

/** A page, which opens over this one where it can. */
const NoticeLink = ({ handle, page: { words, language } }: SettingsParts) => (
  <p>
    <a
      data-assent="notice"
      href={`${handle.base}notice.${language}.html`}
      onClick={event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        handle.open('notice')
      }}
    >
      {words.privacyNotice}
    </a>
  </p>
)

function Leftovers({ model, page: { words, language } }: SettingsParts) {
  const names = model.leftovers.value
  return names.length > 0 ? (
    <span class="assent-note">{fill(words.leftovers, { names: list(names, language) }, language)}</span>
  ) : null
}

function OptOutSignal({ handle, page: { purposes, words, language } }: SettingsParts) {
  const covered = purposes.filter(p => p.gpc).map(p => p.name)
  if (!handle.gpc || covered.length === 0) return null
  const values = { accept: words.accept, purposes: list(covered, language) }
  return <p class="assent-note">{fill(words.gpc, values, language)}</p>
}
