import { holdScript } from './elements.ts'

/** What stands in the page's own HTML: browsers ask for it early, but none runs a script before it was seen here. */
export function guardParser(): void {
  const observer = new MutationObserver(records => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node.nodeName === 'SCRIPT')
          holdScript(node as HTMLScriptElement, (node as Element).getAttribute('src'), true)
  })
  observer.observe(document, { childList: true, subtree: true })
  addEventListener('load', () => observer.disconnect())
}
