import type { WidgetConfiguration } from '../shared/domain/publication.ts'
import { base, configuration, configure, gpc, key } from './consent/config.ts'
import { createControl } from './consent/control.ts'
import type { Assent } from './consent/handle.ts'
import { flags, granted, onChange, record, sync, watchers } from './consent/state.ts'
import { handle, hide, load, open, useHandle } from './consent/views.ts'
import { openElements } from './gates/elements.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'
import { kept, namesIn } from './gates/keeps.ts'

/** A purpose that must be asked has no answer, and "not now" was not said. */
const isDue = (): boolean =>
  !(
    configuration.purposes.every(
      ([id, required, covered]) => required || (covered && gpc) || (record && id in record.choices),
    ) || namesIn('s').includes(`${key}_later`)
  )

export function start(published: WidgetConfiguration, servedFrom: string): void {
  const stub = window.assent
  // The tag was pasted twice.
  if (stub && !stub.queue) return
  configure(published, servedFrom)

  let told = stub?.flags
  watchers.add(() => {
    if (flags !== told) tellConsentMode(told === undefined ? 'default' : 'update', flags)
    told = flags
    openElements()
    if (!isDue()) hide('first')
  })

  /** Acting comes with a view; the first layer is the smallest. */
  const acting = async (run: () => void): Promise<void> => {
    if (await load('first', stub?.first)) run()
  }
  const api: Assent = {
    granted,
    onChange,
    open: view => void open(view),
    decide: choices => void acting(() => handle.save(choices, 'api')),
    withdraw: () => void acting(() => handle.takeBack()),
  }
  useHandle({ ...api, configuration, base, gpc, record: () => record, sync, kept, load, hide })
  sync()
  window.assent = api
  stub?.queue?.map(call => call(api))

  const control = createControl()
  let asks = true
  const attach = (): void => {
    if (!document.body) return
    if (!control.isConnected) document.body.append(control)
    handle.attach?.()
    openElements()
    if (asks && isDue()) void acting(() => isDue() && handle.canRemember() && open('first'))
    asks = false
  }
  new MutationObserver(attach).observe(document, { childList: true, subtree: true })
  attach()

  const resume = (): void => {
    sync()
    if ([...namesIn('l'), ...namesIn('c')].some(name => name.startsWith(`${key}_out`)))
      void acting(() => handle.flush())
  }
  for (const event of ['storage', 'pageshow', 'visibilitychange', 'online']) addEventListener(event, resume)
  resume()
  if (kept()[0]) void acting(() => handle.clear())
}
