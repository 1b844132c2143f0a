import type { Acts, Loader } from './consent/acting.ts'
import { configure, decisionsAddress, key } from './consent/config.ts'
import { writeCookie } from './consent/cookie.ts'
import { saver } from './consent/decide.ts'
import { flush, receipt } from './consent/outbox.ts'
import { clear } from './gates/clear.ts'

/**
 * What a decision takes, and what only follows from one. It travels inside every view, whose module exports it; the loader
 * runs the first it gets.
 */
export function act(loader: Loader): Acts {
  configure(loader.configuration, loader.base)
  let root: Element | null = null
  const close = (): void => {
    loader.hide('first')
    loader.hide('settings')
  }
  const save: Acts['save'] = (...asked) => {
    const id = saver(loader)(...asked)
    clear(loader)
    return id
  }
  return {
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
      const secret = loader.record()?.secret
      const answer =
        secret && (await fetch(decisionsAddress(), { headers: { Authorization: `Assent ${secret}` } }))
      return answer ? answer.json() : undefined
    },
    leftovers: () => loader.kept().map(([name]) => name),
    flush: () => void flush(),
    clear: () => clear(loader),
    canRemember: () => writeCookie(`${key}_probe`, '1', 1) && !writeCookie(`${key}_probe`, '', 0),
    attach() {
      root = document.querySelector('body>#assent') ?? root
      if (root?.firstChild && !root.isConnected) document.body.prepend(root)
    },
  }
}
