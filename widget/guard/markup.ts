import { asks } from './elements.ts'
import { isSuspect } from './waiting.ts'
import { wrap } from './wrap.ts'

/** Nothing in it is shown, so nothing in it asks for anything. */
const inert = document.implementation.createHTMLDocument()
/** An element like the one that markup is for: what it means depends on that. */
const like = ({ namespaceURI, localName }: Partial<Element>): Element =>
  inert.createElementNS(localName ? namespaceURI! : 'http://www.w3.org/1999/xhtml', localName ?? 'div')

/**
 * Markup that names a host which waits is read where nothing loads, by the browser's own parser, and inserted from there:
 * what Trusted Types vouch for is handed on as it is, and what they refuse is refused.
 */
export function guardMarkup(): void {
  const set = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')!.set!
  const create = Range.prototype.createContextualFragment

  /** What is done with the nodes; nothing where none of them waits. */
  const instead = (
    place: Node,
    context: Partial<Element>,
    markup: unknown,
    insert: (nodes: ChildNode[]) => void,
  ): (() => void) | false => {
    if (place.ownerDocument !== document || !isSuspect(markup)) return false
    const box = like(context)
    set.call(box, markup)
    return asks(box) && (() => insert([...box.childNodes]))
  }
  /** Scripts of such a fragment run once they are inserted. */
  const fragment = (context: Partial<Element>, markup: unknown): DocumentFragment | false => {
    if (!isSuspect(markup)) return false
    const range = inert.createRange()
    range.selectNodeContents(like(context))
    const made = create.call(range, markup as string)
    return asks(made) && made
  }

  for (const { prototype } of [Element, ShadowRoot])
    wrap(
      prototype,
      'innerHTML',
      (into: Element, [markup]: [unknown]) =>
        // What is in a template is in no page.
        into.localName !== 'template' && instead(into, into, markup, nodes => into.replaceChildren(...nodes)),
      'set',
    )
  wrap(
    Element.prototype,
    'outerHTML',
    (element: Element, [markup]: [unknown]) =>
      instead(element, element.parentElement!, markup, nodes => element.replaceWith(...nodes)),
    'set',
  )
  wrap(Element.prototype, 'insertAdjacentHTML', (element: Element, [where, markup]: [string, unknown]) => {
    const context = /^b.*n$|^afterend/i.test(where) ? element.parentElement! : element
    return instead(element, context, markup, nodes =>
      element
        .insertAdjacentElement(where as InsertPosition, document.createElement('i'))!
        .replaceWith(...nodes),
    )
  })
  wrap(Range.prototype, 'createContextualFragment', (range: Range, [markup]: [unknown]) => {
    const made = fragment(range.startContainer as Partial<Element>, markup)
    return made && (() => document.adoptNode(made))
  })
  // What is written while the page comes stands behind the script that writes it.
  wrap(Document.prototype, 'write writeln', (_: Document, parts: unknown[]) => {
    const { currentScript } = document
    const made = currentScript && fragment({}, parts.length > 1 ? parts.join('') : parts[0])
    return !!made && (() => currentScript.after(made))
  })
}
