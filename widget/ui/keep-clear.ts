/**
 * Whatever the keyboard reaches scrolls clear of a box at the bottom of the screen (WCAG 2.4.11); at the end of the page
 * there must be room to.
 */
export function keepClear(root: HTMLElement, box: HTMLElement, sheet: CSSStyleSheet | null): void {
  document.addEventListener('focusin', ({ target }) => {
    const element = target as Element
    if (
      box.isConnected &&
      // Fixed: in a place of the page it covers nothing.
      !box.offsetParent &&
      !root.contains(element) &&
      element.matches(':focus-visible') &&
      element.getBoundingClientRect().bottom > box.offsetTop
    ) {
      const room = innerHeight - box.offsetTop + 16
      const rule = `html{padding-bottom:${room}px!important;scroll-padding-bottom:${room}px!important}`
      // At the end: the box may have grown since the last one.
      sheet?.insertRule(rule, sheet.cssRules.length)
      element.scrollIntoView({ block: 'nearest' })
    }
  })
}
