import type { ErasureEntry } from '../../shared/domain/entry.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import { parseKeptErasures, type KeptErasures } from './kept-erasures.ts'

/**
 * What is kept of erasures outside the database is in the log too: otherwise they are still to be done, or were undone. And
 * what is in the log is kept: otherwise a backup from before it would bring the person back.
 */
export function* verifyKeptErasures(
  { audit, keptErasures }: VerifyTarget,
  site: string,
  /** Ids of the erasures in the log → index. */
  erasures: ReadonlyMap<string, number>,
): Generator<VerifyStep, void> {
  if (!keptErasures) return
  const column = `erasures/${site}`
  const text = keptErasures(site) ?? ''
  let kept: KeptErasures
  try {
    kept = parseKeptErasures(text, column)
  } catch (cause) {
    yield finding(site, column, cause instanceof Error ? cause.message : String(cause))
    return
  }
  for (const { id, subject, reason } of kept.erasures) {
    const index = audit.indexOf(site, id)
    const entry = index === undefined ? undefined : readEntry(audit.entry(site, index)?.bytes)
    if (entry?.type !== 'erasure' || entry.subject !== subject || entry.reason !== reason)
      yield finding(
        site,
        column,
        `the erasure of subject ${subject} is not in the log: start the server, which does it`,
        index,
      )
  }
  const ids = new Set(kept.erasures.map(({ id }) => id))
  for (const [id, index] of erasures)
    if (!ids.has(id))
      yield finding(
        site,
        column,
        'the erasure is not kept outside the database, and a backup from before it would bring the person back: restore this file from a backup, or erase the subject again',
        index,
      )
  // An address may have been erased several times: the last one counts.
  const moments = new Map<string, number>()
  for (const { blind, at } of kept.suppressions)
    moments.set(hex(blind), Math.max(at, moments.get(hex(blind)) ?? 0))
  for (const { blind, at } of audit.suppressions(site))
    if (moments.get(hex(blind)) === at) moments.delete(hex(blind))
  for (const _ of moments)
    yield finding(site, column, 'an address that was erased is not suppressed at that moment in the database')
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function readEntry(bytes: Uint8Array | undefined): Partial<ErasureEntry> | undefined {
  try {
    return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Partial<ErasureEntry>)
  } catch {
    // An entry that is no JSON has its own finding already.
    return undefined
  }
}
