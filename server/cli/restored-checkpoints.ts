import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { compareWithCheckpoint } from '../ledger/compare-checkpoint.ts'
import { CommandError } from './command.ts'
import type { OpenData } from './data.ts'

/** What a restored log is to what was signed of it before. */
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
export function settleKept(
  { ledger, folders }: OpenData,
  notes: readonly { readonly name: string; readonly note: string }[],
): Settled[] {
  const sites = ledger.store.sites()
  const ofSite = new Map(notes.map(given => [siteOf(ledger, sites, given), given]))
  return sites.map(site => {
    const entries = ledger.store.log(site).size
    const given = ofSite.get(site)
    const kept = join(folders.checkpoints, site)
    const decide = `decide with "assent log resume ${site}"; until then the server neither signs nor takes anything for it`
    if (!given) {
      if (existsSync(kept)) renameSync(kept, `${kept}.backup`)
      return {
        site,
        entries,
        says: `not compared: whether more than these ${entries} entries were signed is not known here`,
        next: `restore again with the last --checkpoint you have of it, or ${decide}`,
      }
    }
    const compared = compareWithCheckpoint(ledger, site, given.note)
    if (compared.is === 'continued')
      return { site, entries, says: `continues the checkpoint of ${compared.size} entries in ${given.name}` }
    ledger.signer(site).keep(given.note)
    return {
      site,
      entries,
      says:
        compared.is === 'behind'
          ? `behind: ${compared.size} entries were signed by the checkpoint in ${given.name}, ${compared.size - entries} more than are here`
          : compared.is === 'contradicted'
            ? `another history: its first ${compared.size} entries are not the ones of the checkpoint in ${given.name}`
            : `the checkpoint in ${given.name} is not signed by the key in this backup`,
      next:
        compared.is === 'behind'
          ? `look for a newer backup, or ${decide}`
          : `do not serve it; find out whose backup this is`,
    }
  })
}

function siteOf(
  ledger: OpenData['ledger'],
  sites: readonly string[],
  { name, note }: { readonly name: string; readonly note: string },
): string {
  const origin = note.split('\n', 1)[0]
  const site = sites.find(each => ledger.signer(each).name === origin)
  if (site === undefined)
    throw new CommandError(`The checkpoint ${name} is of no log in this backup: check --checkpoint.`)
  return site
}
