import { canonicalJson } from '../../shared/domain/canonical.ts'
import { contentOf, isDecision, type Entry } from '../../shared/domain/entry.ts'
import { countsUnder, keyIdOf, type LogKeys } from '../../shared/domain/log-keys.ts'
import { shownIn } from '../../shared/domain/shown.ts'
import { commitmentOf, type PrivateFields } from '../subjects/seal.ts'
import { openCheckpoint } from './checkpoint-text.ts'
import { contentHash, listHash } from './entry.ts'
import { hashLeaf } from './merkle.ts'
import { parseVerifierKey, strictBase64 } from './note.ts'
import { verifyInclusion } from './proof.ts'
import { receiptShape } from './receipt-shape.ts'
import { textsNamedBy, type Receipt, type ReceiptText } from './receipt.ts'

export type ReceiptVerdict =
  | {
      readonly ok: true
      readonly entry: Entry
      readonly index: number
      /** Name and size of the log whose checkpoint proves it. */
      readonly origin: string
      readonly size: number
      /** Its key was compromised since: it counts only if the log is proven to extend its checkpoint. */
      readonly ifExtended?: true
      /** The opened private fields, proven by the commitment; absent when the receipt carries none. */
      readonly private?: PrivateFields
    }
  | { readonly ok: false; readonly reason: ReceiptFault; readonly detail: string }

export type ReceiptFault =
  | 'malformed'
  | 'not-canonical'
  | 'bad-key'
  | 'unexpected-key'
  | 'bad-checkpoint'
  | 'not-included'
  | 'wrong-text'
  | 'missing-text'
  | 'wrong-private-part'
  | 'wrong-list'

/**
 * Checks a receipt with nothing but itself; with the verifier key of a log, or all its keys, also that this very log signed
 * it, with a key that counts for it.
 */
export function verifyReceipt(receipt: unknown, expected?: string | LogKeys): ReceiptVerdict {
  const shape = receiptShape(receipt)
  if ('detail' in shape) return fail('malformed', shape.detail)
  const { receipt: given } = shape
  const read = readEntry(given)
  if ('ok' in read) return read
  const proven = checkIncluded(given, expected)
  if ('ok' in proven) return proven
  const fault =
    checkTexts(read.entry, given.texts) ??
    checkPrivatePart(read.entry, given.private) ??
    checkErased(read.entry, given.erased)
  if (fault) return fault
  return {
    ok: true,
    entry: read.entry,
    index: given.index,
    ...proven,
    ...(given.private && { private: given.private.fields }),
  }
}

type Failure = Extract<ReceiptVerdict, { ok: false }>

const fail = (reason: ReceiptFault, detail: string): Failure => ({ ok: false, reason, detail })

function readEntry({ entry: text, site }: Receipt): { entry: Entry } | Failure {
  let entry: Entry
  try {
    entry = JSON.parse(text) as Entry
    if (canonicalJson(entry) !== text)
      return fail('not-canonical', 'the entry is not canonical JSON (RFC 8785)')
  } catch {
    // Whatever the parser says of it, an entry that is no JSON was never in a log of ours.
    return fail('not-canonical', 'the entry is not canonical JSON (RFC 8785)')
  }
  if (entry === null || typeof entry !== 'object' || entry.v !== 1 || entry.site !== site)
    return fail('malformed', `the entry is not a version 1 entry of site "${site}"`)
  return { entry }
}

function checkIncluded(
  given: Receipt,
  expected?: string | LogKeys,
): { origin: string; size: number; ifExtended?: true } | Failure {
  const trusted = typeof expected === 'object' ? expected.keys.map(key => key.vkey) : [expected ?? given.vkey]
  if (!trusted.includes(given.vkey))
    return fail(
      'unexpected-key',
      `the receipt names the key ${given.vkey}, expected was ${trusted.join(' or ')}`,
    )
  const verifier = parseVerifierKey(given.vkey)
  if (!verifier) return fail('bad-key', 'vkey is no Ed25519 verifier key (C2SP signed-note)')
  const signed = openCheckpoint(given.checkpoint, verifier)
  if (!signed || signed.origin !== verifier.name)
    return fail('bad-checkpoint', 'the checkpoint is not one of this log, signed with this key')
  const verdict =
    typeof expected === 'object' ? countsUnder(expected, keyIdOf(given.vkey), signed.size) : undefined
  if (verdict && !verdict.counts) return fail('unexpected-key', verdict.detail)
  const proof = given.proof.map(strictBase64)
  const leaf = hashLeaf(given.entry)
  if (
    !proof.every(hash => hash?.length === 32) ||
    !verifyInclusion(given.index, signed.size, leaf, proof as Buffer[], signed.root)
  )
    return fail(
      'not-included',
      `the proof does not lead from this entry at index ${given.index} to the checkpoint`,
    )
  return {
    origin: signed.origin,
    size: signed.size,
    ...(verdict?.ifExtended && { ifExtended: true }),
  }
}

/** Every text is what its hash says, of the kind and language the entry speaks of; and none that it names is missing. */
function checkTexts(entry: Entry, texts: readonly ReceiptText[]): Failure | undefined {
  for (const { hash, body } of texts)
    if (contentHash(body) !== hash) return fail('wrong-text', `a text is not the one with hash ${hash}`)
  const missing = textsNamedBy(entry).find(hash => !texts.some(text => text.hash === hash))
  if (missing !== undefined)
    return fail('missing-text', `the entry names text ${missing}, which is not in the receipt`)
  const mislabelled = texts.find(text => !isLabelled(entry, text))
  if (mislabelled) return fail('wrong-text', `text ${mislabelled.hash} is not what the entry says was shown`)
  return undefined
}

function isLabelled(entry: Entry, { hash, kind, language }: ReceiptText): boolean {
  const content = contentOf(entry)
  if ('configuration' in content && content.configuration === hash)
    return kind === 'configuration' && language === undefined
  if (content.type === 'text-published')
    return content.text === hash && kind === content.kind && language === content.language
  if (!isDecision(content) && content.type !== 'opt-in') return false
  return content.text === hash && kind === shownIn(content)?.kind && language === content.language
}

function checkPrivatePart(entry: Entry, given: Receipt['private']): Failure | undefined {
  if (given === undefined) return undefined
  const salt = Buffer.from(given.salt, 'hex')
  if (salt.toString('hex') === given.salt && commitmentOf(salt, given.fields) === entry.commitment)
    return undefined
  return fail('wrong-private-part', 'the private fields are not the ones the entry commits to')
}

function checkErased(entry: Entry, erased: Receipt['erased']): Failure | undefined {
  if (erased === undefined) return undefined
  if (entry.type === 'erasure' && entry.parts === erased.length && entry.list === listHash(erased))
    return undefined
  return fail('wrong-list', 'the list is not that of the entries whose private parts this erasure destroyed')
}
