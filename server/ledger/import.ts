import { canonicalJson } from '../../shared/domain/canonical.ts'
import {
  actOf,
  isDecision,
  isOfSubject,
  type Entry,
  type ImportedEntry,
  type Act,
  type TextPublishedEntry,
} from '../../shared/domain/entry.ts'
import { TEXT_KINDS } from '../../shared/domain/publication.ts'
import { actFault } from './act-shape.ts'
import { contentHash, MAX_ENTRY_BYTES } from './entry.ts'
import type { ExportHeader } from './export.ts'
import type { Ledger } from './ledger.ts'
import { hashLeaf } from './merkle.ts'
import { BadExport, type ExportRecord } from './read-export.ts'
import { textsNamedBy } from '../../shared/receipt/named-texts.ts'
import { onceAppended } from './repeated.ts'
import { CLOCK_TOLERANCE } from './steady-clock.ts'
import type { NewEntry } from './store.ts'

/** What importing an export does, or would do. */
export interface ImportCounts {
  /** Acts brought here. */
  imported: number
  /** Acts that are here already, by their ids. */
  known: number
  /** Entries that speak of the other log alone, by their types. */
  readonly skipped: Record<string, number>
  /** Texts the acts rest on that were not here. */
  texts: number
  readonly refused: RefusedRecord[]
}

export interface RefusedRecord {
  readonly line: number
  readonly index: number
  readonly detail: string
}

/** Takes the records of an export one after the other, whole, in their order. */
export interface Import {
  see(record: ExportRecord): void
  /** What is left when the export has ended and is proven. */
  finish(): void
  readonly counts: ImportCounts
}

/** Subject → the index there of the entry that erased it last: what it did before is brought nowhere. */
export type ErasedSubjects = ReadonlyMap<string, number>

export function erasedIn(records: Iterable<ExportRecord>): ErasedSubjects {
  const erased = new Map<string, number>()
  for (const record of records)
    if (record.kind === 'entry' && record.entry.type === 'erasure')
      erased.set(record.entry.subject, record.index)
  return erased
}

/** Looks only: what would come of it. Texts that acts name and nobody has are refused at the end. Throws `BadExport`. */
export function planImport(
  ledger: Ledger,
  site: string,
  erased: ErasedSubjects,
): Import & { readonly named: ReadonlySet<string> } {
  const { store } = ledger
  const counts = noCounts()
  /** Hash → the line that names it first. */
  const named = new Map<string, number>()
  const brought = new Set<string>()
  let published: Entry | undefined
  let header: ExportHeader | undefined

  return {
    counts,
    get named() {
      return new Set(named.keys())
    },
    see(record) {
      if (record.kind === 'header') header = ofSite(record.header, site)
      else if (record.kind === 'text') {
        if (isKnownText(published)) brought.add(record.text)
      } else {
        published = record.entry
        const judged = judge(ledger, erased, header!, record)
        if (typeof judged === 'string') skip(counts, judged)
        else if ('detail' in judged) counts.refused.push(judged)
        else {
          const known = store.entryById(site, judged.id)?.entry
          if (known && known.sent !== judged.sent) counts.refused.push(reused(record))
          else if (known) counts.known++
          else counts.imported++
          for (const hash of known ? [] : textsNamedBy(judged))
            if (!named.has(hash)) named.set(hash, record.line)
        }
      }
    },
    finish() {
      for (const [hash, line] of named) {
        if (store.text(site, hash)) named.delete(hash)
        else if (brought.has(hash)) counts.texts++
        else
          throw new BadExport(
            `text ${hash}, which this entry names, is not here, nor in the file as a text this version knows: export it again with --texts`,
            line,
          )
      }
    },
  }
}

/** Stores what a plan found, some at a time: stopped in the middle and run again, it goes on where it was. */
export function storeImport(
  ledger: Ledger,
  site: string,
  named: ReadonlySet<string>,
  erased: ErasedSubjects,
) {
  const counts = noCounts()
  let header: ExportHeader | undefined
  let waiting: { readonly added: NewEntry; readonly record: EntryRecord }[] = []
  let published: EntryRecord | undefined

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    const answers = await ledger.store.append(
      site,
      batch.map(({ added }) => added),
    )
    for (const [i, { added, record }] of batch.entries()) {
      const isText = added.entry.type === 'text-published'
      const answer = onceAppended(added, answers[i]!)
      if ('refused' in answer) counts.refused.push(reused(record))
      else if (answer.duplicate) counts.known += isText ? 0 : 1
      else if (isText) counts.texts++
      else counts.imported++
    }
  }

  return {
    counts,
    async see(record: ExportRecord): Promise<void> {
      if (record.kind === 'header') header = ofSite(record.header, site)
      else if (record.kind === 'text') {
        const added = named.has(record.text) && textEntry(ledger, published!.entry, record.body)
        if (added) waiting.push({ added, record: published! })
      } else {
        published = record
        const judged = judge(ledger, erased, header!, record)
        if (typeof judged === 'string') skip(counts, judged)
        else if ('detail' in judged) counts.refused.push(judged)
        else waiting.push({ added: { entry: judged }, record })
      }
      if (waiting.length >= TOGETHER) await flush()
    },
    finish: flush,
  }
}

/** Entries of one transaction. */
const TOGETHER = 200

type EntryRecord = Extract<ExportRecord, { kind: 'entry' }>

const noCounts = (): ImportCounts => ({ imported: 0, known: 0, skipped: {}, texts: 0, refused: [] })

function skip({ skipped }: ImportCounts, type: string): void {
  skipped[type] = (skipped[type] ?? 0) + 1
}

function ofSite(header: ExportHeader, site: string): ExportHeader {
  if (header.site === site) return header
  throw new BadExport(
    `the export is of the site "${header.site}": it goes into a site of that key, for the subjects of browsers are made from it`,
    1,
  )
}

const refuse = ({ line, index }: EntryRecord, detail: string): RefusedRecord => ({ line, index, detail })

const reused = (record: EntryRecord): RefusedRecord =>
  refuse(record, 'its id names another entry here, so one of the two is not what it says')

/** The entry to be stored; the type of one that has no meaning here; or why it cannot be taken. */
function judge(
  ledger: Ledger,
  erased: ErasedSubjects,
  header: ExportHeader,
  record: EntryRecord,
): ImportedEntry | string | RefusedRecord {
  const { entry } = record
  // Who read what there is no act of its person's, and was read there.
  if (!isOfSubject(entry) || entry.type === 'erasure' || entry.type === 'evidence-read')
    return typeof entry.type === 'string' ? entry.type : 'of no type'
  if (record.index < (erased.get(entry.subject ?? '') ?? 0)) return 'erased'
  const fault = actFault(entry as unknown as Readonly<Record<string, unknown>>) ?? disagreement(entry)
  if (fault !== undefined) return refuse(record, fault)
  const receivedAt = ledger.now()
  if (!isSameKind(ledger, entry))
    return refuse(record, 'its subject is a browser in one of the two logs, and an address in the other')
  if (actOf(entry).receivedAt > receivedAt + CLOCK_TOLERANCE)
    return refuse(record, 'it was received at a time that is still to come: check the clock of this machine')
  const imported = importedEntry(header, record, entry, receivedAt)
  // `previous` is not known yet: judged as if it were the longest.
  const longest = canonicalJson({ ...imported, previous: Number.MAX_SAFE_INTEGER })
  return Buffer.byteLength(longest) > MAX_ENTRY_BYTES
    ? refuse(record, `with where it came from it would have more than ${MAX_ENTRY_BYTES} bytes`)
    : imported
}

/** Browsers decide, addresses opt in and out: one subject never does both. */
function isSameKind({ store }: Ledger, entry: Act | ImportedEntry): boolean {
  const { site, subject } = entry
  const last = subject === undefined ? undefined : store.subject(site, subject)?.lastIndex
  const known = last === undefined ? undefined : store.entry(site, last)?.entry
  if (!known || !isOfSubject(known) || known.type === 'erasure') return true
  // Only what is held of an address is read so.
  const isBrowsers = known.type !== 'evidence-read' && isDecision(actOf(known))
  return isBrowsers === isDecision(actOf(entry))
}

/** One that was imported there says of itself what the act in it says. */
function disagreement(entry: Act | ImportedEntry): string | undefined {
  const act = actOf(entry)
  return (['site', 'id', 'sent', 'subject'] as const).some(member => act[member] !== entry[member])
    ? 'it is not the act it holds'
    : undefined
}

function importedEntry(
  { site, origin, size }: ExportHeader,
  { index, text }: EntryRecord,
  entry: Act | ImportedEntry,
  receivedAt: number,
): ImportedEntry {
  const { id, sent, subject } = entry
  const leaf = Buffer.from(hashLeaf(text)).toString('hex')
  return {
    v: 1,
    site,
    type: 'imported',
    id,
    receivedAt,
    sent,
    ...(subject !== undefined && { subject }),
    from: { origin, index, size, leaf },
    entry,
  }
}

const isKnownText = (entry: Entry | undefined): boolean =>
  entry?.type === 'text-published' &&
  TEXT_KINDS.includes(entry.kind) &&
  ['string', 'undefined'].includes(typeof entry.language)

/** A text as its entry published it there, now published here by the same hash. */
function textEntry({ now }: Ledger, entry: Entry, body: string): NewEntry {
  const { site, text, kind, language } = entry as TextPublishedEntry
  const part = { type: 'text-published', text, kind, ...(language !== undefined && { language }) } as const
  return {
    entry: {
      v: 1,
      site,
      id: `text:${text}`,
      receivedAt: now(),
      sent: contentHash(canonicalJson(part)),
      ...part,
    },
    body: Buffer.from(body),
  }
}
