import type { ConsentHandle } from '../consent/handle.ts'

/**
 * Loads one element that the visitor asked for by name. Nothing is granted and nothing remembered, so no gate knows of it;
 * the next decision that leaves its purpose refused ends it, for it says so of everything.
 */
export function loadOnce(where: HTMLIFrameElement | HTMLTemplateElement, handle: ConsentHandle): void {
  const { consent, src } = where.dataset
  // A grant that comes later must not load it twice.
  delete where.dataset['consent']
  // Nor is automatic mode to hold what was just asked for.
  window.assentGuard?.pass(where.outerHTML)
  let isLater = false
  handle.onChange(choices => {
    if (isLater && !choices[consent!]) location.reload()
  })
  isLater = true
  if (where instanceof HTMLIFrameElement) {
    where.src = src!
    where.focus()
  } else {
    openWithin(where, consent!)
    void insertInOrder(where)
  }
}

/** What waits in a template for the same purpose comes with it, unless it belongs to another service. */
function openWithin({ content, dataset: { service } }: HTMLTemplateElement, consent: string): void {
  for (const element of content.querySelectorAll<Waiting>(`[data-consent="${consent}"]`)) {
    const { dataset } = element
    if (![undefined, service].includes(dataset['service'])) continue
    delete dataset['consent']
    if (element.type === 'text/plain') element.type = dataset['type'] ?? ''
    else if (dataset['src']) element.src = dataset['src']
  }
}

type Waiting = HTMLElement & { type?: string; src?: string }

/** An inline script that follows an external one finds what that one brought, as in a page that is parsed. */
async function insertInOrder(template: HTMLTemplateElement): Promise<void> {
  const waiting = [...template.content.querySelectorAll('script')].map(script => {
    const mark = document.createComment('')
    script.replaceWith(mark)
    return [mark, script] as const
  })
  template.replaceWith(template.content)
  for (const [mark, script] of waiting) {
    const end =
      script.matches('[src]:not([async],[nomodule])') &&
      new Promise(done => ['load', 'error'].forEach(event => script.addEventListener(event, done)))
    mark.replaceWith(script)
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    if (end) await end
  }
}
