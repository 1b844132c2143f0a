import { SHARED_PLANS } from '../../shared/rules/numbering-plans.ts'

/** A program writes to numbers of this country: it names it, or the one whose numbers cannot be told from it. */
export const serves = (countries: readonly string[], country: string): boolean =>
  countries.includes(country) ||
  SHARED_PLANS.some(plan => plan.with.includes(country) && countries.includes(plan.country))
