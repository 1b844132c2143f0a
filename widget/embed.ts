import { canRemember } from './consent/cookie.ts'
import type { ConsentHandle, Shown } from './consent/handle.ts'
import { addStyles } from './ui/add-styles.ts'
import { addThumbnail } from './ui/thumbnail.ts'
import { loadOnce } from './ui/load-once.ts'

export { act } from './act.ts'
export { element } from './ui/element.ts'

export type Pick = (cases: Readonly<Record<string, readonly Node[]>>) => readonly Node[]

/** Puts the placeholder of an embed before it; `make` builds it from what is so on this page. */
export function show(
  handle: ConsentHandle,
  shown: Shown,
  css: string,
  make: (pick: Pick) => HTMLElement,
  where: HTMLIFrameElement | HTMLTemplateElement,
  origins: readonly string[],
): () => void {
  const { src = '', service, consent, thumbnail } = where.dataset
  // An anchor resolves any address without throwing.
  const address = document.createElement('a')
  address.href = src
  const facts = [`s:${service}`, `h:${address.host}`, `p:${consent}`, '']
  const root = make(cases => cases[facts.find(fact => fact in cases)!]!)
  const box = root.firstChild as HTMLElement
  // Of several, each says what its buttons are about.
  box.role = 'group'
  box.ariaLabel = box.firstChild!.textContent
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
    else if (actOf(event) === 'once') {
      close()
      loadOnce(where, handle)
    } else if (actOf(event)) {
      handle.save({ [consent!]: true }, 'embed', shown)
      close()
      where.focus()
    }
  })
  // An answer would not be kept, so no button promises it.
  if (!canRemember()) box.querySelector('[data-assent=accept]')?.remove()
  // Nor does one offer what the gate never opens: a service that is misspelt, or a host of one nobody approved.
  const { approved, unapproved } = handle.configuration
  if (
    !approved.includes(service ?? '') ||
    unapproved.some(host => where.outerHTML.toLowerCase().includes(host))
  )
    for (const button of box.querySelectorAll('[data-assent=accept],[data-assent=once]')) button.remove()
  if (thumbnail) addThumbnail(box, thumbnail, origins)
  // As large as what it stands for: nothing moves when that is loaded.
  // A template takes no room.
  if ('width' in where) {
    box.style.setProperty('min-height', `${where.offsetHeight}px`, 'important')
    box.style.setProperty('max-width', `${where.width}px`, 'important')
  }
  where.before(root)
  style.display = 'none'
  return close
}
