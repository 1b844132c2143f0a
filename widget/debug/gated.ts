import type { Judge } from './judge.ts'
import type { Line } from './line.ts'

const ADDRESSES = ['src', 'srcset', 'href', 'data', 'poster'] as const

/** Marked elements: those that wait, each with its reason, and those that were opened. */
export function gated(judge: Judge): { readonly gated: readonly Line[]; readonly run: readonly Line[] } {
  const waits: Line[] = []
  const run: Line[] = []
  for (const element of document.querySelectorAll<HTMLElement>('[data-consent]')) {
    const { consent = '', service } = element.dataset
    const of = service === undefined ? consent : `${consent} · ${service}`
    const line = { what: described(element), of }
    if (isOpen(element)) run.push(line)
    else {
      const why = judge.againstElement(consent, service)
      waits.push({ ...line, of: `${of} · ${why ?? 'opens next'}` })
    }
  }
  for (const { needs, address } of window.assentGuard?.waiting ?? [])
    waits.push({
      what: address,
      of: needs !== '-' ? `${needs} · held by the guard` : 'its service is not approved · held by the guard',
    })
  return { gated: waits, run }
}

function isOpen(element: HTMLElement): boolean {
  if (element instanceof HTMLTemplateElement) return false
  if (element.matches('script')) return element.getAttribute('type') !== 'text/plain'
  const { dataset } = element
  if (dataset['class']) return element.classList.contains(dataset['class'].trim().split(/\s+/)[0]!)
  return ADDRESSES.some(name => dataset[name] && element.hasAttribute(name))
}

export function described(element: Element): string {
  const { dataset } = element as HTMLElement
  const address = ADDRESSES.map(name => dataset[name] ?? element.getAttribute(name)).find(Boolean)
  const inline = element.textContent?.trim().replace(/\s+/g, ' ').slice(0, 60)
  return `<${element.localName}${element.id && `#${element.id}`}> ${address ?? inline ?? ''}`.trim()
}
