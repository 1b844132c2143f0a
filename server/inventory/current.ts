import type { PublicationFiles } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { LedgerStore } from '../ledger/store.ts'

/** A site as it is published at this moment. */
export interface CurrentSite {
  readonly key: string
  readonly configuration: SiteConfiguration
  /** SHA-256 (hex) of the configuration. */
  readonly hash: string
  readonly files: PublicationFiles
}

/** Older configurations are not asked for here, so a handful per site is plenty. */
const KEPT = 256

/**
 * Looks sites up. Which configuration is current is asked anew in every turn of the event loop, for another process may
 * publish; requests of one turn share the answer, and the moment in which it was read with whatever they read next. What a hash stands for never changes and is parsed once.
 */
export function sitesIn(store: LedgerStore): (site: string) => CurrentSite | undefined {
  const parsed = new Map<string, SiteConfiguration>()
  const thisTurn = new Map<string, CurrentSite>()

  function configurationOf(site: string, hash: string): SiteConfiguration {
    const known = parsed.get(hash)
    if (known) return known
    const configuration = readConfiguration(store, site, hash)
    if (parsed.size >= KEPT) parsed.clear()
    parsed.set(hash, configuration)
    return configuration
  }

  return key => {
    const known = thisTurn.get(key)
    if (known) return known
    const current = store.snapshot(() => store.current(key))
    if (!current) return undefined
    const { configuration: hash, files } = current
    const site = { key, configuration: configurationOf(key, hash), hash, files }
    if (thisTurn.size === 0) setImmediate(() => thisTurn.clear())
    thisTurn.set(key, site)
    return site
  }
}

export function readConfiguration(store: LedgerStore, site: string, hash: string): SiteConfiguration {
  const text = store.text(site, hash)
  if (!text)
    throw new Error(`couldn't read configuration ${hash} of "${site}": its bytes are not in the ledger`)
  // It was validated before it was published, and its hash is in the log.
  return JSON.parse(new TextDecoder().decode(text.body)) as SiteConfiguration
}
