import type { PartOf } from './part.ts'
import { eachFound } from './each-found.ts'
import { renewScripts } from './renew-scripts.ts'

/** What waits in `data-…`, and on which elements alone. Never `href` on a link in the text: sanitizers let `data-href` through. */
const ADDRESSES = [
  ['link', 'href'],
  ['img,source', 'srcset'],
  ['video', 'poster'],
  ['object', 'data'],
] as const

/** Kinds of gates that few pages have: style sheets, `srcset`, posters, objects, classes, and placeholders of widgets. */
export const start: PartOf<'more-gates'> = (assent, { approved, unapproved }) => {
  const opened = new WeakSet<Element>()
  const placeheld = new WeakSet<Element>()
  /** As the loader judges its own. */
  const mayOpen = ({ dataset, outerHTML }: HTMLElement): boolean =>
    assent.granted(dataset['consent']!) &&
    approved.includes(dataset['service'] ?? '') &&
    !unapproved.some(host => outerHTML.toLowerCase().includes(host))

  const again = eachFound('[data-consent]', element => {
    if (opened.has(element)) return
    renewScripts(element)
    if (mayOpen(element)) {
      opened.add(element)
      openElement(element)
    } else if (element.matches('template[data-placeholder]') && !placeheld.has(element)) {
      placeheld.add(element)
      void assent.open('embed', element)
    }
  })
  assent.onChange(again)
}

function openElement(element: HTMLElement): void {
  const { dataset } = element
  for (const [kinds, name] of ADDRESSES) {
    const address = dataset[name]
    if (!address || !element.matches(kinds)) continue
    try {
      if (name === 'data') setOutside(element, name, address)
      else element.setAttribute(name, address)
    } catch (error) {
      // Trusted Types let no script give an object its address: it stands in a `template` there.
      reportError(error)
    }
  }
  if (dataset['class']) element.classList.add(...dataset['class'].trim().split(/\s+/))
  // A player that found no source does not look again by itself.
  const player = element.parentElement
  if (dataset['src'] && player instanceof HTMLMediaElement && element instanceof HTMLSourceElement) {
    element.src = dataset['src']
    // The loader would put it in once more, and a player that cannot play it would ask for it once more.
    delete dataset['src']
    const { NETWORK_EMPTY, NETWORK_NO_SOURCE, networkState, currentSrc } = player
    // One that was tried is not tried again.
    if (currentSrc === element.src) return
    if (networkState === NETWORK_EMPTY || networkState === NETWORK_NO_SOURCE) player.load()
  }
}

/** WebKit would now and then ask twice for what an object is given where it stands. */
function setOutside(element: HTMLElement, name: string, address: string): void {
  const place = new Text()
  element.replaceWith(place)
  element.setAttribute(name, address)
  place.replaceWith(element)
}
