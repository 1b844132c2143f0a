import type { WidgetConfiguration } from '../shared/domain/publication.ts'
import { base, configuration, configure, gpc, key } from './consent/config.ts'
import { createControl } from './consent/control.ts'
import type { Assent } from './consent/handle.ts'
import { isDue } from './consent/due.ts'
import { namesIn } from './consent/names.ts'
import { flags, granted, onChange, record, sync, watchers } from './consent/state.ts'
import { handle, hide, load, open, useHandle } from './consent/views.ts'
import { openElements } from './gates/elements.ts'
import { mayBeKept } from './gates/keeps.ts'

export async function start(published: WidgetConfiguration, servedFrom: string): Promise<void> {
  const stub = window.assent
  // The tag was pasted twice.
  if (stub && !stub.queue) return
  configure(published, servedFrom)

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
  useHandle({ ...api, configuration, base, gpc, state: () => record, sync, load, hide })
  // Without the stub nobody has told Consent Mode the default: that code comes with the views too.
  const telling = stub ?? (await load('first'), handle)
  let told = telling.flags
  watchers.add(() => {
    if (flags !== told) telling.tell!('update', (told = flags))
    openElements()
    if (!isDue()) hide('first')
  })
  sync()
  window.assent = api
  stub?.queue?.map(call => call(api))

  const control = createControl()
  const attach = (): void => {
    if (!document.body) return
    openElements()
    // Also when client-side navigation has replaced the body.
    if (control.isConnected) return
    document.body.append(control)
    if (isDue()) void acting(() => void (isDue() && handle.canRemember() && open('first')))
  }
  new MutationObserver(attach).observe(document, { childList: true, subtree: true })
  attach()

  const resume = (): void => {
    sync()
    if ([namesIn('l'), namesIn('c')].join().includes(`${key}_out`) || mayBeKept())
      void acting(() => handle.catchUp())
  }
  for (const event of ['storage', 'pageshow', 'visibilitychange', 'online']) addEventListener(event, resume)
  resume()
}
