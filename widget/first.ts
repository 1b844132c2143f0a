/**
 * The first layer, whole in itself: it shows, takes an answer and sends it with nothing but what is in this module, whether
 * the loader has come or ever will. Every visitor without a choice downloads this, so each line earns its bytes.
 */
import type { FirstConfiguration, WidgetConfiguration } from '../shared/domain/publication.ts'
import { configuration, configure, gpc } from './consent/config.ts'
import { canRemember } from './consent/cookie.ts'
import { saver } from './consent/decide.ts'
import { isAnswered, isDue, later } from './consent/due.ts'
import type { Shown } from './consent/handle.ts'
import { sync } from './consent/state.ts'
import { fetchView } from './consent/fetch-view.ts'
import { addStyles } from './ui/add-styles.ts'
import { keepClear } from './ui/keep-clear.ts'

export { element } from './ui/element.ts'

/**
 * Shows the banner when it is due, and keeps it there until it is answered.
 * @param shown known once the module has run, for what it says of itself stands at its end
 * @param make builds the banner within its root
 * @param place what it is put into; it is told how to show it once there is one
 */
export function start(
  published: FirstConfiguration,
  base: string,
  shown: () => Shown,
  css: string,
  make: (gpc: boolean) => HTMLElement,
  place: (again: () => void) => Element | void = () => document.body,
): void {
  // As far as an answer needs it.
  configure(published as unknown as WidgetConfiguration, base)
  sync()
  if (!isDue() || !canRemember()) return
  const root = make(gpc)
  const box = root.firstChild as HTMLElement
  const title = box.querySelector('h2')!
  const [notice, accept, reject, choose] = box.querySelectorAll('a,button') as never as [
    HTMLAnchorElement,
    ...HTMLElement[],
  ]
  const [sheet, removeStyles] = addStyles(css)

  let isOver = false
  const close = (): void => {
    isOver = true
    observer.disconnect()
    box.remove()
    // The settings may stand in the same root.
    if (!root.firstChild) root.remove()
    removeStyles()
  }
  const answer = (granted: boolean) => (): void => {
    const choices: Record<string, boolean> = {}
    // While the browser sends Global Privacy Control, a general yes is none to what that covers.
    for (const [id, required, covered] of configuration.purposes)
      if (!required && !(granted && covered && gpc)) choices[id] = granted
    // The loader applies it, when it is there.
    if (!saver(shown(), () => window.assent!.sync?.())(choices, 'banner', shown()))
      // A cookie that somebody planted is in the way: whoever can remove it answers instead.
      window.assent!.decide(choices)
    close()
  }
  // oxlint-disable unicorn/prefer-add-event-listener -- bytes; nobody else knows these elements
  notice.href = base + notice.getAttribute('href')
  notice.onclick = event => {
    // A click for a new tab or window is one.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    window.assent!.open('notice')
  }
  accept!.onclick = answer(true)
  reject!.onclick = answer(false)
  choose!.onclick = () => window.assent!.open()
  // Fetched while the hand is still on its way.
  choose!.onfocus = choose!.onpointerover = () => void fetchView('settings').catch(() => {})
  // oxlint-enable unicorn/prefer-add-event-listener

  /** At each change of the page: this may run before there is a body, and client-side navigation may replace it. */
  const show = (): void => {
    const where = isOver || box.isConnected ? undefined : place(show)
    if (!where) return
    where.prepend(root)
    // Put in once more, for a screen reader announces what is added to a live region.
    setTimeout(() => title.append(title.firstChild!), 99)
  }
  // Later: whoever removes the banner each time it appears must not hold the page up.
  const observer = new MutationObserver(() => setTimeout(show, 99))
  observer.observe(document, { childList: true, subtree: true })
  show()

  document.addEventListener('keydown', ({ key, target, defaultPrevented }) => {
    if (
      key === 'Escape' &&
      !defaultPrevented &&
      box.isConnected &&
      (target === document.body || box.contains(target as Node))
    ) {
      later()
      close()
    }
  })
  keepClear(root, box, sheet)
  // Answered elsewhere: in the settings, by the site itself, in another tab.
  window.assent!.onChange(() => {
    sync()
    if (isAnswered()) close()
  })
}
