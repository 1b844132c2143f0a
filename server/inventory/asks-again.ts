import { canonicalJson } from '../../shared/domain/canonical.ts'
import {
  asksAgain,
  changedPurposes,
  type AsksAgain,
  type Changed,
  type Declared,
} from '../../shared/domain/material-change.ts'
import type { PublicationFiles } from '../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { RenderedFile } from '../ledger/publish.ts'
import type { LedgerStore } from '../ledger/store.ts'
import { readConfiguration } from './current.ts'

const NAME = 'asks-again'

/** What a publication asks again; kept by hash like everything else it fixes, so that it can be made once more. */
export function keptAsksAgain(
  store: LedgerStore,
  site: string,
  files: PublicationFiles,
): AsksAgain | undefined {
  const hash = files[NAME]
  if (hash === undefined) return undefined
  const text = store.text(site, hash)
  if (!text) throw new Error(`couldn't read what "${site}" asks again: ${hash} is not in the ledger`)
  return JSON.parse(new TextDecoder().decode(text.body)) as AsksAgain
}

export const asksAgainFile = (again: AsksAgain): RenderedFile => ({
  name: NAME,
  kind: NAME,
  bytes: new TextEncoder().encode(canonicalJson(again)),
})

export const sinceOf = (again: AsksAgain | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(again?.purposes ?? {}).map(([id, { since }]) => [id, since]))

/** How a configuration differs from the one that is served, and what follows for those who have decided. */
export function comparedWithServed(
  store: LedgerStore,
  configuration: SiteConfiguration,
  declared: Declared,
  now: number,
): { readonly found: readonly Changed[]; readonly again: AsksAgain | undefined } {
  const { site, purposes } = configuration
  const current = store.current(site)
  if (!current) return { found: [], again: undefined }
  const found = changedPurposes(readConfiguration(store, site, current.configuration), configuration)
  const again = asksAgain(found, declared, keptAsksAgain(store, site, current.files), now)
  return { found, again: again && ofPurposes(again, new Set(purposes.map(({ id }) => id))) }
}

/** A purpose that is gone is asked about no more; when it comes back, it is a new one. */
function ofPurposes(again: AsksAgain, ids: ReadonlySet<string>): AsksAgain | undefined {
  const purposes = Object.fromEntries(Object.entries(again.purposes).filter(([id]) => ids.has(id)))
  return Object.keys(purposes).length === 0 && !again.notMaterial ? undefined : { ...again, purposes }
}
