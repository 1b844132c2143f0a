import { Metadata, type CountryCode, type NumberType } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/max/metadata'

/**
 * What the library says of a number in E.164, in a sixth of the time: it compiles its patterns anew for every number, and a
 * list has a million. Whatever is not plainly a number of its country is left to the library; that both say the same is
 * tested over every country.
 */
export interface PlainNumber {
  readonly country: CountryCode
  readonly type: NonNullable<NumberType>
}

/** As much of the library's own view of its data as is needed here. */
interface PlanData {
  nationalNumberPattern(): string
  nationalPrefixForParsing(): string | undefined
  leadingDigits(): string | undefined
  type(
    type: NonNullable<NumberType>,
  ): { pattern(): string | undefined; possibleLengths(): number[] | undefined } | undefined
}

interface Plan {
  readonly country: CountryCode
  readonly pattern: RegExp
  /** What is dialled in front within the country. */
  readonly prefix: RegExp | undefined
  readonly leadingDigits: RegExp | undefined
  readonly fixedLine: Kind | undefined
  /** `undefined`: the plan does not tell mobile numbers from fixed lines. */
  readonly mobile: Kind | undefined
  readonly others: readonly (readonly [type: NonNullable<NumberType>, kind: Kind])[]
}

interface Kind {
  readonly pattern: RegExp
  readonly lengths: readonly number[] | undefined
}

/** In the order in which the library looks at them, behind fixed lines. */
const OTHERS: readonly NonNullable<NumberType>[] = [
  'MOBILE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
]

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)
const beginning = (pattern: string | undefined): RegExp | undefined =>
  pattern ? new RegExp(`^(?:${pattern})`) : undefined

const CODES = (metadata as unknown as { country_calling_codes: Readonly<Record<string, readonly string[]>> })
  .country_calling_codes

const plans = new Map<string, readonly Plan[]>()

/** Those of the countries that share a calling code, the main one first. Made when a number first needs them. */
function plansOf(code: string): readonly Plan[] {
  const known = plans.get(code)
  if (known) return known
  // A code that belongs to no country is the library's business.
  const countries = (CODES[code] ?? []).filter((country): country is CountryCode =>
    /^[A-Z]{2}$/.test(country),
  )
  const made = countries.map(planOf)
  plans.set(code, made)
  return made
}

function planOf(country: CountryCode): Plan {
  const data = new Metadata(metadata)
  data.selectNumberingPlan(country)
  const plan = data.numberingPlan as unknown as PlanData
  const kindOf = (type: NonNullable<NumberType>): Kind | undefined => {
    const kind = plan.type(type)
    const pattern = kind?.pattern()
    return pattern ? { pattern: whole(pattern), lengths: kind?.possibleLengths() } : undefined
  }
  return {
    country,
    pattern: whole(plan.nationalNumberPattern()),
    prefix: beginning(plan.nationalPrefixForParsing()),
    leadingDigits: beginning(plan.leadingDigits()),
    fixedLine: kindOf('FIXED_LINE'),
    mobile: kindOf('MOBILE'),
    others: OTHERS.flatMap(type => {
      const kind = kindOf(type)
      return kind ? [[type, kind] as const] : []
    }),
  }
}

const is = ({ pattern, lengths }: Kind, number: string): boolean =>
  (lengths === undefined || lengths.includes(number.length)) && pattern.test(number)

function typeIn(plan: Plan, number: string): NonNullable<NumberType> | undefined {
  if (!plan.pattern.test(number)) return undefined
  if (plan.fixedLine && is(plan.fixedLine, number))
    return !plan.mobile || is(plan.mobile, number) ? 'FIXED_LINE_OR_MOBILE' : 'FIXED_LINE'
  return plan.others.find(([, kind]) => is(kind, number))?.[0]
}

/** No calling code is the beginning of another. */
function codeOf(number: string): string | undefined {
  for (let length = 2; length <= 4; length++) {
    const code = number.slice(1, length)
    if (Object.hasOwn(CODES, code)) return code
  }
  return undefined
}

/** `undefined`: ask the library. */
export function plainNumber(e164: string): PlainNumber | undefined {
  const code = codeOf(e164)
  const possible = code === undefined ? [] : plansOf(code)
  const [main] = possible
  if (!main) return undefined
  const number = e164.slice(1 + code!.length)
  // It may have been written with the prefix of calls within the country, which is then taken off.
  if (main.prefix?.test(number)) return undefined
  const plan =
    possible.length === 1
      ? main
      : possible.find(({ leadingDigits }, n) =>
          leadingDigits ? leadingDigits.test(number) : typeIn(possible[n]!, number) !== undefined,
        )
  const type = plan && typeIn(plan, number)
  return plan && type && { country: plan.country, type }
}
