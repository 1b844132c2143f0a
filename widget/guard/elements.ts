import { hold, inTheWay, waiting, type Waiting } from './waiting.ts'
import { wrap } from './wrap.ts'

/** Elements that ask for something, and what makes them. */
const KINDS = 'script,img,source,iframe,link,video,audio,track,object,embed,input,image'
const NAMES = ['src', 'srcset', 'href', 'data', 'poster', 'xlink:href']

const held = new WeakMap<Element, Map<string, Waiting>>()

/** Marked by the owner: that gate opens it, and this one keeps away. */
const isMarked = (element: Element): boolean => element.hasAttribute('data-consent')

/** A list of addresses waits for whichever of them waits. */
const needsOfAll = (name: string, value: unknown): string | undefined =>
  (name === 'srcset' ? String(value).split(/[\s,]+/) : [value]).map(inTheWay).find(Boolean)

/** Keeps an address away from an element that would ask for it; `set` gives it. */
function holdAddress(element: Element, name: string, value: unknown, set: () => void): boolean {
  const names = held.get(element) ?? new Map<string, Waiting>()
  // What was written last counts.
  waiting.delete(names.get(name)!)
  names.delete(name)
  const needs = !isMarked(element) && needsOfAll(name, value)
  if (!needs) return false
  held.set(element, names)
  names.set(
    name,
    hold(needs, value, () => {
      names.delete(name)
      set()
      // A player that found no source does not look again by itself.
      const player = element.parentElement
      if (player instanceof HTMLMediaElement && player.networkState % 3 === 0) player.load()
    }),
  )
  return true
}

/** A script keeps its address, which pages look for before they add a second one; it only is of no type that runs. */
export function holdScript(script: HTMLScriptElement, address: unknown, isParsed = false): void {
  const needs = !isMarked(script) && !held.has(script) && inTheWay(address)
  if (!needs) return
  const type = script.getAttribute('type')
  script.setAttribute('type', 'text/plain')
  const go = (): void => {
    held.delete(script)
    if (type === null) script.removeAttribute('type')
    else script.setAttribute('type', type)
    // In the order of the page, where the page meant that; the parser has made it an asynchronous one since.
    if (isParsed && !script.hasAttribute('async')) script.async = false
    // Re-inserted, not re-created: keeps the nonce, and Trusted Types has nothing to refuse.
    script.replaceWith(script)
  }
  held.set(script, new Map([['', hold(needs, address, go)]]))
}

const within = (root: ParentNode): Element[] => [root as Element, ...(root.querySelectorAll?.(KINDS) ?? [])]

/** Calls with each address in a tree, as it would be asked for if the tree stood in the page. */
const someAddress = (
  root: ParentNode,
  meet: (element: Element, name: string, value: string) => boolean | undefined | void,
): boolean =>
  within(root).some(
    element =>
      // A fragment, or a text, has no attributes.
      element.localName &&
      element.matches(KINDS) &&
      NAMES.some(name => {
        const value = element.getAttribute(name)
        return value !== null && meet(element, name, value)
      }),
  )

/** Something in a tree waits. */
export const asks = (root: ParentNode): boolean =>
  someAddress(root, (element, name, value) => !isMarked(element) && !!needsOfAll(name, value))

/** Holds all that a tree would ask for. */
export const meet = (root: ParentNode): boolean =>
  someAddress(root, (element, name, value) => {
    if (element.localName === 'script') holdScript(element as HTMLScriptElement, value)
    else if (holdAddress(element, name, value, () => element.setAttribute(name, value)))
      element.removeAttribute(name)
  })

/** Addresses as they are written, by property and by attribute. */
export function guardAddresses(): void {
  const written = (element: Element, name: string, value: unknown, set: () => void) => {
    // Nothing in a document that is not shown asks for anything.
    if (!NAMES.includes(name) || !element.matches(KINDS) || element.ownerDocument !== document) return false
    if (element.localName !== 'script') return holdAddress(element, name, value, set) && (() => {})
    // One that stands in the page already, without an address so far.
    if (element.isConnected) holdScript(element as HTMLScriptElement, value)
    return false
  }
  for (const tag of KINDS.split(','))
    for (const name of NAMES) {
      let holder = document.createElement(tag) as object
      while (holder && !Object.hasOwn(holder, name)) holder = Object.getPrototypeOf(holder) as object
      if (!holder) continue
      wrap(
        holder,
        name,
        (element: Element, [value]: [unknown], native: (value: unknown) => void) =>
          written(element, name, value, () => native.call(element, value)),
        'set',
      )
      if (tag !== 'script')
        wrap(
          holder,
          name,
          (element: Element) => {
            const each = held.get(element)?.get(name)
            return each && (() => each.address)
          },
          'get',
        )
    }
  // Its parameter is no address that was written.
  wrap(
    window,
    'Audio',
    (_: unknown, [src]: [unknown?]) =>
      src !== undefined && (() => Object.assign(new Audio(), { preload: 'auto', src })),
  )
  wrap(
    Element.prototype,
    'setAttribute',
    (element: Element, [name, value]: [unknown, unknown], native: (...args: unknown[]) => void) =>
      written(element, String(name).toLowerCase(), value, () => native.call(element, name, value)),
  )
  // A copy of what waits would have no address.
  wrap(
    Node.prototype,
    'cloneNode',
    (node: Element, args: unknown[], native) =>
      waiting.size > 0 &&
      (() => {
        const copy = native.apply(node, args) as Element
        const copies = within(copy)
        within(node).map((each, i) =>
          held.get(each)?.forEach(({ address }, name) => name && copies[i]?.setAttribute(name, address)),
        )
        return copy
      }),
  )
}
