import { keepClear } from './keep-clear.ts'

/** Shows a form as a small banner of its own; Escape dismisses it. Returns how to take it away. */
export function offer(root: HTMLElement, sheet: CSSStyleSheet | null, dismiss: () => void): () => void {
  const box = root.firstElementChild as HTMLElement
  const title = box.querySelector('h2')!
  const onKey = ({ key, target, defaultPrevented }: KeyboardEvent): void => {
    if (key === 'Escape' && !defaultPrevented && (target === document.body || box.contains(target as Node)))
      dismiss()
  }
  root.classList.add('assent-offer')
  document.addEventListener('keydown', onKey)
  beBanner(root, box, sheet)
  document.body.prepend(root)
  // Put in once more, for a screen reader announces what is added to a live region.
  title.setAttribute('aria-live', 'polite')
  setTimeout(() => title.append(title.firstChild!), 99)
  return () => {
    document.removeEventListener('keydown', onKey)
    root.remove()
  }
}

/** A region, which nothing reached hides behind; embedded, it would be part of the owner's page. */
export function beBanner(root: HTMLElement, box: HTMLElement, sheet: CSSStyleSheet | null): void {
  box.setAttribute('aria-label', box.querySelector('h2')!.textContent)
  keepClear(root, box, sheet)
}
