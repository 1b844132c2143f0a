import type { ConsentHandle, Shown } from './consent/handle.ts'

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
  const page = document as Document & { adoptedStyleSheets: CSSStyleSheet[] }
  const sheet = new CSSStyleSheet()
  // Every declaration ends in a semicolon; said here once, instead of being downloaded with each.
  sheet.replaceSync(css.replaceAll(';', '!important;'))
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet]
  document.body.prepend(root)

  const close = (): void => {
    box.remove()
    // The settings may stand in the same root.
    if (!root.firstChild) root.remove()
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter(other => other !== sheet)
  }
  const answer = (granted: boolean) => (): void => {
    // While the browser sends Global Privacy Control, a general yes is none to what that covers.
    const offered = handle.configuration.purposes.filter(
      ([, required, gpc]) => !required && !(granted && gpc && handle.gpc),
    )
    handle.save(Object.fromEntries(offered.map(([id]) => [id, granted])), 'banner', shown)
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
      sheet.insertRule(`html{padding-bottom:${room}px!important;scroll-padding-bottom:${room}px!important}`)
      element.scrollIntoView({ block: 'nearest' })
    }
  })
  // Put in once more, for a screen reader announces what is added to a live region.
  setTimeout(() => title.append(title.firstChild!), 99)
  return close
}
