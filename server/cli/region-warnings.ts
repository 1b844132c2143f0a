import { ruleFor } from '../../shared/domain/regime.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { dayOf, holdsOn } from '../../shared/rules/dated.ts'
import { OPT_OUT_SIGNALS } from '../../shared/rules/opt-out-signals.ts'
import type { Warning } from './language-warnings.ts'

/** Rules that let something run where the law is said to have the browser's signal stop it, and nothing would. */
export function regionWarnings({ regimes, purposes }: SiteConfiguration, now: number): Warning[] {
  const { rules } = regimes
  const covered = purposes.some(({ gpc, kind }) => gpc && kind !== 'messages')
  return rules.flatMap(({ regime }, i) => {
    if (regime === 'opt-in') return []
    const states = OPT_OUT_SIGNALS.filter(
      row => holdsOn(row, dayOf(now)) && ruleFor(rules, row.region) === i,
    ).map(({ region }) => region)
    if (states.length === 0) return []
    const named = new Intl.ListFormat('en').format(states)
    if (regime === 'notice-only')
      return [
        {
          path: `regimes.rules[${i}].regime`,
          message: `is "notice-only" in ${named}, where the browser's opt-out signal is said to be an opt-out that has to be recorded: "opt-out" does that`,
        },
      ]
    return covered
      ? []
      : [
          {
            path: `regimes.rules[${i}]`,
            message: `lets everything run in ${named}, where the browser's opt-out signal is said to stop sale and sharing, and no purpose has "gpc": true`,
          },
        ]
  })
}
