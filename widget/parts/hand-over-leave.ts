import type { PartSettings } from '../../shared/domain/parts.ts'
import { withToken } from './hand-over-words.ts'
import { readCookie } from '../consent/stored.ts'

type Settings = PartSettings['hand-over']

/** An element that leads away, and its attribute that says where to. */
type Way = readonly [element: Element, attribute: 'href' | 'action' | 'formaction']

/** Last of all who listen: what the page itself takes in hand leads nowhere by this. */
export function leaveWhenGoing(settings: Settings, address: string): void {
  const go = (event: Event, way: Way | undefined): void => {
    if (way && !event.defaultPrevented) leave(settings, address, way)
  }
  for (const name of ['click', 'auxclick'])
    addEventListener(name, event => {
      // The middle button opens another tab; what the right one opens may be a copy of the address for somebody else.
      if ((event as MouseEvent).button < 2) go(event, linkOf(event))
    })
  addEventListener('submit', event => go(event, formOf(event)))
}

function linkOf(event: Event): Way | undefined {
  const link = event
    .composedPath()
    .find(each => each instanceof HTMLAnchorElement || each instanceof HTMLAreaElement)
  return link && !link.relList.contains('noreferrer') && !link.hasAttribute('download')
    ? [link, 'href']
    : undefined
}

function formOf({ target, submitter }: SubmitEvent): Way | undefined {
  if (submitter?.hasAttribute('formaction')) return [submitter, 'formaction']
  return target instanceof HTMLFormElement && target.hasAttribute('action') ? [target, 'action'] : undefined
}

/** The address carries the token for as long as the browser reads it, so that nobody copies it from there. */
function leave({ key, origins }: Settings, address: string, [element, attribute]: Way): void {
  const written = element.getAttribute(attribute) ?? ''
  const url = URL.parse(written, document.baseURI)
  if (!url || url.hostname === location.hostname || !origins.includes(url.origin)) return
  const choice = readCookie(key)
  const token = choice === undefined ? undefined : newToken()
  // One that somebody wrote into the link is taken out all the same.
  const decorated = withToken(url, token)
  if (decorated === url.href) return
  if (token !== undefined)
    // It may arrive after the page: that one asks again.
    void fetch(address, {
      method: 'POST',
      body: JSON.stringify({ token, to: url.origin, choice }),
      keepalive: true,
      credentials: 'omit',
    }).catch(() => {})
  element.setAttribute(attribute, decorated)
  setTimeout(() => {
    if (element.getAttribute(attribute) === decorated) element.setAttribute(attribute, written)
  })
}

const newToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
