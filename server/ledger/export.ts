import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { LedgerAudit } from './audit.ts'
import type { Checkpoint } from './checkpoint-text.ts'
import { hashLeaf, integrate, root } from './merkle.ts'
import type { Frontier } from './store.ts'

/**
 * A log as lines of JSON, for whoever checks it elsewhere. First the header; then every entry in its order, each text as
 * soon as its entry names it; at the end the signed checkpoint, so that a file that was cut shows. What is sealed or
 * personal (private parts, salts, the index of addresses) is in none of it.
 */
export const EXPORT_FORMAT = 'assent-export/1'

export interface ExportHeader {
  readonly format: typeof EXPORT_FORMAT
  readonly site: string
  /** Name of the log. */
  readonly origin: string
  /** C2SP verifier keys; one of them signed the checkpoint. */
  readonly vkeys: readonly string[]
  /** How many entries there are. */
  readonly size: number
  /** RFC 3339. */
  readonly exportedAt: string
  /** Whether the texts are in it. */
  readonly texts: boolean
}

export interface ExportedEntry {
  readonly index: number
  /** The canonical entry, byte for byte. */
  readonly entry: string
}

/** Follows the entry that published it. */
export interface ExportedText {
  /** SHA-256 (hex) of the body. */
  readonly text: string
  readonly body: string
}

export interface ExportEnd {
  /** C2SP tlog-checkpoint of exactly the entries above. */
  readonly checkpoint: string
  readonly entries: number
  readonly texts: number
}

export interface ExportOptions extends Pick<ExportHeader, 'site' | 'vkeys' | 'exportedAt' | 'texts'> {
  readonly signed: Checkpoint & { readonly note: string }
}

/**
 * The lines of an export, each ended, and how many entries they hold so far. Entries up to a signed size never change, so
 * the database is not held still for the length of it. Throws, before the last line, when they are not the signed ones.
 */
export function* exportLines(
  audit: Pick<LedgerAudit, 'entries' | 'text'>,
  { site, vkeys, exportedAt, texts, signed }: ExportOptions,
): Generator<{ readonly line: string; readonly entries: number }, void> {
  const { origin, size, note } = signed
  let tree: Frontier = { size: 0, hashes: [] }
  let textCount = 0
  const at = (value: ExportHeader | ExportedEntry | ExportedText | ExportEnd) => ({
    line: `${canonicalJson(value)}\n`,
    entries: tree.size,
  })

  yield at({ format: EXPORT_FORMAT, site, origin, vkeys, size, exportedAt, texts })
  for (const { index, bytes } of audit.entries(site)) {
    if (index >= size) break
    const entry = Buffer.from(bytes).toString()
    tree = integrate(tree, [hashLeaf(bytes)]).frontier
    yield at({ index, entry })
    const text = texts ? textIn(entry) : undefined
    if (text === undefined) continue
    textCount++
    yield at({ text, body: bodyOf(audit, site, text) })
  }
  if (tree.size !== size || Buffer.compare(root(tree), signed.root) !== 0)
    throw new Error(`the entries of ${site} are not the ones that were signed: run assent verify`)
  yield at({ checkpoint: note, entries: size, texts: textCount })
}

function textIn(text: string): string | undefined {
  const entry = JSON.parse(text) as Entry
  return entry.type === 'text-published' ? entry.text : undefined
}

function bodyOf(audit: Pick<LedgerAudit, 'text'>, site: string, hash: string): string {
  const stored = audit.text(site, hash)
  const body = stored && Buffer.from(stored.body).toString()
  if (body === undefined || Buffer.compare(Buffer.from(body), stored!.body) !== 0)
    throw new Error(`text ${hash} of ${site} is missing or was changed: run assent verify`)
  return body
}
