import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import type { LedgerStore } from '../../ledger/store.ts'

/** A configuration as it was published, by an older version of Assent too: what later ones require may not be in it. */
export function readConfigurationOf(
  store: Pick<LedgerStore, 'text'>,
  site: string,
  hash: string,
): Partial<SiteConfiguration> {
  const text = store.text(site, hash)
  if (!text) throw new Error(`configuration ${hash} of ${site} is missing: run assent verify`)
  return JSON.parse(new TextDecoder().decode(text.body)) as Partial<SiteConfiguration>
}
