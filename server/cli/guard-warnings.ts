import { guardId, guardTable, sharedHosts } from '../../shared/domain/guard.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Warning } from './language-warnings.ts'

/** What the owner of a site in automatic mode has to do themselves: the guard is in their pages. `before`: what was served. */
export function guardWarnings(after: SiteConfiguration, before: SiteConfiguration | undefined): Warning[] {
  if (!after.gating?.automatic) return []
  const id = guardId(guardTable(after))
  const isNew = !before?.gating?.automatic
  const warnings: Warning[] = []
  if (isNew || guardId(guardTable(before)) !== id)
    warnings.push({
      path: 'gating.automatic',
      message: `${isNew ? 'needs' : 'has hosts, purposes or approvals that changed, and needs'} the guard ${id} in your pages, above the snippet: paste what "assent site guard ${after.site}" prints`,
    })
  const shared = sharedHosts(after)
  if (shared.length > 0)
    warnings.push({
      path: 'services',
      message: `something necessary needs ${shared.join(', ')}, so automatic mode holds nothing of it: mark what must wait with data-consent`,
    })
  return warnings
}
