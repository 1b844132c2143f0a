import type { Acts, Loader } from './consent/acting.ts'
import { configure, gpc, key } from './consent/config.ts'
import { saver } from './consent/decide.ts'
import { fetchView } from './consent/fetch-view.ts'
import type { Shown } from './consent/handle.ts'
import { decisionsAddress, flush } from './consent/outbox.ts'
import { granted, held, sync } from './consent/state.ts'
import { readCookie } from './consent/stored.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'
import { clear, expire, leftovers } from './gates/clear.ts'

/**
 * Acting, for the loader that lacks it. It travels inside every view but the first layer; only the first that is loaded
 * acts. Throws for a view of another configuration: what is shown is what is offered, and what is recorded.
 */
export function act(handle: Loader & Partial<Acts>, view: Shown): void {
  if (!view.configuration.startsWith(handle.configuration.configuration))
    throw new Error('another configuration')
  configure(handle.configuration, handle.base)
  if (handle.save) return
  if (!window.assent?.granted) tellConsentMode('default', 0)
  const save = saver(view, () => {
    // First of all: what still runs would write again.
    for (const [id] of handle.configuration.purposes) if (!granted(id)) window.assent!.stop?.(id)
    clear()
    window.assent!.sync!()
  })
  const acts: Acts = {
    gpc,
    save(choices, method = 'api', ...asked) {
      const id = save(choices, method, ...asked)
      if (id) return id
      // One that somebody planted for the parent domain is in the way: an answer replaces it.
      expire(key, '/')
      return save(choices, method, ...asked)
    },
    takeBack: () =>
      void acts.save(Object.fromEntries(handle.configuration.purposes.map(([id]) => [id, false])), 'api'),
    speak: fetchView,
    close: () => handle.hide('settings'),
    record() {
      sync()
      const [, time, hash, , signals, secret] = readCookie(key)?.split('.') ?? []
      return held
        ? {
            choices: held,
            decidedAt: parseInt(time!, 36),
            configuration: hash!,
            gpc: !!signals?.endsWith('g'),
            isSignal: !!signals?.endsWith('s'),
            secret,
          }
        : undefined
    },
    receipt: () => window.assent!.last,
    async history() {
      const secret = acts.record()?.secret
      if (!secret) return
      const answer = await fetch(decisionsAddress(), { headers: { Authorization: `Assent ${secret}` } })
      if (!answer.ok) throw new Error(`couldn't read the history: ${answer.status}`)
      return answer.json()
    },
    leftovers() {
      sync()
      return leftovers()
    },
    removeRest: () => window.assent!.removeRest?.(),
    catchUp() {
      sync()
      void flush()
      clear()
    },
    tell: tellConsentMode,
    flags: 0,
  }
  Object.assign(handle, acts)
}
