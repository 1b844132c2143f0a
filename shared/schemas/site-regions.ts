import type { Purpose, RegimeRule } from '../domain/site.ts'
import { each, type Fault, type Loose, type LooseSite } from './loose-site.ts'

/** A region has one rule, and a rule keeps off only what people are asked about. */
export function regionFaults(site: LooseSite): Fault[] {
  const purposes = new Map(each<Loose<Purpose>>(site.purposes, '').map(({ item }) => [item.id, item]))
  const ruleOf = new Map<string, string>()
  return each<Loose<RegimeRule>>(site.regimes?.rules, 'regimes.rules').flatMap(({ item, at }) => {
    const regions: readonly unknown[] = Array.isArray(item.regions) ? item.regions : []
    const keepsOff: readonly unknown[] = Array.isArray(item.keepsOff) ? item.keepsOff : []
    return [
      ...regions.flatMap((region, i) => {
        if (typeof region !== 'string') return []
        const other = ruleOf.get(region)
        ruleOf.set(region, at)
        return other === undefined
          ? []
          : [{ path: `${at}.regions[${i}]`, message: `"${region}" has its rule already, in ${other}` }]
      }),
      ...keepsOff.flatMap((id, i) => {
        if (typeof id !== 'string') return []
        const kind = purposes.get(id)?.kind
        const isAsked = purposes.has(id) && kind !== 'necessary' && kind !== 'messages'
        return isAsked
          ? []
          : [{ path: `${at}.keepsOff[${i}]`, message: `"${id}" is no purpose that people are asked about` }]
      }),
      ...(keepsOff.length > 0 && item.regime === 'opt-in'
        ? [
            {
              path: `${at}.keepsOff`,
              message: 'everything optional is off until "opt-in" is answered: leave it out',
            },
          ]
        : []),
    ]
  })
}
