import type { SettlingRules, WidgetConfiguration } from '../../shared/domain/publication.ts'

/**
 * The configuration as it holds where this visitor is. The page's own word on the region comes first, for the owner's server
 * may know it better than an address tells; and no word makes a site laxer than its own rule for that region.
 */
export function settled(
  configuration: WidgetConfiguration,
  { rules, regions, served, labels = configuration.labels, since = {} }: SettlingRules,
): WidgetConfiguration {
  const said = document.documentElement.dataset['assentRegion']?.toUpperCase()
  // `US-CA`, or every other part of that country, or all of it.
  const region = said && [said, said.slice(0, 3), said.slice(0, 2)].find(name => name in regions)
  const rule = rules[said === undefined ? served : regions[region!]!]
  const { regime, keepsOff } = rule && remembers() ? rule : { regime: 'opt-in' as const }
  const isLax = regime !== 'opt-in'

  return {
    ...configuration,
    ...(regime === 'opt-out' && { labels }),
    since,
    ...(rules[0] && { under: { regime, ...(region && { region: region.replace(/-$/, '') }) } }),
    settle(held, decidedAt) {
      const refusedAll = held && !Object.values(held).includes(true)
      const isNew = (id: string): boolean => since[id]! > decidedAt
      // Out of what is remembered too, or the next decision about something else would renew it.
      for (const id in held) if (held[id] && isNew(id)) delete held[id]
      const choices = { ...held }
      for (const [id, required, covered] of configuration.purposes) {
        if (required || id in choices) continue
        const rests = refusedAll && isNew(id)
        const isKeptOff = keepsOff?.includes(id) || (covered && navigator.globalPrivacyControl)
        if (isLax && !rests && !isKeptOff) choices[id] = true
        // Neither answered nor to be asked: there for `in`, and for nothing that looks through them.
        else if (isLax || rests) Object.defineProperty(choices, id, { configurable: true })
      }
      return held || isLax ? choices : undefined
    },
  }
}

/** Whoever cannot be remembered could not turn anything off: they are asked first, as everywhere. Only trying tells. */
function remembers(): boolean {
  try {
    document.cookie = 'assent_probe=1;samesite=lax'
    const isKept = document.cookie.includes('assent_probe=1')
    document.cookie = 'assent_probe=;max-age=0'
    return isKept
  } catch {
    return false // An opaque origin.
  }
}
