import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isOfLogKeys, type Entry, type LogKeyEntry } from '../../shared/domain/entry.ts'
import { parseStrictJson } from '../../shared/domain/strict-json.ts'
import type { KeyCounts, KeyJudgement } from '../../shared/receipt/trusted-keys.ts'
import { openCheckpoint, readCheckpoint, type Checkpoint } from './checkpoint-text.ts'
import { contentHash, MAX_ENTRY_BYTES } from './entry.ts'
import { EXPORT_FORMAT, type ExportEnd, type ExportHeader } from './export.ts'
import { splitNote } from './cosignature.ts'
import { judgeCheckpoint, logKeysOf, type JudgedCheckpoint } from './log-keys.ts'
import { EMPTY_ROOT, hashLeaf, integrate, root } from './merkle.ts'
import { parseVerifierKey } from './note.ts'
import type { Frontier, Hash } from './store.ts'

/** A line without its end; `undefined` when it has none, or is longer than any line of an export. */
export type ExportLine = Uint8Array | undefined

/** What is wrong with an export, and where. */
export class BadExport extends Error {
  /** Counted from 1. */
  readonly line: number
  readonly index: number | undefined
  constructor(message: string, line: number, index?: number, options?: ErrorOptions) {
    super(message, options)
    this.line = line
    this.index = index
  }
}

export type ExportRecord =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | {
      readonly kind: 'entry'
      readonly line: number
      readonly index: number
      readonly entry: Entry
      readonly text: string
    }
  | { readonly kind: 'text'; readonly line: number; readonly text: string; readonly body: string }

export interface WholeExport {
  readonly header: ExportHeader
  /** The key that signed the checkpoint. */
  readonly vkey: string
  readonly texts: number
  /** Entries of the checkpoint kept elsewhere that this log extends. */
  readonly extends?: number
}

/** What the reader has from elsewhere. */
export interface ExportTrust {
  /** Which keys of the log count: one of them must have signed the export. */
  readonly keys?: KeyCounts
  /** A checkpoint of the log, kept from an earlier day: the first entries must still be those it was signed for. */
  readonly kept?: KeptCheckpoint
}

export interface KeptCheckpoint {
  readonly note: string
  readonly says: Checkpoint
}

/** `undefined` when the note is no checkpoint; who signed it shows only beside a log. */
export function readKept(note: string): KeptCheckpoint | undefined {
  const says = readCheckpoint(splitNote(note)?.text ?? '')
  return says && { note, says }
}

/**
 * Reads an export line by line and checks each with what came before, and the whole with what the reader has from
 * elsewhere. Only when it has answered is anything proven: until then the entries are merely well-formed. Throws
 * `BadExport`.
 */
export function* readExport(
  lines: Generator<ExportLine>,
  { keys, kept }: ExportTrust = {},
): Generator<ExportRecord, WholeExport> {
  let header: ExportHeader | undefined
  let tree: Frontier = { size: 0, hashes: [] }
  let texts = 0
  let line = 0
  const keyEntries: { readonly index: number; readonly entry: LogKeyEntry }[] = []
  const early = kept && comparison(kept)
  /** Hash of the text that has to come next. */
  let due: string | undefined

  for (const bytes of lines) {
    line++
    const index = header && Math.max(tree.size - (due === undefined ? 0 : 1), 0)
    const value = objectIn(bytes, line, index)
    if (!header) {
      header = readHeader(value, line)
      yield { kind: 'header', header }
    } else if (due !== undefined) {
      yield { kind: 'text', line, ...readText(value, due, line, tree.size - 1) }
      due = undefined
      texts++
    } else if ('checkpoint' in value) {
      const vkey = readEnd(value, header, { tree, texts }, line, keys)
      refuseMore(lines, line)
      const extended = early?.finish(judged(kept!, keyEntries, vkey), tree.size, line)
      return { header, vkey, texts, ...(extended !== undefined && { extends: extended }) }
    } else {
      const { entry, text } = readEntryLine(value, header, tree.size, line)
      tree = integrate(tree, [hashLeaf(text)]).frontier
      if (isOfLogKeys(entry)) keyEntries.push({ index: tree.size - 1, entry })
      early?.at(tree)
      if (header.texts && entry.type === 'text-published') due = entry.text
      yield { kind: 'entry', line, index: tree.size - 1, entry, text }
    }
  }
  throw new BadExport('the file ends before its last line, the signed checkpoint: it was cut', line + 1)
}

type Value = Readonly<Record<string, unknown>>

function objectIn(bytes: ExportLine, line: number, index: number | undefined): Value {
  if (bytes === undefined) throw new BadExport('the line has no end: the file was cut here', line, index)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value = parseStrictJson(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Value
  } catch (cause) {
    throw new BadExport('the line is no JSON', line, index, { cause })
  }
  throw new BadExport('the line is no JSON object', line, index)
}

const hasOnly = (value: Value, ...keys: readonly string[]): boolean =>
  Object.keys(value).sort().join() === keys.toSorted().join()

function readHeader(value: Value, line: number): ExportHeader {
  const { format, site, origin, vkeys, size, exportedAt, texts } = value
  if (format !== EXPORT_FORMAT) throw new BadExport(`the file is no export of format ${EXPORT_FORMAT}`, line)
  const isHeader =
    hasOnly(value, 'format', 'site', 'origin', 'vkeys', 'size', 'exportedAt', 'texts') &&
    [site, origin, exportedAt].every(member => typeof member === 'string') &&
    Array.isArray(vkeys) &&
    vkeys.every(vkey => typeof vkey === 'string') &&
    Number.isSafeInteger(size) &&
    typeof texts === 'boolean'
  if (!isHeader) throw new BadExport('the header is not as the format has it', line)
  return value as unknown as ExportHeader
}

function readEntryLine(
  value: Value,
  { site, size }: ExportHeader,
  index: number,
  line: number,
): { entry: Entry; text: string } {
  const bad = (why: string) => new BadExport(why, line, index)
  const text = value['entry']
  if (!hasOnly(value, 'entry', 'index') || typeof text !== 'string') throw bad('the line holds no entry')
  if (value['index'] !== index) throw bad(`entry ${index} should stand here, not ${String(value['index'])}`)
  if (index >= size) throw bad(`the header says ${size} entries, here is one more`)
  if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) throw bad(`the entry has more than ${MAX_ENTRY_BYTES} bytes`)
  const entry = canonicalEntry(text)
  if (!entry) throw bad('the entry is not canonical JSON (RFC 8785)')
  if (entry.v !== 1 || entry.site !== site) throw bad(`the entry is not a version 1 entry of site "${site}"`)
  return { entry, text }
}

function canonicalEntry(text: string): Entry | undefined {
  try {
    const value = JSON.parse(text) as unknown
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && canonicalJson(value) === text ? (value as Entry) : undefined
  } catch {
    // Whatever the parser says of it: it was never in a log of ours.
    return undefined
  }
}

function readText(value: Value, due: string, line: number, index: number): { text: string; body: string } {
  const { text, body } = value
  if (!hasOnly(value, 'body', 'text') || typeof body !== 'string' || text !== due)
    throw new BadExport(`text ${due} of the entry above should stand here`, line, index)
  if (contentHash(body) !== due) throw new BadExport(`the text is not the one with hash ${due}`, line, index)
  return { text: due, body }
}

/** Answers the key that signed the entries above. */
function readEnd(
  value: Value,
  header: ExportHeader,
  { tree, texts }: { readonly tree: Frontier; readonly texts: number },
  line: number,
  trusted: KeyCounts = () => ({ counts: true }),
): string {
  const { checkpoint, entries, texts: said } = value as unknown as ExportEnd
  if (!hasOnly(value, 'checkpoint', 'entries', 'texts') || typeof checkpoint !== 'string')
    throw new BadExport('the last line is not as the format has it', line)
  if (entries !== tree.size || tree.size !== header.size || said !== texts)
    throw new BadExport(
      `the file says ${header.size} entries and holds ${tree.size}, says ${said} texts and holds ${texts}`,
      line,
    )
  let refused: KeyJudgement | undefined
  for (const vkey of header.vkeys) {
    const verifier = parseVerifierKey(vkey)
    const signed = verifier?.name === header.origin ? openCheckpoint(checkpoint, verifier) : undefined
    if (!signed || signed.origin !== header.origin) continue
    if (signed.size !== tree.size || Buffer.compare(signed.root, root(tree)) !== 0)
      throw new BadExport(`the entries are not the ${signed.size} that were signed`, line)
    const judgement = trusted(vkey, signed.size)
    if (judgement.counts) return vkey
    refused ??= judgement
  }
  if (refused?.counts === false) throw new BadExport(refused.detail, line)
  throw new BadExport(`the checkpoint is not one of this log, signed with a key it names`, line)
}

function refuseMore(lines: Generator<ExportLine>, line: number): void {
  for (const _ of lines) throw new BadExport('something stands after the last line', line + 1)
}

/** By the keys that the entries name. */
function judged(
  { note }: KeptCheckpoint,
  keyEntries: Parameters<typeof logKeysOf>[0],
  vkey: string,
): JudgedCheckpoint {
  try {
    return judgeCheckpoint(
      note,
      logKeysOf(keyEntries, () => vkey),
    )
  } catch {
    // An entry that says something about keys which no log of ours would: by its word nothing is signed.
    return undefined
  }
}

/** Holds the growing tree against a checkpoint that was kept. */
function comparison({ says }: KeptCheckpoint) {
  let found: Hash | undefined = says.size === 0 ? EMPTY_ROOT : undefined
  return {
    at(tree: Frontier) {
      if (tree.size === says.size) found = root(tree)
    },
    /** Answers its size. */
    finish(by: JudgedCheckpoint, size: number, line: number): number {
      const bad = (why: string) => new BadExport(`the checkpoint you kept ${why}`, line)
      if (!by) throw bad('is not signed by a key of this log')
      if (!by.verdict.counts) throw bad(`does not count: ${by.verdict.detail}`)
      if (!found) throw bad(`has ${says.size} entries, the export ${size}: that is older, or its log was cut`)
      if (Buffer.compare(found, says.root) !== 0)
        throw bad(`is of other entries than the first ${says.size} here: there are two histories`)
      return says.size
    },
  }
}
