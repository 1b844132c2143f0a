import { act } from './act.ts'
import type { Acts, Loader, More } from './consent/acting.ts'
import type { Shown } from './consent/handle.ts'
import { lent } from './consent/lent.ts'
import { decisionsAddress } from './consent/outbox.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'
import { clear, leftovers } from './gates/clear.ts'

/** All of acting: what only follows from an answer, too. Every view but the first layer carries it. */
export function actMore(handle: Loader & Partial<Acts & More>, view: Shown): void {
  act(handle, view)
  if (handle.history) return
  if (!window.assent) tellConsentMode('default', 0)
  const { save, flush } = lent
  const more: More & Pick<Acts, 'save'> = {
    save(...asked) {
      const id = save(...asked)
      clear()
      return id
    },
    takeBack: () =>
      void lent.save(Object.fromEntries(lent.configuration.purposes.map(([id]) => [id, false])), 'api'),
    close() {
      lent.hide('first')
      lent.hide('settings')
    },
    record() {
      const [, time, hash, , , secret] = lent.readCookie(lent.key)?.split('.') ?? []
      const state = lent.state()
      return state && { ...state, decidedAt: parseInt(time!, 36), configuration: hash!, secret }
    },
    receipt: () => lent.last,
    async history() {
      const secret = more.record()?.secret
      if (!secret) return
      const answer = await fetch(decisionsAddress(), { headers: { Authorization: `Assent ${secret}` } })
      if (!answer.ok) throw new Error(`couldn't read the history: ${answer.status}`)
      return answer.json()
    },
    leftovers,
    catchUp() {
      void flush()
      clear()
    },
    tell: tellConsentMode,
    flags: 0,
  }
  Object.assign(handle, more)
}
