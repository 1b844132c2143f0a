import type { WidgetConfiguration } from '../shared/domain/publication.ts'
import { base, configuration, configure, gpc, key } from './consent/config.ts'
import { createControl } from './consent/control.ts'
import type { Assent } from './consent/handle.ts'
import { isDue } from './consent/due.ts'
import { flags, flagsOf, granted, onChange, record, sync, watchers } from './consent/state.ts'
import { readCookie, stored } from './consent/stored.ts'
import { handle, hide, load, open, useHandle } from './consent/views.ts'
import { openElements } from './gates/elements.ts'
import { mayBeKept } from './gates/keeps.ts'

export async function start(published: WidgetConfiguration, servedFrom: string): Promise<void> {
  const stub = window.assent
  // The tag was pasted twice.
  if (stub && !stub.queue) return
  configure(published, servedFrom)

  /** The placeholder of embeds is the smallest view that carries all of acting. */
  const acting = (run: () => void): unknown => load('embed').then(module => module && run())
  const api: Assent = {
    granted,
    onChange,
    open: view => void open(view),
    decide: choices => void acting(() => handle.save(choices, 'api')),
    withdraw: () => void acting(() => handle.takeBack()),
  }
  useHandle({
    ...api,
    configuration,
    base,
    key,
    gpc,
    state: () => record,
    flagsOf,
    stored,
    readCookie,
    sync,
    load,
    hide,
  })
  // Without the stub nobody has told Consent Mode the default: that code comes with the views too.
  const telling = stub ?? (await load('embed'), handle)
  let told = telling.flags
  watchers.add(() => {
    if (flags !== told) telling.tell!('update', (told = flags))
    openElements()
    if (!isDue()) hide('first')
  })
  sync()
  window.assent = api
  stub?.queue!.map(call => call(api))

  const control = createControl()
  const attach = async (): Promise<void> => {
    if (!document.body) return
    openElements()
    // Also when client-side navigation has replaced the body.
    if (control.isConnected) return
    document.body.append(control)
    if (!isDue()) return
    await load('first', stub?.first)
    // Who has decided before may take something back: that takes more than the first layer carries.
    if (record) await load('embed')
    if (isDue()) void open('first')
  }
  // oxlint-disable-next-line typescript/no-misused-promises -- bytes
  new MutationObserver(attach).observe(document, { childList: true, subtree: true })
  void attach()

  const resume = (): void => {
    sync()
    if ([stored('c'), stored('l')].join().includes(`${key}_out`) || mayBeKept())
      void acting(() => handle.catchUp())
  }
  'storage pageshow visibilitychange online'.split(' ').map(event => addEventListener(event, resume))
  resume()
}
