import { canonicalJson } from '../domain/canonical.ts'
import type { Entry } from '../domain/entry.ts'
import { contentHash, fromHex, hex, utf8 } from './bytes.ts'
import { differenceIn } from './difference.ts'
import { hashLeaf, verifyInclusion } from './inclusion.ts'
import { labelOf, textsNamedBy } from './named-texts.ts'
import { readCheckpoint, readNote } from './note.ts'
import type { Evidence, OpenedPart, ReceiptText } from './receipt.ts'
import { recordOf } from './record.ts'
import { evidenceFault, firstReceiptFault, isEvidence, isFirstReceipt, isObject } from './shape.ts'
import { checkSignatures, type Signer, type Trust } from './signatures.ts'
import { readPath, readTlogProof, type TlogProof } from './tlog-proof.ts'

export type ReceiptVerdict = HeldReceipt | Failure

export interface HeldReceipt {
  readonly ok: true
  readonly version: 1 | 2
  readonly entry: Entry
  readonly texts: readonly ReceiptText[]
  readonly index: number
  /** Name and size of the log whose checkpoint proves it. */
  readonly origin: string
  readonly size: number
  /** Whose signatures under the checkpoint hold, and which of them the reader trusts. */
  readonly signers: readonly Signer[]
  /** The opened private fields, proven by the commitment; absent when the receipt carries none. */
  readonly private?: OpenedPart['fields']
  /** Of an erasure: the list of what it destroyed, proven by the entry; absent when the receipt carries none. */
  readonly erased?: readonly string[]
}

interface Failure {
  readonly ok: false
  readonly reason: ReceiptFault
  readonly detail: string
}

export const RECEIPT_FAULTS = [
  'malformed',
  'newer-version',
  'not-canonical',
  'bad-key',
  'unexpected-key',
  'bad-checkpoint',
  'not-witnessed',
  'not-included',
  'wrong-text',
  'missing-text',
  'wrong-private-part',
  'wrong-list',
  'wrong-record',
] as const
export type ReceiptFault = (typeof RECEIPT_FAULTS)[number]

/** Evidence of either version, its proof taken apart. */
interface Given {
  readonly version: 1 | 2
  readonly evidence: Omit<Evidence, 'proof'>
  readonly proof: TlogProof
  /** Of the first version, which said it twice. */
  readonly site?: string
}

/**
 * Checks a receipt with nothing but itself, and with what the reader trusts, if anything. Runs wherever there is WebCrypto
 * with Ed25519: Node, and browsers in a secure context. Throws only where that is missing.
 */
export async function verifyReceipt(receipt: unknown, trust: Trust = {}): Promise<ReceiptVerdict> {
  const given = read(receipt)
  if ('ok' in given) return given
  const entry = readEntry(given)
  if ('ok' in entry) return entry
  const proven = await checkIncluded(given, trust)
  if ('ok' in proven) return proven
  const { texts, private: opened, erased } = given.evidence
  const fault =
    (await checkTexts(entry.entry, texts)) ??
    (await checkPrivatePart(entry.entry, opened)) ??
    (await checkErased(entry.entry, erased)) ??
    (given.version === 2 ? checkRecord(receipt as Record<string, unknown>, entry.entry, texts) : undefined)
  if (fault) return fault
  return {
    ok: true,
    version: given.version,
    ...entry,
    texts,
    ...proven,
    ...(opened && { private: opened.fields }),
    ...(erased && { erased }),
  }
}

const fail = (reason: ReceiptFault, detail: string): Failure => ({ ok: false, reason, detail })

function read(receipt: unknown): Given | Failure {
  if (!isObject(receipt)) return fail('malformed', 'a receipt is a JSON object')
  const version = receipt['assentReceipt']
  if (version === 1) return readFirst(receipt)
  if (version !== 2)
    return Number.isSafeInteger(version) && (version as number) > 2
      ? fail(
          'newer-version',
          `this is a receipt of version ${version as number}: check it with a newer Assent`,
        )
      : fail(
          'malformed',
          'assentReceipt, which numbers the version of a receipt, is missing or no such number',
        )
  const evidence = receipt['evidence']
  if (!isEvidence(evidence)) return fail('malformed', evidenceFault(evidence) ?? '')
  const proof = readTlogProof(evidence.proof)
  if (!proof) return fail('malformed', 'evidence.proof is no proof (C2SP tlog-proof)')
  return { version, evidence, proof }
}

function readFirst(receipt: unknown): Given | Failure {
  if (!isFirstReceipt(receipt)) return fail('malformed', firstReceiptFault(receipt) ?? '')
  const { entry, vkey, texts, private: opened, site } = receipt
  const proof = readPath(receipt.index, receipt.proof, receipt.checkpoint)
  if (!proof) return fail('not-included', 'the proof holds something that is no hash')
  return {
    version: 1,
    evidence: { entry, keys: [vkey], texts, ...(opened && { private: opened }) },
    proof,
    site,
  }
}

function readEntry({ evidence, site }: Given): { entry: Entry } | Failure {
  let entry: unknown
  try {
    entry = JSON.parse(evidence.entry)
    if (canonicalJson(entry) !== evidence.entry)
      return fail('not-canonical', 'the entry is not canonical JSON (RFC 8785)')
  } catch {
    // Whatever the parser says of it, an entry that is no JSON was never in a log of ours.
    return fail('not-canonical', 'the entry is not canonical JSON (RFC 8785)')
  }
  if (!isObject(entry) || entry['v'] !== 1 || typeof entry['site'] !== 'string')
    return fail('malformed', 'the entry is not a version 1 entry of a site')
  if (!holdsAct(entry)) return fail('malformed', 'the entry was imported, and holds no act')
  if (site !== undefined && entry['site'] !== site)
    return fail('malformed', `the entry is not one of the site "${site}"`)
  return { entry: entry as unknown as Entry }
}

/** Of one that was imported, perhaps several times over. */
function holdsAct(entry: Record<string, unknown>): boolean {
  let held = entry
  while (held['type'] === 'imported') {
    if (!isObject(held['entry'])) return false
    held = held['entry']
  }
  return typeof held['type'] === 'string'
}

async function checkIncluded(
  { version, evidence, proof }: Given,
  trust: Trust,
): Promise<{ index: number; origin: string; size: number; signers: readonly Signer[] } | Failure> {
  const note = readNote(proof.checkpoint)
  const checkpoint = note && readCheckpoint(note)
  if (!note || !checkpoint)
    return fail('bad-checkpoint', 'the checkpoint is no signed note of a log (C2SP tlog-checkpoint)')
  const { origin, size, root } = checkpoint
  const signed = await checkSignatures(note, checkpoint, evidence.keys, trust, version === 2)
  if ('reason' in signed) return fail(signed.reason, signed.detail)
  const leaf = await hashLeaf(evidence.entry)
  if (!(await verifyInclusion(proof.index, size, leaf, proof.hashes, root)))
    return fail(
      'not-included',
      `the proof does not lead from this entry at index ${proof.index} to the checkpoint`,
    )
  return { index: proof.index, origin, size, signers: signed.signers }
}

/** Every text is what its hash says, labelled as the entry speaks of it; none is missing, and none is there that it does not name. */
async function checkTexts(entry: Entry, texts: readonly ReceiptText[]): Promise<Failure | undefined> {
  const hashes = await Promise.all(texts.map(({ body }) => contentHash(body)))
  const wrong = texts.find(({ hash }, i) => hash !== hashes[i])
  if (wrong) return fail('wrong-text', `a text is not the one with hash ${wrong.hash}`)
  const named = textsNamedBy(entry)
  const missing = named.find(hash => !texts.some(text => text.hash === hash))
  if (missing !== undefined)
    return fail('missing-text', `the entry names text ${missing}, which is not in the receipt`)
  const mislabelled = texts.find(({ hash, kind, language }) => {
    const label = labelOf(entry, hash)
    return !named.includes(hash) || kind !== label.kind || language !== label.language
  })
  if (mislabelled) return fail('wrong-text', `text ${mislabelled.hash} is not what the entry says was shown`)
  return undefined
}

async function checkPrivatePart(entry: Entry, given: OpenedPart | undefined): Promise<Failure | undefined> {
  if (given === undefined) return undefined
  const wrong = fail('wrong-private-part', 'the private fields are not the ones the entry commits to')
  const salt = fromHex(given.salt)
  if (salt?.length !== 32) return wrong
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', salt, algorithm, false, ['sign'])
  const fields = canonical(given.fields)
  if (fields === undefined) return wrong
  const commitment = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(fields)))
  return hex(commitment) === entry.commitment ? undefined : wrong
}

/** The hash of the list is in the entry, so nothing can be added to it or left out. */
async function checkErased(
  entry: Entry,
  erased: readonly string[] | undefined,
): Promise<Failure | undefined> {
  if (erased === undefined) return undefined
  if (entry.type === 'erasure' && entry.parts === erased.length)
    if ((await contentHash(erased.join('\n'))) === entry.list) return undefined
  return fail('wrong-list', 'the list is not that of the entries whose private parts this erasure destroyed')
}

function canonical(value: unknown): string | undefined {
  try {
    return canonicalJson(value)
  } catch {
    // What canonical JSON cannot hold, nobody ever committed to.
    return undefined
  }
}

/** The record is made again from the evidence: what it says in the standard's terms is then nobody's word but the entry's. */
function checkRecord(
  receipt: Record<string, unknown>,
  entry: Entry,
  texts: readonly ReceiptText[],
): Failure | undefined {
  const { evidence: _, ...given } = receipt
  let difference: string | undefined
  try {
    difference = differenceIn(given, recordOf(entry, texts))
  } catch {
    // Nested beyond measure, or holding what canonical JSON cannot: nothing we ever made.
    return fail('wrong-record', 'the record is not the one that this entry and its configuration give')
  }
  if (difference === undefined) return undefined
  return fail(
    'wrong-record',
    `the record says something else than the entry and its configuration: look at ${difference}`,
  )
}
