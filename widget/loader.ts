import type { WidgetConfiguration } from '../shared/domain/publication.ts'
import { base, configuration, configure, decisionsAddress, gpc, key } from './consent/config.ts'
import { createControl } from './consent/control.ts'
import { writeCookie } from './consent/cookie.ts'
import { save, withdraw } from './consent/decide.ts'
import type { Assent } from './consent/handle.ts'
import { flush, receipt } from './consent/outbox.ts'
import { flags, granted, onChange, record, sync, useGates } from './consent/state.ts'
import { close, hide, keepViews, load, open, useHandle } from './consent/views.ts'
import { openElements } from './gates/elements.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'
import { kept } from './gates/keeps.ts'

/** A purpose that must be asked has no answer, "not now" was not said, and an answer would be kept. */
function isDue(): boolean {
  try {
    return (
      !configuration.purposes.every(
        ([id, required, covered]) => required || (covered && gpc) || (record && id in record.choices),
      ) &&
      !sessionStorage[`${key}_later`] &&
      writeCookie(`${key}_probe`, '1', 1) &&
      !writeCookie(`${key}_probe`, '', 0)
    )
  } catch {
    return false // No session storage: not asked, so nothing is granted.
  }
}

export function start(published: WidgetConfiguration, servedFrom: string): void {
  const stub = window.assent
  // The tag was pasted twice.
  if (stub && !stub.queue) return
  configure(published, servedFrom)

  const api: Assent = {
    granted,
    onChange,
    open: view => void open(view),
    decide: choices => void save(choices, 'api'),
    withdraw: () => void withdraw(),
  }
  useHandle(
    {
      ...api,
      configuration,
      base,
      gpc,
      record: () => record,
      save,
      later() {
        try {
          sessionStorage[`${key}_later`] = 1
        } catch {
          // Not remembered: asked again on the next page.
        }
        close()
      },
      receipt,
      history: async () =>
        record?.secret
          ? (
              await fetch(decisionsAddress(), { headers: { Authorization: `Assent ${record.secret}` } })
            ).json()
          : undefined,
      leftovers: kept,
      load,
      close,
    },
    stub?.first || undefined,
  )

  let told = stub?.flags
  useGates(() => {
    const now = flags()
    if (now !== told) tellConsentMode(told === undefined ? 'default' : 'update', now)
    told = now
    kept(true)
    openElements()
    if (!isDue()) hide('first')
  })
  window.assent = api
  for (const [name, ...args] of stub?.queue ?? []) (api[name] as (...args: unknown[]) => void)(...args)

  const control = createControl()
  let asks = true
  const attach = (): void => {
    if (!document.body) return
    if (!control.isConnected) document.body.append(control)
    keepViews()
    openElements()
    if (asks && isDue()) void load('first').then(() => void (isDue() && open('first')))
    asks = false
  }
  new MutationObserver(attach).observe(document, { childList: true, subtree: true })
  attach()

  const resume = (): void => {
    sync()
    void flush()
  }
  for (const event of ['storage', 'pageshow', 'visibilitychange', 'online']) addEventListener(event, resume)
  resume()
}
