import type { Channel } from '../../shared/domain/site.ts'
import { AddressField, Fault, type AddressTexts } from './address-field.tsx'
import { unless, when } from './when.ts'

/** Words of one program in one language, already filled in. */
export interface OptInTexts {
  readonly title: string
  /** Who asks. */
  readonly who: string
  readonly channels: readonly ChannelTexts[]
  /** Asked apart, where the program has a minimum age. */
  readonly age?: { readonly label: string; readonly minor: string }
  readonly submit: string
  readonly sending: string
  readonly nothing: string
  /** Above the words, for it asks to read them again; a page of its own may be older than they are. */
  readonly changed?: string
  /** By the reason of a refusal that concerns no single field. */
  readonly faults: FormFaults
  readonly done: string
  /** Said of an opt-in that holds only once it is confirmed. */
  readonly waits: string
  readonly receipt: string
  readonly stop: string
  readonly stopLink: LinkText
  /** How often messages come; above the button. */
  readonly frequency?: string
  /** Terms of the program, where it has some, and the privacy notice; beside that. */
  readonly links: readonly LinkText[]
  readonly opensNew: string
  readonly close: string
}

export interface ChannelTexts {
  readonly channel: Channel
  readonly name: string
  /** The exact words agreed to. */
  readonly disclosure: string
  readonly address: AddressTexts
  readonly done: string
  /** How else than by the message it is confirmed; after `waits`, whoever signed up. */
  readonly waitsStart?: string
}

export interface LinkText {
  readonly text: string
  /** Relative to the address of the site's files, or a whole address. */
  readonly href: string
}

/**
 * The opt-in as people meet it: embedded, as a small banner, or on a page of its own. A box for each channel, empty,
 * with the exact words beside it; an address is asked for where a box is ticked, and nowhere else.
 */
export function OptInForm({ texts, page = false }: { readonly texts: OptInTexts; readonly page?: boolean }) {
  const Title = page ? 'h1' : 'h2'
  return (
    <section class="assent-box">
      <div class="assent-head">
        <Title>{texts.title}</Title>
        {!page && (
          <button type="button" data-assent="close" aria-label={texts.close}>
            <span aria-hidden="true">✕</span>
          </button>
        )}
      </div>
      <Done texts={texts} />
      <form method="post" novalidate {...unless('over')}>
        {texts.changed !== undefined && <Refused texts={{ changed: texts.changed }} />}
        <p>{texts.who}</p>
        {texts.channels.map(({ channel, name, disclosure, address }) => (
          <fieldset key={channel} data-channel={channel} {...unless(`done:${channel}`)}>
            <legend>{name}</legend>
            <Tick name={channel} label={disclosure} />
            <AddressField texts={address} />
          </fieldset>
        ))}
        {texts.age && (
          <div class="assent-age">
            <Tick name="of-age" label={texts.age.label} />
            <Fault fact="of-age:minor" text={texts.age.minor} />
          </div>
        )}
        <div class="assent-hint assent-terms">
          {texts.frequency !== undefined && <p>{texts.frequency}</p>}
          <p>
            {texts.links.map((to, i) => [
              i > 0 && ' · ',
              <Link key={to.href} to={to} opensNew={texts.opensNew} />,
            ])}
          </p>
        </div>
        <div role="alert">
          <Refused texts={texts.faults} />
        </div>
        <output>
          <span {...when('nothing')}>{texts.nothing}</span>
          {!page && <span {...when('sending')}>{texts.sending}</span>}
        </output>
        <button type="submit" data-assent="opt-in">
          {texts.submit}
        </button>
        {page && <Minted names={['configuration', 'text', ...texts.channels.map(c => `${c.channel}-id`)]} />}
      </form>
      <p class="assent-small">
        {texts.stop}{' '}
        {page ? <Link to={texts.stopLink} opensNew={texts.opensNew} /> : <Stop to={texts.stopLink} />}
      </p>
    </section>
  )
}

export type FormFaults = Readonly<Record<string, string>>

/** `{wait}`: the server writes there how long. */
export function Refused({ texts }: { readonly texts: FormFaults }) {
  return (
    <>
      {Object.entries(texts).map(([reason, text]) => {
        const [before, after] = text.split('{wait}')
        return (
          <p key={reason} class="assent-fault" {...when(reason)}>
            {before}
            {after !== undefined && <span data-said="wait" />}
            {after}
          </p>
        )
      })}
    </>
  )
}

/** Never ticked beforehand, and no browser may put an old tick back. */
function Tick({ name, label }: { readonly name: string; readonly label: string }) {
  return (
    <label class="assent-tick">
      <input
        type="checkbox"
        name={name}
        value="yes"
        autocomplete="off"
        data-ticked={name}
        data-fault={name === 'of-age' && name}
      />
      <span>{label}</span>
    </label>
  )
}

function Done({ texts }: { readonly texts: OptInTexts }) {
  return (
    <div class="assent-done" tabindex={-1} {...when('done')}>
      <p>
        <strong>{texts.done}</strong>
      </p>
      {texts.channels.map(({ channel, done, disclosure, waitsStart }) => (
        <div key={channel} {...when(`done:${channel}`)}>
          <p>{done}</p>
          <blockquote>{disclosure}</blockquote>
          <p {...when(`waits:${channel}`)}>
            {texts.waits}
            {waitsStart !== undefined && ` ${waitsStart}`}
          </p>
          <Receipt label={texts.receipt} channel={channel} />
        </div>
      ))}
    </div>
  )
}

export function Receipt({ label, channel }: { readonly label: string; readonly channel: Channel }) {
  return (
    <p class="assent-hint">
      {label}: <code dir="ltr" data-receipt={channel} />
    </p>
  )
}

/** What the server writes into a page before it is sent: no script will make an id there. */
export function Minted({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.map(name => (
        <input key={name} type="hidden" name={name} data-value={name} />
      ))}
    </>
  )
}

/** In the widget it opens in place of the form; its address is for whoever asks for a tab of its own. */
function Stop({ to }: { readonly to: LinkText }) {
  return (
    <a href={to.href} data-assent="stop">
      {to.text}
    </a>
  )
}

function Link({ to, opensNew }: { readonly to: LinkText; readonly opensNew: string }) {
  return (
    <a href={to.href} target="_blank" rel="noopener">
      {to.text}
      <span class="assent-unseen"> ({opensNew})</span>
    </a>
  )
}
