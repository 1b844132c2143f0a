import type { Database } from 'better-sqlite3'
import { isOfSubject, type Entry, type TextPublishedEntry } from '../../../shared/domain/entry.ts'
import type { AppendedEntry, Hash, KnownEntry, LogFormat, NewEntry } from '../../ledger/store.ts'
import { sqliteAddresses } from './addresses.ts'
import { derivedTables } from './derived.ts'
import { sqliteErasing } from './erase.ts'
import type { Batch } from './group-commit.ts'
import { project } from './projections/project.ts'

export interface AppendWork {
  readonly site: string
  readonly entries: readonly NewEntry[]
}

/** Makes the function that begins one appending transaction; its statements are prepared once. */
export function appendBatches(
  database: Database,
  { encodeEntry, integrate, listHash }: LogFormat,
): () => Batch<AppendWork, AppendedEntry[]> {
  const sql = statements(database)
  const { subjectOfAddress } = sqliteAddresses(database)
  const begin = derivedTables(database, integrate)
  const erasing = sqliteErasing(database, listHash)
  return () => {
    const derived = begin()

    function perform({ site, entries }: AppendWork): AppendedEntry[] {
      const { size } = derived.log(site)
      const leaves: Hash[] = []
      const answers = entries.map(entry => appendOne(site, entry, size + leaves.length, leaves))
      if (leaves.length > 0) derived.grow(site, leaves)
      return answers
    }

    function appendOne(site: string, added: NewEntry, index: number, leaves: Hash[]): AppendedEntry {
      const { id } = added.entry
      const subject = isOfSubject(added.entry) ? added.entry.subject : undefined
      const owner = added.address && subjectOfAddress(site, added.address.blind)
      if (owner !== undefined && owner !== subject) return { belongsTo: owner }
      if (subject !== undefined && isErasedSince(site, subject, added.preparedAt)) return { erased: true }
      const onlyAfter = added.erases?.onlyAfter
      if (onlyAfter !== undefined && lastIndexOf(site, subject!) !== onlyAfter) return { movedOn: true }
      if (!derived.claimId(site, id, index)) return { known: knownEntry(site, id) }
      const previous = subject === undefined ? undefined : lastIndexOf(site, subject)
      const erasure = added.erases && erasing.begin(site, subject!, previous, added.erases)
      const { entry, text, leaf } = encodeEntry({
        ...added.entry,
        ...(previous !== undefined && { previous }),
        ...erasure?.said,
      })
      sql.insertEntry.run(site, index, text, leaf)
      if (added.private) sql.insertPrivate.run(site, index, subject, added.private.salt, added.private.sealed)
      if (added.address && owner === undefined) derived.lead(site, added.address)
      if (added.body && entry.type === 'text-published') insertText(site, entry, added.body)
      project(derived.projections, entry, index)
      erasure?.destroy()
      leaves.push(leaf)
      return { index, receivedAt: entry.receivedAt }
    }

    const lastIndexOf = (site: string, subject: string): number | undefined =>
      derived.projections.subject(site, subject)?.lastIndex

    function isErasedSince(site: string, subject: string, since: number | undefined): boolean {
      const last = since === undefined ? undefined : lastIndexOf(site, subject)
      return since !== undefined && last !== undefined && erasing.isErasedSince(site, last, since)
    }

    function knownEntry(site: string, id: string): KnownEntry {
      const { idx, text } = sql.entryById.get(site, id)!
      const part = sql.privatePart.get(site, idx)
      return { index: idx, entry: JSON.parse(text) as Entry, ...(part && { salt: part.salt }) }
    }

    const insertText = (site: string, { text, kind, language }: TextPublishedEntry, body: Uint8Array) =>
      sql.insertText.run(site, text, kind, language ?? null, body)

    return { perform, finish: derived.save }
  }
}

function statements(database: Database) {
  const write = (text: string) => database.prepare<unknown[]>(text)
  return {
    entryById: database.prepare<[string, string], { idx: number; text: string }>(
      `SELECT e.idx, e.entry AS text FROM entry_ids i JOIN entries e ON e.site = i.site AND e.idx = i.idx
       WHERE i.site = ? AND i.id = ?`,
    ),
    insertEntry: write('INSERT INTO entries (site, idx, entry, leaf) VALUES (?, ?, ?, ?)'),
    insertPrivate: write(
      'INSERT INTO private_parts (site, idx, subject, salt, sealed) VALUES (?, ?, ?, ?, ?)',
    ),
    privatePart: database.prepare<[string, number], { salt: Buffer }>(
      'SELECT salt FROM private_parts WHERE site = ? AND idx = ?',
    ),
    insertText: write('INSERT INTO texts (site, hash, kind, language, body) VALUES (?, ?, ?, ?, ?)'),
  }
}
