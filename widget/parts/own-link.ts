import type { PartOf } from './part.ts'

const LINKS = '[data-assent-open]'
/** Frameworks build a page after it has loaded. */
const A_MOMENT = 1000

/**
 * The owner's own link in place of the floating button. Taking back must stay as easy as giving: on a page that shows no such
 * link the button comes all the same, and goes when a link comes.
 */
export const start: PartOf<'own-link'> = assent => {
  document.addEventListener('click', event => {
    const link = event.target instanceof Element && event.target.closest<HTMLElement>(LINKS)
    // A click for a new tab or window is one.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    assent.open(link.dataset['assentOpen'] === 'notice' ? 'notice' : 'settings')
  })

  let isTold = false
  const look = (): void => {
    const control = document.querySelector<HTMLElement>('body>[data-assent=open]')
    if (!control) return
    const isThere = [...document.querySelectorAll<HTMLElement>('[data-assent-open=settings]')].some(canBeUsed)
    const display = isThere ? 'none' : 'block'
    // Or this would hear of its own change for ever.
    if (control.style.display !== display) control.style.display = display
    if (isThere || isTold) return
    isTold = true
    // oxlint-disable-next-line no-console -- to the owner; no visitor reads it
    console.warn(
      'Assent: this page shows no element with data-assent-open="settings" that a keyboard reaches and that has words, so the floating button stands in for it. Put such a link or button into every page.',
    )
  }
  const watch = (): void => {
    let isDue = false
    const later = (): void => {
      if (isDue) return
      isDue = true
      setTimeout(() => {
        isDue = false
        look()
      }, A_MOMENT)
    }
    new MutationObserver(later).observe(document, {
      childList: true,
      subtree: true,
      attributeFilter: ['class', 'hidden', 'style', 'open', 'disabled', 'data-assent-open'],
    })
    // What a smaller window folds away.
    addEventListener('resize', later)
    later()
  }
  if (document.readyState === 'complete') watch()
  else addEventListener('load', watch)
}

/** Seen or to be scrolled to, reached by the keyboard, and with a name. What stands in a closed menu is none of these. */
function canBeUsed(link: HTMLElement): boolean {
  const { width, height, right, bottom } = link.getBoundingClientRect()
  const name =
    link.innerText.trim() ||
    link.getAttribute('aria-label') ||
    link.querySelector('img[alt]:not([alt=""])') ||
    link.title
  return (
    link.matches('a[href],button:enabled') &&
    link.tabIndex >= 0 &&
    !!name &&
    width > 8 &&
    height > 8 &&
    // Moved out of the page on purpose.
    right + scrollX > 0 &&
    bottom + scrollY > 0 &&
    !link.closest('[inert],[aria-hidden=true]') &&
    // Old browsers know only whether it is laid out.
    (link.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true)
  )
}
