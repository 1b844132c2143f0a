import type { Entry } from '../../shared/domain/entry.ts'
import { labelOf, textsNamedBy } from '../../shared/receipt/named-texts.ts'
import type { Evidence, OpenedPart, Receipt, ReceiptText } from '../../shared/receipt/receipt.ts'
import { formatTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { recordOf } from '../../shared/receipt/record.ts'
import { open } from '../subjects/seal.ts'
import { checkpointCovering } from './checkpoint.ts'
import type { Ledger } from './ledger.ts'
import { nodesOf } from './nodes.ts'
import { inclusionProof } from './merkle.ts'
import type { SavedCheckpoint } from './store.ts'

export interface ReceiptOptions {
  /** Of an erasure: the ids of the entries whose private parts it destroyed, in the order of the log. */
  readonly erased?: readonly string[]
  /** The checkpoint to prove it by, where several receipts are to have the same; it covers the entry. */
  readonly under?: SavedCheckpoint
  /** Verifier keys of the log, the current one first, and of its witnesses: a signature of anybody else is left out. */
  readonly known?: readonly string[]
}

/**
 * `undefined` when no entry has this id. Who may have it is the caller's question: it may hold private fields.
 */
export async function receiptFor(
  ledger: Ledger,
  site: string,
  id: string,
  { erased, under, known = keysOf(ledger, site) }: ReceiptOptions = {},
): Promise<Receipt | undefined> {
  const { store, keys } = ledger
  const stored = store.entryById(site, id)
  if (!stored) return undefined
  await keys.refresh()
  const { index, text, entry } = stored
  const { size, note } = under ?? checkpointCovering(ledger, site, index)
  const hashes = inclusionProof(index, size, nodesOf(store, site, size)).map(hash =>
    Buffer.from(hash).toString('base64'),
  )
  const opened = openedPart(ledger, entry, index)
  const { checkpoint, keys: signedBy } = signedByKnown(note, known)
  const evidence: Evidence = {
    entry: text,
    proof: formatTlogProof(index, hashes, checkpoint),
    keys: signedBy,
    texts: textsNamedBy(entry).map(hash => receiptText(ledger, entry, hash)),
    ...(opened && { private: opened }),
    ...(erased && { erased }),
  }
  return { ...recordOf(entry, evidence.texts), assentReceipt: 2, evidence }
}

function keysOf({ store, signer }: Ledger, site: string): string[] {
  const witnesses = store.cosignedCheckpoint(site)
  const own = signer(site).keys.keys.map(({ vkey }) => vkey)
  const others = witnesses ? store.cosignatures(site, witnesses.size).map(({ witness }) => witness) : []
  return [...own.toReversed(), ...others]
}

/** A checkpoint with the signatures that a receipt can be checked by, for it brings their keys. */
function signedByKnown(note: string, known: readonly string[]): { checkpoint: string; keys: string[] } {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 2)
  const lines = note.slice(text.length).trimEnd().split('\n')
  const keyOf = (line: string): string | undefined => {
    const [, name, signature = ''] = line.split(' ')
    const id = Buffer.from(signature, 'base64').subarray(0, 4).toString('hex')
    return known.find(vkey => vkey.startsWith(`${name}+${id}+`))
  }
  return {
    checkpoint:
      text +
      lines
        .filter(keyOf)
        .map(line => `${line}\n`)
        .join(''),
    keys: known.filter(vkey => lines.some(line => keyOf(line) === vkey)),
  }
}

/** Labelled as the entry says it was shown: the same bytes may first have been published under another name. */
function receiptText({ store }: Ledger, entry: Entry, hash: string): ReceiptText {
  const text = store.text(entry.site, hash)
  if (!text) throw new Error(`text ${hash} of ${entry.site} is missing: run assent verify`)
  return { hash, ...labelOf(entry, hash), body: Buffer.from(text.body).toString() }
}

/** The private part of an entry and its salt; `undefined` when it has none, or none any more. */
export function openedPart({ store, keys }: Ledger, entry: Entry, index: number): OpenedPart | undefined {
  if (entry.commitment === undefined || !('subject' in entry) || entry.subject === undefined) return undefined
  const { site, subject, id } = entry
  const part = store.privatePart(site, index)
  const key = part && keys.openSubjectKey(site, subject)
  if (!part || !key) return undefined
  return {
    fields: open(key, part.sealed, { site, subject, id }),
    salt: Buffer.from(part.salt).toString('hex'),
  }
}
