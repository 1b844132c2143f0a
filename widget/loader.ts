import type { WidgetConfiguration } from '../shared/domain/publication.ts'
import { base, configuration, configure, key } from './consent/config.ts'
import { createControl } from './consent/control.ts'
import type { OwnAssent } from './consent/acting.ts'
import { isAnswered } from './consent/due.ts'
import { flags, granted, onChange, sync, watchers } from './consent/state.ts'
import { stored } from './consent/stored.ts'
import { handle, hide, load, open, useHandle } from './consent/views.ts'
import { openElements } from './gates/elements.ts'
import { mayBeKept } from './gates/keeps.ts'

export async function start(published: WidgetConfiguration, servedFrom: string): Promise<void> {
  const { assent } = window
  // The tag was pasted twice.
  if (assent?.sync) return
  // An element with this id goes by the same name.
  const stub = assent?.queue && assent
  configure(published, servedFrom)

  function resume(): void {
    sync()
    if ([stored('c'), stored('localStorage')].join().includes(key + '_out') || mayBeKept())
      void acting(() => handle.catchUp())
  }
  /** The placeholder of embeds is the smallest view that carries all of acting. */
  const acting = (run: () => void): unknown => load('embed').then(module => module && run())
  const api: OwnAssent = {
    granted,
    onChange,
    open,
    hide,
    decide: (...asked) => acting(() => handle.save(...asked)),
    withdraw: () => acting(() => handle.takeBack()),
    sync: resume,
    last: stub?.last,
  }
  useHandle({
    ...api,
    configuration,
    base,
    load,
  })
  // Without the stub nobody has told Consent Mode the default: that code comes with the views too.
  const telling = stub ?? (await load('embed'), handle)
  let told = telling.flags
  watchers.add(() => {
    if (flags !== told) telling.tell!('update', (told = flags))
    // What now runs for the first time waits until the person has seen what their click did, and a reload until that is sent.
    setTimeout(openElements, 9)
  })
  sync()
  window.assent = api
  stub?.queue!.map(call => call(api))

  const control = createControl()
  const attach = (): void => {
    openElements()
    // Also when client-side navigation has replaced the body; this may run before there is one.
    if (!control.isConnected) document.body?.append(control)
  }
  // Later: whoever removes the control each time it appears must not hold the page up.
  new MutationObserver(() => setTimeout(attach, 99)).observe(document, { childList: true, subtree: true })
  attach()
  // It shows itself, unless "not now" was said.
  if (!(stub?.first || isAnswered())) void load('first')

  'storage pageshow visibilitychange online'.split(' ').map(event => addEventListener(event, resume))
  resume()
}
