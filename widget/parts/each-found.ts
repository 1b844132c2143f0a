/**
 * Meets every element of a kind: those there, and each that comes, in the very moment it is inserted. The loader may look a
 * moment later, and must find what is prepared here. Only what is new is searched: pages change often.
 * @returns how to meet all of them again
 */
export function eachFound(selector: string, meet: (element: HTMLElement) => void): () => void {
  const within = (root: ParentNode): void => {
    // A list that stands, for whatever is met may be replaced.
    for (const element of root.querySelectorAll<HTMLElement>(selector)) meet(element)
  }
  new MutationObserver(records => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node instanceof HTMLElement) {
          if (node.matches(selector)) meet(node)
          within(node)
        }
  }).observe(document, { childList: true, subtree: true })
  within(document)
  return () => within(document)
}
