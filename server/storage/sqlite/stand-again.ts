import type { Database } from 'better-sqlite3'
import type { SubjectEntry } from '../../../shared/domain/entry.ts'
import { applyEntry, type Standing } from '../../../shared/domain/standing.ts'
import { packStanding } from './projections/standing-row.ts'
import { ELSEWHERE } from './subject-rows.ts'

interface Row {
  readonly site: string
  readonly subject: string
  readonly last_index: number
  readonly address: Buffer | null
  readonly standing: string | null
}

interface Link {
  readonly entry: string
  readonly hasPart: 0 | 1
}

/**
 * Where everybody stands who was ever asked to confirm something, by the rule of today. What cannot be read, or lost a part that
 * shows it, is left for verify to name: of that nothing may come to permit a message.
 */
export function standAgain(database: Database): void {
  const asked = database.prepare<[], Row>(
    `SELECT s.site, s.subject, s.last_index, s.address, CASE WHEN s.address IS NULL THEN s.standing ELSE (
       SELECT a.standing FROM addresses a WHERE a.site = s.site AND a.blind = s.address AND a.subject = s.subject
     ) END AS standing
     FROM (
       SELECT DISTINCT site, entry ->> 'subject' AS subject FROM entries
       WHERE instr(entry, '"confirmation":"double"') > 0 AND json_valid(entry)
     ) e JOIN subjects s ON s.site = e.site AND s.subject = e.subject`,
  )
  const link = database.prepare<[string, number], Link>(
    `SELECT entry, EXISTS (SELECT 1 FROM private_parts p WHERE p.site = e.site AND p.idx = e.idx) AS hasPart
     FROM entries e WHERE site = ? AND idx = ?`,
  )
  const moved: (Row & { readonly packed: string })[] = []
  // Few of many move, and nothing can be written while these are read.
  for (const row of asked.iterate()) {
    const standing = standingOf(row, (site, index) => link.get(site, index))
    const packed = standing && packStanding(standing)
    if (packed !== undefined && packed !== row.standing) moved.push({ ...row, packed })
  }
  const beside = database.prepare<[string, string, Buffer]>(
    'UPDATE addresses SET standing = ? WHERE site = ? AND blind = ?',
  )
  const own = database.prepare<[string, string, string]>(
    'UPDATE subjects SET standing = ? WHERE site = ? AND subject = ?',
  )
  for (const { site, subject, address, packed } of moved) {
    own.run(address ? ELSEWHERE : packed, site, subject)
    if (address) beside.run(packed, site, address)
  }
}

function standingOf(
  { site, subject, last_index }: Row,
  read: (site: string, index: number) => Link | undefined,
): Standing | undefined {
  const chain: { readonly index: number; readonly entry: SubjectEntry }[] = []
  let isErased = false
  for (let index: number | undefined = last_index; index !== undefined;) {
    const found = read(site, index)
    const entry = found && readEntry(found.entry)
    if (!entry || entry.subject !== subject || (entry.previous ?? -1) >= index) return undefined
    isErased ||= entry.type === 'erasure'
    const isSealed = 'commitment' in entry && entry.commitment !== undefined
    if (isSealed && !isErased && !found.hasPart) return undefined
    chain.push({ index, entry })
    index = entry.previous
  }
  return chain.reduceRight<Standing>((now, { entry, index }) => applyEntry(now, entry, index), {})
}

function readEntry(text: string): SubjectEntry | undefined {
  try {
    return JSON.parse(text) as SubjectEntry
  } catch {
    return undefined
  }
}
