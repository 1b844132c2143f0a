import { asks, meet } from './elements.ts'
import { wrap } from './wrap.ts'

const HERE = 'before after replaceWith'
const INTO = 'append prepend replaceChildren'

/** Every way by which a script puts nodes into the page. Only what comes from outside of it is looked at, and once. */
export function guardInsertions(): void {
  const decide = (
    place: Omit<Element, 'isConnected'> & { isConnected?: boolean },
    nodes: Element[],
  ): void => {
    // A range and a document have no attributes, and stand in the page.
    const isShown = place.isConnected ?? true
    // A marked template that opens: what is in it was judged there.
    if (place.localName === 'template' && place.hasAttribute('data-consent')) return
    for (const node of nodes)
      // A document that is not shown keeps quiet what asks at once in this one, wherever it is put.
      if (node?.nodeType && (node.ownerDocument !== document || (isShown && !node.isConnected))) meet(node)
  }
  wrap(Node.prototype, 'appendChild insertBefore replaceChild', decide)
  wrap(Element.prototype, `${HERE} ${INTO} insertAdjacentElement`, decide)
  wrap(CharacterData.prototype, HERE, decide)
  wrap(Document.prototype, `${INTO} adoptNode`, decide)
  wrap(DocumentFragment.prototype, INTO, decide)
  wrap(Range.prototype, 'insertNode surroundContents', decide)
  // A copy made for this document asks at once: it is made where the original is, and then brought here.
  wrap(
    Document.prototype,
    'importNode',
    (into: Document, [node, isDeep]: [Element, boolean?]) =>
      into === document &&
      node.ownerDocument !== document &&
      asks(node) &&
      (() => into.adoptNode(node.cloneNode(!!isDeep))),
  )
}
