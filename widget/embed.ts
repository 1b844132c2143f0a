import { canRemember } from './consent/cookie.ts'
import type { ConsentHandle, Shown } from './consent/handle.ts'
import { addStyles } from './ui/add-styles.ts'

export { act } from './act.ts'
export { element } from './ui/element.ts'

export type Pick = (cases: Readonly<Record<string, readonly Node[]>>) => readonly Node[]

/** Puts the placeholder of an embed before it; `make` builds it from what is so on this page. */
export function show(
  handle: ConsentHandle,
  shown: Shown,
  css: string,
  make: (pick: Pick) => HTMLElement,
  where: HTMLIFrameElement,
): () => void {
  const { src = '', service, consent } = where.dataset
  // An anchor resolves any address without throwing.
  const address = document.createElement('a')
  address.href = src
  const facts = [`s:${service}`, `h:${address.host}`, `p:${consent}`, '']
  const root = make(cases => cases[facts.find(fact => fact in cases)!]!)
  const box = root.firstChild as HTMLElement
  const [, removeStyles] = addStyles(css)
  const { style } = where
  const { display } = style
  const close = (): void => {
    root.remove()
    removeStyles()
    style.display = display
  }
  const actOf = ({ target }: Event): string | undefined => (target as HTMLElement).dataset.assent
  const prefetch = (event: Event): void => {
    if (actOf(event) === 'settings') void handle.load('settings')
  }
  box.addEventListener('pointerover', prefetch)
  box.addEventListener('focusin', prefetch)
  box.addEventListener('click', event => {
    if (actOf(event) === 'settings') handle.open()
    else if (actOf(event)) {
      handle.save({ [consent!]: true }, 'embed', shown)
      close()
      where.focus()
    }
  })
  // An answer would not be kept, so no button promises it.
  if (!canRemember()) box.querySelector('[data-assent=accept]')?.remove()
  // As large as what it stands for: nothing moves when that is loaded.
  box.style.setProperty('min-height', `${where.offsetHeight}px`, 'important')
  box.style.setProperty('max-width', `${where.width}px`, 'important')
  where.before(root)
  style.display = 'none'
  return close
}
