import type { RevocationScope, SiteConfiguration } from '../domain/site.ts'
import { dayOf, holdsOn, type Dated } from './dated.ts'

/** Right under every law: what a site has that chose nothing. */
export const DEFAULT_REVOCATION_SCOPE: RevocationScope = 'all'

export interface RevocationRule extends Dated {
  /** ISO 3166-1 alpha-2 of the people written to. */
  readonly country: string
  /** What a site may choose while the row holds. */
  readonly mayChoose: readonly RevocationScope[]
}

/** How far a stop reaches by law. A country without a row leaves the choice to the site. */
export const REVOCATION_RULES: readonly RevocationRule[] = [
  {
    country: 'US',
    mayChoose: ['program', 'sender', 'all'],
    until: '2027-01-30',
    source:
      'FCC order DA 26-12 of 2026-01-06: 47 CFR 64.1200(a)(10) waived as far as a revocation reaches unrelated messages',
    checked: false,
    note: 'Quoted by several law firms; the order itself was not read.',
  },
  {
    country: 'US',
    mayChoose: ['all'],
    from: '2027-01-31',
    source: '47 CFR 64.1200(a)(10), when the waiver of DA 26-12 ends',
    checked: false,
    note: 'The FCC is reconsidering the rule: look again before the day.',
  },
]

export interface RevocationQuestion {
  /** When the stop was said: how far it reaches is settled then. Epoch milliseconds. */
  readonly at: number
  /** Where the people are whom the program or the sender writes to, ISO 3166-1 alpha-2. */
  readonly countries: readonly string[]
  /** What the site's configuration says, in any order. */
  readonly policy: SiteConfiguration['revocation']
}

/** How far a stop reaches: as the site chose where the law of every country leaves it the choice, else everything. */
export function revocationScope({ at, countries, policy }: RevocationQuestion): RevocationScope {
  const day = dayOf(at)
  const scope = chosenOn(day, policy) ?? DEFAULT_REVOCATION_SCOPE
  const forbids = ({ country, mayChoose, ...days }: RevocationRule): boolean =>
    countries.includes(country) && holdsOn(days, day) && !mayChoose.includes(scope)
  return REVOCATION_RULES.some(forbids) ? DEFAULT_REVOCATION_SCOPE : scope
}

/** The choice that began last. */
const chosenOn = (day: string, policy: SiteConfiguration['revocation'] = []): RevocationScope | undefined =>
  policy
    .filter(({ from }) => from <= day)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .at(-1)?.scope
