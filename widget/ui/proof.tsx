import { siteApi, verifyPage, type ReceiptState } from './receipt.ts'
import type { SettingsParts } from './settings.tsx'
import { fill } from './words.ts'

/** What a person takes away: on which version they decided, the number of their receipt, and the receipt itself. */
export function Proof({ handle, shown, model, receipt, page: { words, language } }: SettingsParts) {
  const record = model.record.value
  const state = receipt.state.value
  const step = receipt.step.value
  if (!record) return null
  const version = wholeHash(record.configuration, [
    state.kind === 'known' ? state.configuration : undefined,
    shown.configuration,
  ])
  const said = sayState(state)
  return (
    <section class="assent-proof" aria-labelledby="assent-proof">
      <h3 id="assent-proof">{words.proof}</h3>
      <dl>
        <dt>{words.version}</dt>
        <dd>
          {version ? (
            <a href={`${siteApi(handle)}texts/${version}`} target="_blank" rel="noopener noreferrer">
              {fill(words.versionLink, { hash: record.configuration }, language)}
              <span class="assent-unseen"> ({words.opensNew})</span>
            </a>
          ) : (
            <code dir="ltr">{record.configuration}</code>
          )}
        </dd>
        {'id' in state && state.id && (
          <>
            <dt>{words.receipt}</dt>
            <dd>
              <code dir="ltr">{state.id}</code>
            </dd>
          </>
        )}
        {state.kind === 'known' && (
          <>
            <dt>{words.entry}</dt>
            <dd>{new Intl.NumberFormat(language).format(state.index)}</dd>
          </>
        )}
      </dl>
      <output>{said && words[said]}</output>
      {state.kind === 'known' && (
        <button type="button" data-assent="download" onClick={() => receipt.download(state.id)}>
          {words.download}
        </button>
      )}
      <output>{step !== 'ready' && words[step]}</output>
      {state.kind === 'known' && (
        <p>
          <a href={verifyPage(handle)} target="_blank" rel="noopener noreferrer">
            {words.check}
            <span class="assent-unseen"> ({words.opensNew})</span>
          </a>
        </p>
      )}
    </section>
  )
}

/** The cookie remembers eight digits; a link needs the whole hash of that very version. */
const wholeHash = (short: string, known: readonly (string | undefined)[]): string | undefined =>
  known.find(hash => hash?.startsWith(short))

function sayState({ kind }: ReceiptState) {
  switch (kind) {
    case 'asking':
    case 'unreachable':
    case 'pending':
      return kind
    case 'anonymous':
      return 'noReceipt'
    case 'none':
    case 'known':
      return undefined
  }
}
