import { OUR_COOKIE, readChoiceCookie, type RememberedChoice } from '../domain/choice-cookie.ts'
import type { SiteConfiguration } from '../domain/site.ts'

/** Of the site's configuration, what reading its visitors' choices takes. */
export type ChoiceSettings = Pick<SiteConfiguration, 'site' | 'choice'>

/**
 * What a visitor decided, from the `Cookie` header of their request; `undefined` where nothing is remembered, or not any
 * more. A purpose that is not in `choices` was not asked: treat it as refused.
 */
export function readChoice(
  header: string | null | undefined,
  { site, choice }: ChoiceSettings,
  now: number = Date.now(),
): RememberedChoice | undefined {
  const name = `${OUR_COOKIE}${site}=`
  const pair = header?.split(/; */).find(each => each.startsWith(name))
  return pair === undefined
    ? undefined
    : readChoiceCookie(pair.slice(name.length), choice.expiresAfterDays, now)
}
