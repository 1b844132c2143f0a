import type { SiteConfiguration } from '../domain/site.ts'
import { each, isObject, looseSite, type Fault, type Loose } from './loose-site.ts'

/** What `assent migrate` writes where nobody has said yet: visitors would be told nothing by it. */
const UNWRITTEN = /^to[ -]be[ -]written/i
/** The user-assigned code of ISO 3166-1 that stands for no country. */
const NO_COUNTRY = 'ZZ'

/** Who answers for a site, and who a service is that may run, must stand there before anybody reads it. */
export function unwrittenFaults(input: unknown): Fault[] {
  const { controller, services } = looseSite(input)
  const facts: readonly (readonly [string, unknown])[] = [
    ...Object.entries(isObject(controller) ? controller : {}).map(
      ([name, fact]) => [`controller.${name}`, fact] as const,
    ),
    ...each<Loose<SiteConfiguration['services'][number]>>(services, 'services').flatMap(({ item, at }) =>
      item.approval?.state === 'approved' ? [[`${at}.provider`, item.provider] as const] : [],
    ),
  ]
  return facts.flatMap(([path, fact]) =>
    typeof fact === 'string' &&
    (UNWRITTEN.test(fact) || (path === 'controller.country' && fact === NO_COUNTRY))
      ? [{ path, message: 'is still to be written' }]
      : [],
  )
}
