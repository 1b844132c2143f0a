import { contentOf, type Entry } from '../../shared/domain/entry.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import { shownIn } from '../../shared/domain/shown.ts'
import { open, type PrivateFields } from '../subjects/seal.ts'
import { checkpointCovering } from './checkpoint.ts'
import type { Ledger } from './ledger.ts'
import { vkeyOf } from './log-keys.ts'
import { nodesOf } from './nodes.ts'
import { inclusionProof } from './merkle.ts'

/** What a person takes away: everything needed to check, offline, what was decided and what was shown. */
export interface Receipt {
  readonly assentReceipt: 1
  readonly site: string
  /** The canonical entry, byte for byte. */
  readonly entry: string
  readonly index: number
  /** RFC 6962 inclusion proof, base64, from the leaf upwards. */
  readonly proof: readonly string[]
  /** C2SP tlog-checkpoint. */
  readonly checkpoint: string
  /** C2SP verifier key. */
  readonly vkey: string
  readonly texts: readonly ReceiptText[]
  readonly private?: { readonly fields: PrivateFields; readonly salt: string }
  /** Of an erasure: the ids of the entries whose private parts it destroyed, in the order of the log. */
  readonly erased?: readonly string[]
}

export interface ReceiptText {
  readonly hash: string
  readonly kind: TextKind
  readonly language?: string
  readonly body: string
}

/** `undefined` when no entry has this id. Who may have it is the caller's question: it may hold private fields. */
export async function receiptFor(ledger: Ledger, site: string, id: string): Promise<Receipt | undefined> {
  const { store, keys } = ledger
  const stored = store.entryById(site, id)
  if (!stored) return undefined
  await keys.refresh()
  const { index, text, entry } = stored
  const { size, note } = checkpointCovering(ledger, site, index)
  const proof = inclusionProof(index, size, nodesOf(store, site))
  const opened = openedPart(ledger, entry, index)
  return {
    assentReceipt: 1,
    site,
    entry: text,
    index,
    proof: proof.map(hash => Buffer.from(hash).toString('base64')),
    checkpoint: note,
    vkey: vkeyOf(note, ledger.signer(site).keys),
    texts: textsNamedBy(entry).map(hash => receiptText(ledger, entry, hash)),
    ...(opened && { private: opened }),
  }
}

/** Hashes of the texts an entry rests on, the configuration first. */
export function textsNamedBy(entry: Entry): string[] {
  const content = contentOf(entry)
  const named = [
    'configuration' in content ? content.configuration : undefined,
    'text' in content ? content.text : undefined,
  ]
  return named.filter(hash => hash !== undefined)
}

function receiptText({ store }: Ledger, entry: Entry, hash: string): ReceiptText {
  const text = store.text(entry.site, hash)
  if (!text) throw new Error(`text ${hash} of ${entry.site} is missing: run assent verify`)
  const body = Buffer.from(text.body).toString()
  // Labelled as it was shown: the same bytes may first have been published under another name.
  const content = contentOf(entry)
  if ('language' in content && 'text' in content && 'method' in content && hash === content.text)
    return { hash, kind: shownIn(content)!.kind, language: content.language, body }
  return { hash, kind: text.kind, ...(text.language !== undefined && { language: text.language }), body }
}

/** The private part of an entry and its salt; `undefined` when it has none, or none any more. */
export function openedPart({ store, keys }: Ledger, entry: Entry, index: number): Receipt['private'] {
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
