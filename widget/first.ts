import type { ConsentHandle, Shown } from './consent/handle.ts'
import { addStyles } from './ui/add-styles.ts'

export { act } from './act.ts'
export { element } from './ui/element.ts'

/**
 * Shows the first layer without any library, and without what only settings or embeds need.
 * Every visitor without a choice downloads this, so each line earns its bytes.
 */
export function show(handle: ConsentHandle, shown: Shown, css: string, root: HTMLElement): () => void {
  if (!handle.canRemember()) return () => {}
  const box = root.firstChild as HTMLElement
  const title = box.querySelector('h2')!
  const [accept, reject, choose] = box.querySelectorAll('button') as never as HTMLElement[]
  const [sheet, removeStyles] = addStyles(css)
  document.body.prepend(root)

  const close = (): void => {
    box.remove()
    // The settings may stand in the same root.
    if (!root.firstChild) root.remove()
    removeStyles()
  }
  const answer = (granted: boolean) => (): void => {
    // While the browser sends Global Privacy Control, a general yes is none to what that covers.
    const choices: Record<string, boolean> = {}
    for (const [id, required, gpc] of handle.configuration.purposes)
      if (!required && !(granted && gpc && handle.gpc)) choices[id] = granted
    handle.save(choices, 'banner', shown)
    close()
  }
  // oxlint-disable unicorn/prefer-add-event-listener -- bytes; nobody else knows these elements
  accept!.onclick = answer(true)
  reject!.onclick = answer(false)
  choose!.onclick = () => handle.open()
  // Fetched while the hand is still on its way.
  choose!.onfocus = choose!.onpointerover = () => void handle.load('settings')
  // oxlint-enable unicorn/prefer-add-event-listener

  document.addEventListener('keydown', ({ key, target, defaultPrevented }) => {
    if (
      key === 'Escape' &&
      !defaultPrevented &&
      box.isConnected &&
      (target === document.body || box.contains(target as Node))
    ) {
      handle.later()
      close()
    }
  })
  // Whatever the keyboard reaches scrolls clear of the banner (WCAG 2.4.11); at the end of the page there must be room to.
  document.addEventListener('focusin', ({ target }) => {
    const element = target as Element
    if (
      box.isConnected &&
      !root.contains(element) &&
      element.matches(':focus-visible') &&
      element.getBoundingClientRect().bottom > box.offsetTop
    ) {
      const room = box.offsetHeight + 32
      sheet?.insertRule(`html{padding-bottom:${room}px!important;scroll-padding-bottom:${room}px!important}`)
      element.scrollIntoView({ block: 'nearest' })
    }
  })
  // Put in once more, for a screen reader announces what is added to a live region.
  setTimeout(() => title.append(title.firstChild!), 99)
  return close
}
