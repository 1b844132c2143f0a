import * as z from 'zod'
import { each, type Fault, type LooseSite } from './loose-site.ts'

/** RFC 6265 token. */
const COOKIE_NAME = /^[\w!#$%&'+.^`|~-]+\*?$/

/** What something kept in the browser may be called: databases and caches have addresses and blanks in their names. */
export const keptName = z
  .string()
  .regex(
    /^[^\s*\p{C}](?:[^*\p{C}]*(?:[^\s*\p{C}]|\*))?$/u,
    'must be its name as the browser shows it; "*" stands only at its end, for the rest',
  )

/** Cookies have narrower names, and a service worker is known by the path of its script. */
export const keptNameFaults = (site: LooseSite): Fault[] =>
  each(site.services, 'services').flatMap(({ item, at }) =>
    each(item.cookies, `${at}.cookies`).flatMap(({ item: { name, storage }, at: where }) => {
      const message = typeof name === 'string' ? faultOf(name, storage) : undefined
      return message === undefined ? [] : [{ path: `${where}.name`, message }]
    }),
  )

function faultOf(name: string, storage: unknown): string | undefined {
  if (storage === 'cookie' && !COOKIE_NAME.test(name))
    return 'must be a cookie name (RFC 6265 token); "*" stands only at its end'
  if (storage === 'service-worker' && !name.startsWith('/'))
    return 'must be the path of the script it runs, such as "/push/worker.js"'
  return undefined
}
