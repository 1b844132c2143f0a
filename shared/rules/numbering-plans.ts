import type { Dated } from './dated.ts'

/** Countries whose mobile numbers nobody can tell from those of the country that leads their plan, and that are written alike. */
export interface SharedPlan extends Dated {
  /** ISO 3166-1 alpha-2. Who serves this country serves the others with it. */
  readonly country: string
  readonly with: readonly string[]
}

const PLAN = 'ITU-T E.164, list of assigned country codes'

/**
 * Not here, though they share a country code: the countries of +1 (a text to the Caribbean costs what a text abroad costs),
 * Russia and Kazakhstan, and the French overseas, which have codes of their own. Each of those is named in `countries` or is
 * not served.
 */
export const SHARED_PLANS: readonly SharedPlan[] = [
  {
    country: 'GB',
    with: ['GG', 'JE', 'IM'],
    source: `${PLAN} (+44); Ofcom, National Telephone Numbering Plan`,
    checked: false,
    note: 'Told apart by blocks of 07 numbers that move. Their own laws apply to the people, so a rule of the law never follows from the number alone.',
  },
  { country: 'IT', with: ['VA'], source: `${PLAN} (+39)`, checked: false },
  { country: 'FI', with: ['AX'], source: `${PLAN} (+358)`, checked: false },
  { country: 'NO', with: ['SJ'], source: `${PLAN} (+47)`, checked: false },
  { country: 'AU', with: ['CX', 'CC'], source: `${PLAN} (+61)`, checked: false },
]
