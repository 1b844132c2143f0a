/**
 * Whatever the keyboard reaches scrolls clear of a box at the bottom of the screen (WCAG 2.4.11); at the end of the page
 * there must be room to.
 */
export function keepClear(root: HTMLElement, box: HTMLElement, sheet: CSSStyleSheet | null): void {
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
}
