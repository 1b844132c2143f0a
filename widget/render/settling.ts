import { hasRegions, regionTable } from '../../shared/domain/regime.ts'
import type { SettlingRules } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { wordsOf } from './languages.ts'
import { linked } from './linked.ts'
import { script } from './literal.ts'

/** When each purpose last became another, epoch milliseconds. */
export type Since = Readonly<Record<string, number>>

export interface Settling {
  readonly code: string
  /** Beside the loader only: a call before it starts, with the name of its configuration. */
  readonly before: ((configuration: string) => string) | undefined
  /** `served`: index of the rule for the region that the server saw. */
  of(configuration: string, served?: number): string
}

/**
 * What rules by region, and what changed, make of a configuration: code before the call that takes it, and the argument.
 * Sites with neither have nothing of it.
 */
export function settling(
  site: SiteConfiguration,
  built: { readonly settle: string; readonly forget: string },
  since: Since,
): Settling {
  const { rules } = site.regimes
  const byRegion = hasRegions(rules)
  if (!byRegion && Object.keys(since).length === 0)
    return { code: '', before: undefined, of: configuration => configuration }
  const { body, names } = linked(built.settle)
  const settings = (served: number): SettlingRules => ({
    rules: byRegion ? rules.map(({ regime, keepsOff }) => ({ regime, ...(keepsOff && { keepsOff }) })) : [],
    regions: byRegion ? regionTable(rules) : {},
    served,
    ...(rules.some(({ regime }) => regime === 'opt-out') && {
      labels: Object.fromEntries(
        site.languages.map(language => [language, wordsOf(language).privacyChoices]),
      ),
    }),
    ...(Object.keys(since).length > 0 && { since }),
  })
  return {
    // In a function of its own, for its names and those of what it stands beside are alike.
    code: `const settled=(()=>{${body}return ${names['settled']}})();`,
    before: Object.keys(since).length > 0 ? forgetting(built.forget) : undefined,
    of: (configuration, served = -1) => `settled(${configuration},${script(settings(served))})`,
  }
}

const forgetting = (built: string) => {
  const { body, names } = linked(built)
  return (configuration: string): string => `(()=>{${body}${names['forgetFlags']}(${configuration})})();`
}
