import type { ConsentHandle, Shown } from '../consent/handle.ts'
import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { addStyles } from './add-styles.ts'
import type { ElementTree, Tree } from './tree.ts'

/**
 * Shows a plain view (the first layer, or the placeholder of the embed `where`) without any library.
 * Every visitor without a choice downloads this, so each line earns its bytes.
 */
export function show(
  tree: ElementTree,
  css: string,
  handle: ConsentHandle,
  shown: Shown,
  where?: HTMLElement,
): () => void {
  const page = document.documentElement
  const data = where?.dataset ?? {}
  // An anchor resolves any address without throwing.
  const address = document.createElement('a')
  address.href = data.src ?? ''
  const facts = [`s:${data.service}`, `h:${address.host}`, `p:${data.consent}`, handle.gpc ? 'gpc' : '']

  const add = (parent: Node, nodes: readonly Tree[]): void => {
    for (const node of nodes)
      if (typeof node === 'string') parent.appendChild(document.createTextNode(node))
      else if (node[0] === '?') {
        const cases = node[1] as Readonly<Record<string, readonly Tree[]>>
        add(parent, cases[facts.find(fact => fact in cases) ?? '']!)
      } else {
        const [tag, attributes, ...children] = node as ElementTree
        const element = document.createElement(tag)
        for (const name in attributes) element.setAttribute(name, attributes[name]!)
        add(element, children)
        parent.appendChild(element)
      }
  }
  const place = document.createDocumentFragment()
  add(place, [tree])
  const root = place.firstChild as HTMLElement
  const box = root.firstChild as HTMLElement

  const removeStyles = addStyles(css)
  const stop = new AbortController()
  const close = (): void => stop.abort()
  const on = (target: EventTarget, type: string, tell: (event: Event, act?: string) => void): void =>
    target.addEventListener(
      type,
      event => tell(event, (event.target as Element).closest?.<HTMLElement>('[data-assent]')?.dataset.assent),
      stop,
    )
  const onClose = (tell: () => void): void => stop.signal.addEventListener('abort', tell)
  onClose(() => {
    box.remove()
    // The settings may stand in the same root.
    if (!root.firstChild) root.remove()
    removeStyles()
  })

  on(box, 'click', (_, act) => {
    if (act === 'settings') handle.open(act)
    else if (act) {
      handle.save(
        where ? { [data.consent!]: true } : choices(handle, act === 'accept'),
        where ? 'embed' : 'banner',
        shown,
      )
      close()
      where?.focus()
    }
  })
  // Fetched while the hand is still on its way.
  const prefetch = (_: Event, act?: string): void => {
    if (act === 'settings') void handle.load(act)
  }
  on(box, 'pointerover', prefetch)
  on(box, 'focusin', prefetch)

  if (where) {
    // As large as what it stands for: nothing moves when that is loaded.
    box.style.setProperty('min-height', `${where.offsetHeight}px`, 'important')
    box.style.setProperty('max-width', `${(where as HTMLIFrameElement).width}px`, 'important')
    where.before(root)
    const { style } = where
    const { display } = style
    style.display = 'none'
    onClose(() => (style.display = display))
  } else {
    document.body.prepend(root)
    on(document, 'keydown', event => {
      const { key, target } = event as KeyboardEvent
      if (
        key === 'Escape' &&
        !event.defaultPrevented &&
        (target === document.body || box.contains(target as Node))
      ) {
        handle.later()
        close()
      }
    })
    // Whatever the keyboard reaches scrolls clear of the banner (WCAG 2.4.11); at the end of the page there must be room to.
    const { style } = page
    const { scrollPaddingBottom, paddingBottom } = style
    const watch = new ResizeObserver(() => {
      style.scrollPaddingBottom = `${box.offsetHeight + 32}px`
    })
    watch.observe(box)
    on(document, 'focusin', ({ target }) => {
      const element = target as Element
      if (
        element.matches(':focus-visible') &&
        !root.contains(element) &&
        element.getBoundingClientRect().bottom > box.offsetTop
      ) {
        style.paddingBottom = style.scrollPaddingBottom
        element.scrollIntoView({ block: 'nearest' })
      }
    })
    onClose(() => {
      watch.disconnect()
      Object.assign(style, { scrollPaddingBottom, paddingBottom })
    })
    const title = box.querySelector('h2')!
    setTimeout(() => title.append(title.firstChild!), 99)
  }
  return close
}

/** Every optional purpose; but while the browser sends Global Privacy Control, a general yes is none to what that covers. */
const choices = (handle: ConsentHandle, granted: boolean): PurposeChoices =>
  Object.fromEntries(
    handle.configuration.purposes
      .filter(([, required, gpc]) => !required && !(granted && gpc && handle.gpc))
      .map(([id]) => [id, granted]),
  )
