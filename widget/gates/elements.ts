import { configuration } from '../consent/config.ts'
import { granted } from '../consent/state.ts'
import { hide, open } from '../consent/views.ts'

/** Whatever may carry `data-consent` or `data-assent-form`, seen as one shape: each kind has some of these. */
interface Gated extends HTMLElement {
  src?: string
  type?: string
  async?: boolean
  readonly content?: DocumentFragment
}

const opened = new WeakSet<Element>()
/** Iframes that have their placeholder, and elements that have their form. */
const placeheld = new WeakSet<Element>()
/** Purposes something was opened for: taking one back needs a reload, unless a part has stopped all of it. */
const used = new Set<string>()
/** The script that those after it wait for. */
let awaited: Element | 0 = 0

/** By name, a misspelt one too, or by naming one of its hosts anywhere in it: what is not approved never loads. */
const isUnapproved = (element: Gated): boolean =>
  // An element that names no service is judged by its hosts alone.
  !configuration.approved.includes(element.dataset.service ?? '') ||
  configuration.unapproved.some(host => element.outerHTML.toLowerCase().includes(host))

/**
 * Opens what may be opened, in document order, and fills in forms, which wait for nothing; called again whenever the
 * choice or the page has changed.
 */
export function openElements(): void {
  for (const id of used)
    if (!granted(id) && !window.assent!.stop?.(id)) {
      used.clear()
      return location.reload()
    }
  for (const element of document.querySelectorAll<Gated>('[data-consent],[data-assent-form]')) {
    const {
      consent,
      src,
      type = '',
      assentForm: program,
    } = element.dataset as { consent: string } & DOMStringMap
    const inOrder = element.content || element.matches('script')
    const isAllowed = opened.has(element) || (granted(consent) && !isUnapproved(element))
    // Even of one opened long ago: its placeholder may have been on its way.
    if (isAllowed) hide(element)
    if (opened.has(element) || (awaited && inOrder)) continue
    if (!isAllowed) {
      if ((program || element.matches('iframe')) && !placeheld.has(element)) {
        placeheld.add(element)
        void open(program ? (('opt-in:' + program) as `opt-in:${string}`) : 'embed', element)
      }
      continue
    }
    opened.add(element)
    used.add(consent)
    if (element.content) {
      // Its scripts join the queue: inserted at once, an inline one would overtake an external one before it.
      for (const script of element.content.querySelectorAll<HTMLElement & { type: string }>(
        'script:not([data-consent])',
      )) {
        script.dataset.consent = consent
        script.dataset.type = script.type
        script.type = 'text/plain'
      }
      element.replaceWith(element.content)
      return openElements()
    }
    if (inOrder || src) {
      // A `nomodule` script never runs here, so it never ends either.
      if (inOrder && element.matches('[src]:not([async],[nomodule])')) {
        awaited = element
        const end = (): void => {
          // Not of one that ended long ago, and whose time is up only now.
          if (awaited === element) {
            awaited = 0
            openElements()
          }
        }
        element.addEventListener('load', end)
        element.addEventListener('error', end)
        // A slow one keeps its place. One whose host hangs, or that came by `innerHTML` and never runs, holds the others no
        // longer than this.
        setTimeout(end, 8e3)
        // Its order is kept here: the browser would hold those after it for as long as the host hangs.
        element.async = true
      }
      // Put in again, not made again: keeps the nonce, and Trusted Types has nothing to refuse. Firefox would fill a frame
      // that stands where the parser put it with the same page again, at the next reload, whatever was taken back; WebKit
      // would ask twice for what an `embed` is given where it stands.
      const place = new Text()
      element.replaceWith(place)
      if (inOrder) element.type = type
      // Never `href`: what a sanitizer lets through as data on a link would come to life as its address.
      else element.src = src!
      place.replaceWith(element)
    }
  }
}
