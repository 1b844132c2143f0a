import { createHash } from 'node:crypto'
import type { LedgerStore, Publication } from '../ledger/store.ts'
import type { Built } from './built.ts'
import { keptAsksAgain } from './asks-again.ts'
import { readConfiguration } from './current.ts'

/**
 * How many of a site's published versions this build renders to the very bytes that are kept. Every other one was made by
 * another version of Assent, or by hand: its kept bytes are what people were shown, and what their hashes in the log hold.
 */
export interface RenderedAgain {
  readonly versions: number
  readonly same: number
}

/** Renders each published version once more from its configuration, and compares. */
export function renderedAgain(store: LedgerStore, built: Built, site: string): RenderedAgain {
  const seen = new Set<string>()
  let same = 0
  for (const publication of store.publications(site)) {
    const key = JSON.stringify([publication.configuration, publication.files])
    if (seen.has(key)) continue
    seen.add(key)
    if (isRendered(store, built, site, publication)) same++
  }
  return { versions: seen.size, same }
}

function isRendered(
  store: LedgerStore,
  built: Built,
  site: string,
  { configuration: hash, files }: Publication,
): boolean {
  try {
    const configuration = readConfiguration(store, site, hash)
    if (built.faults(configuration).length > 0) return false
    const made = built.files(configuration, keptAsksAgain(store, site, files))
    return (
      made.length === Object.keys(files).length &&
      made.every(({ name, bytes }) => files[name] === createHash('sha256').update(bytes).digest('hex'))
    )
  } catch {
    // A configuration this build cannot render, or one whose bytes are gone: the latter is a finding of its own.
    return false
  }
}
