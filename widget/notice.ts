import type { ConsentHandle } from './consent/handle.ts'
import { addStyles } from './ui/add-styles.ts'
import { keepInside } from './ui/keep-inside.ts'

export { element } from './ui/element.ts'

/** Opens the notice over the page; `make` builds it within its root. Returns how to close it. */
export function show(handle: ConsentHandle, css: string, make: () => HTMLElement): () => void {
  const opener = document.activeElement
  const root = make()
  const dialog = root.firstChild as HTMLDialogElement
  const [, removeStyles] = addStyles(css)
  const close = (): void => {
    if (!root.isConnected) return
    // Gives the focus back by itself, where the opener still stands.
    dialog.close()
    root.remove()
    removeStyles()
    if (!opener?.isConnected) document.querySelector<HTMLElement>('[data-assent=open]')?.focus()
  }
  const page = dialog.querySelector('[data-assent=page]') as HTMLAnchorElement
  page.href = handle.base + page.getAttribute('href')
  dialog.addEventListener('close', close)
  dialog.addEventListener('keydown', event => keepInside(dialog, event))
  dialog.addEventListener('click', event => {
    const at = (event.target as Element).closest('a,button')
    if (at?.matches('[data-assent=close]')) close()
    const anchor = at?.getAttribute('href')
    if (!anchor?.startsWith('#')) return
    // The address belongs to the owner's page, and may mean something to its scripts.
    event.preventDefault()
    const part = root.querySelector<HTMLElement>(`[id="${anchor.slice(1)}"]`)!
    part.focus({ preventScroll: true })
    part.scrollIntoView()
  })
  document.body.append(root)
  dialog.showModal()
  // Its beginning, whichever of its links comes first.
  root.querySelector('h2')!.focus({ preventScroll: true })
  return close
}
