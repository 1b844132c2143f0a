import type { Regime, RegimeRule } from './site.ts'

/** What a decision was taken under: what the law of a region has a site do, and the region as its rule names it. */
export interface Under {
  readonly regime: Regime
  /** ISO 3166-1 country or ISO 3166-2 subdivision of the rule; absent where none of the site's rules is about it. */
  readonly region?: string
}

/** From the strictest to the laxest. */
const STRICTNESS: readonly Regime[] = ['opt-in', 'opt-out', 'notice-only']

const laxness = ({ regime, keepsOff = [] }: RegimeRule): number =>
  // Of two that are alike, the one that keeps more off is stricter.
  STRICTNESS.indexOf(regime) * 100 - keepsOff.length

/** `US` or `US-CA`, from whatever a proxy or a page wrote; `undefined` for what is no region. */
export function readRegion(country: string | undefined, subdivision?: string): string | undefined {
  const whole = (country ?? '').trim().toUpperCase()
  const part = (subdivision ?? '').trim().toUpperCase()
  // Placeholders of proxies for what they do not know, and for anonymous networks.
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(whole) || /^(XX|ZZ|A1|A2|O1|AP|T1)(-|$)/.test(whole))
    return undefined
  if (whole.length > 2 || part === '') return whole
  const own = part.startsWith(`${whole}-`) ? part.slice(3) : part
  return /^[A-Z0-9]{1,3}$/.test(own) ? `${whole}-${own}` : whole
}

/**
 * Index of the rule that holds in a region; -1 where only the default does. The most specific rule wins. Where only the
 * country is known, somebody may be in any of its parts, so the strictest rule of the country and its parts does; and
 * where nothing is known, the default, which no rule is stricter than.
 */
export function ruleFor(rules: readonly RegimeRule[], region: string | undefined): number {
  if (region === undefined) return -1
  const about = (name: string): number => rules.findIndex(({ regions }) => regions.includes(name))
  const exact = about(region)
  if (region.length > 2) return exact < 0 ? about(region.slice(0, 2)) : exact
  if (exact < 0) return -1
  return rules.reduce(
    (strictest, rule, i) =>
      rule.regions.some(name => name.startsWith(`${region}-`)) && laxness(rule) < laxness(rules[strictest]!)
        ? i
        : strictest,
    exact,
  )
}

/** A region as the site's rules name it, so that nothing finer is written down. */
const namedRegion = (rules: readonly RegimeRule[], region: string): string | undefined =>
  [region, region.slice(0, 2)].find(name => rules.some(({ regions }) => regions.includes(name)))

/** A browser may say so: it is what the site's own rules make of that region, or of part of it. */
export function isPublished({ regime, region }: Under, rules: readonly RegimeRule[]): boolean {
  const alike = rules.filter(rule => rule.regime === regime)
  if (region === undefined) return regime === 'opt-in' || alike.length > 0
  return (
    alike.some(({ regions }) => regions.includes(region)) || rules[ruleFor(rules, region)]?.regime === regime
  )
}

/** Region → index of its rule, for whoever looks up and reasons no further; `US-` is every other part of the United States. */
export function regionTable(rules: readonly RegimeRule[]): Readonly<Record<string, number>> {
  const named = rules.flatMap(({ regions }) => regions)
  const others = named
    .filter(name => name.length === 2 && named.some(part => part.startsWith(`${name}-`)))
    .map(country => [`${country}-`, rules.findIndex(({ regions }) => regions.includes(country))] as const)
  return Object.fromEntries([...named.map(name => [name, ruleFor(rules, name)] as const), ...others])
}

/** What the site's rules make of a region that somebody was seen in. */
export function underOf(
  { default: regime, rules }: { readonly default: Regime; readonly rules: readonly RegimeRule[] },
  region: string | undefined,
): Under | undefined {
  if (region === undefined || !hasRegions(rules)) return undefined
  const named = namedRegion(rules, region)
  return {
    regime: rules[ruleFor(rules, region)]?.regime ?? regime,
    ...(named !== undefined && { region: named }),
  }
}

/** Some region has another regime than to ask first. */
export const hasRegions = (rules: readonly RegimeRule[]): boolean =>
  rules.some(({ regime }) => regime !== 'opt-in')
