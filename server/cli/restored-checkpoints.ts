import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { compareWithCheckpoint, type Comparison } from '../ledger/compare-checkpoint.ts'
import { CommandError } from './command.ts'
import type { OpenData } from './data.ts'

/** A signed note that was kept elsewhere, and where. */
export interface KeptNote {
  readonly name: string
  readonly note: string
}

/** A restored log beside the checkpoint the operator has of it. */
export interface Compared {
  readonly site: string
  readonly entries: number
  readonly given?: KeptNote & { readonly compared: Comparison }
}

/** Before anything is appended to the restored logs. */
export function compareWithKept({ ledger }: OpenData, notes: readonly KeptNote[]): Compared[] {
  const sites = ledger.store.sites()
  const ofSite = new Map(notes.map(given => [siteOf(ledger, sites, given), given]))
  return sites.map(site => {
    const entries = ledger.store.size(site)
    const given = ofSite.get(site)
    if (!given) return { site, entries }
    return {
      site,
      entries,
      given: { ...given, compared: compareWithCheckpoint(ledger, site, given.note) },
    }
  })
}

function siteOf(ledger: OpenData['ledger'], sites: readonly string[], { name, note }: KeptNote): string {
  const origin = note.split('\n', 1)[0]
  const site = sites.find(each => ledger.signer(each).name === origin)
  if (site === undefined)
    throw new CommandError(`The checkpoint ${name} is of no log in this backup: check --checkpoint.`)
  return site
}

/** What a restored log is to what was signed of it, in words. */
export interface Settled {
  readonly site: string
  readonly entries: number
  readonly says: string
  /** What the operator has to decide before this log grows again. */
  readonly next?: string
}

/**
 * Leaves beside each restored log the checkpoint that decides whether it may grow: its own, where it continues the one the
 * operator kept; that one, where it does not; none, where nobody knows what was signed after the backup. A server neither
 * signs nor appends in the last two cases.
 */
export const settleKept = (data: OpenData, compared: readonly Compared[]): Settled[] =>
  compared.map(each => ({ site: each.site, entries: each.entries, ...settle(data, each) }))

function settle(
  { ledger, folders }: OpenData,
  { site, entries, given }: Compared,
): Pick<Settled, 'says' | 'next'> {
  const decide = `decide with "assent log resume ${site}"; until then the server neither signs nor takes anything for it`
  if (!given) {
    const kept = join(folders.checkpoints, site)
    if (existsSync(kept)) renameSync(kept, `${kept}.backup`)
    return {
      says: `not compared: whether more than these ${entries} entries were signed is not known here`,
      next: `restore again with the last --checkpoint you have of it, or ${decide}`,
    }
  }
  const { compared, name, note } = given
  if (compared.is === 'continued')
    return { says: `continues the checkpoint of ${compared.size} entries in ${name}` }
  ledger.signer(site).keep(note)
  if (compared.is === 'behind')
    return {
      says: `behind: ${compared.size} entries were signed by the checkpoint in ${name}, ${compared.size - entries} more than are here`,
      next: `look for a newer backup, or ${decide}`,
    }
  return {
    says:
      compared.is === 'contradicted'
        ? `another history: its first ${compared.size} entries are not the ones of the checkpoint in ${name}`
        : `the checkpoint in ${name} is not signed by the key in this backup`,
    next: 'do not serve it; find out whose backup this is',
  }
}
