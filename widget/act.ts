import type { Acts, Loader } from './consent/acting.ts'
import { configure, decisionsAddress, key } from './consent/config.ts'
import { readDetails, writeCookie } from './consent/cookie.ts'
import { saver } from './consent/decide.ts'
import { flush, receipt } from './consent/outbox.ts'
import { tellConsentMode } from './gates/google-consent-mode.ts'
import { clear, leftovers } from './gates/clear.ts'

/**
 * What a decision takes, and what only follows from one. It travels inside every view, whose module exports it; the loader
 * runs the first it gets.
 */
export function act(loader: Loader): Acts {
  configure(loader.configuration, loader.base)
  if (!window.assent) tellConsentMode('default', 0)
  const close = (): void => {
    loader.hide('first')
    loader.hide('settings')
  }
  const record: Acts['record'] = () => {
    const state = loader.state()
    return state && { ...state, ...readDetails() }
  }
  const save: Acts['save'] = (...asked) => {
    const id = saver(record, () => loader.sync())(...asked)
    clear(loader.granted)
    return id
  }
  return {
    record,
    save,
    takeBack: () =>
      void save(Object.fromEntries(loader.configuration.purposes.map(([id]) => [id, false])), 'api'),
    later() {
      try {
        sessionStorage[`${key}_later`] = 1
      } catch {
        // Not remembered: asked again on the next page.
      }
      close()
    },
    close,
    receipt,
    async history() {
      const secret = record()?.secret
      const answer =
        secret && (await fetch(decisionsAddress(), { headers: { Authorization: `Assent ${secret}` } }))
      return answer ? answer.json() : undefined
    },
    leftovers: () => leftovers(loader.granted),
    catchUp() {
      void flush()
      clear(loader.granted)
    },
    tell: tellConsentMode,
    flags: 0,
    canRemember: () => writeCookie(`${key}_probe`, '1', 1) && !writeCookie(`${key}_probe`, '', 0),
  }
}
