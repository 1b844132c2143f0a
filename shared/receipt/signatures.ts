import { checkSignature, isBy, type Checkpoint, type Note } from './note.ts'
import type { KeyCounts } from './trusted-keys.ts'
import { parseVerifierKey, type VerifierKey } from './verifier-key.ts'

/** What the reader trusts beforehand. With nothing, a receipt is only checked to be whole in itself. */
export interface Trust {
  /** The log's verifier keys as the reader has them from elsewhere: one of them must have signed. */
  readonly keys?: KeyCounts
  /** Verifier keys of witnesses (C2SP tlog-cosignature): each must have cosigned. */
  readonly witnesses?: readonly string[]
}

/** One signature that holds. */
export interface Signer {
  readonly kind: VerifierKey['kind']
  readonly name: string
  readonly vkey: string
  /** The reader's own, not merely the receipt's word. */
  readonly isTrusted: boolean
  /** The log's key got into other hands later: what it signed counts only as far as the log extends its last good checkpoint. */
  readonly wasCompromised?: true
  /** When a witness saw the log, in seconds since the epoch. */
  readonly time?: number
}

export interface SignatureFault {
  readonly reason: 'bad-key' | 'bad-checkpoint' | 'unexpected-key' | 'not-witnessed'
  readonly detail: string
}

/**
 * Checks the signatures under a checkpoint by the receipt's own keys and the reader's. `strict`: every line must be some
 * key's, and every key must have its line, so that nothing stands there unchecked.
 */
export async function checkSignatures(
  note: Note,
  { origin, size }: Checkpoint,
  own: readonly string[],
  trust: Trust,
  strict: boolean,
): Promise<{ readonly signers: readonly Signer[] } | SignatureFault> {
  const { keys, witnesses = [] } = trust
  const all = [...new Set([...own, ...witnesses])]
  const parsed = await Promise.all(all.map(parseVerifierKey))
  const bad = all.find((_, i) => parsed[i] === undefined)
  if (bad !== undefined)
    return { reason: 'bad-key', detail: `"${bad}" is no Ed25519 verifier key (C2SP signed-note)` }
  const noWitness = parsed.find(key => key?.kind === 'log' && witnesses.includes(key.vkey))
  if (noWitness)
    return { reason: 'bad-key', detail: `"${noWitness.vkey}" is the key of a log, not of a witness` }
  const signers: Signer[] = []
  for (const key of parsed as VerifierKey[]) {
    // oxlint-disable-next-line no-await-in-loop -- The first fault is the one to be told.
    const found = await lineOf(key, note, origin)
    if (found === 'missing' && !own.includes(key.vkey)) continue
    if (typeof found === 'string') return { reason: 'bad-checkpoint', detail: FAULTS[found](key) }
    const judged = key.kind === 'log' ? keys?.(key.vkey, size) : undefined
    signers.push({
      kind: key.kind,
      name: key.name,
      vkey: key.vkey,
      isTrusted: judged?.counts ?? witnesses.includes(key.vkey),
      ...(judged?.counts && judged.wasCompromised && { wasCompromised: true }),
      ...found,
    })
  }
  return faultAmong(signers, note, trust, strict) ?? unexpected(signers, keys, size) ?? { signers }
}

function unexpected(
  signers: readonly Signer[],
  keys: KeyCounts | undefined,
  size: number,
): SignatureFault | undefined {
  const logs = signers.filter(({ kind }) => kind === 'log')
  if (!keys || logs.some(({ isTrusted }) => isTrusted)) return undefined
  const why = logs.map(({ vkey }) => {
    const judged = keys(vkey, size)
    return judged.counts ? vkey : judged.detail
  })
  return { reason: 'unexpected-key', detail: why.join('; ') }
}

const FAULTS = {
  missing: ({ vkey }: VerifierKey) => `the checkpoint is not signed with the key ${vkey}`,
  forged: ({ vkey }: VerifierKey) => `the signature is not one of ${vkey} over this checkpoint`,
  'of another log': ({ name }: VerifierKey) => `the checkpoint is of another log than "${name}"`,
} as const

async function lineOf(
  key: VerifierKey,
  { text, signatures }: Note,
  origin: string,
): Promise<{ readonly time?: number } | keyof typeof FAULTS> {
  if (key.kind === 'log' && key.name !== origin) return 'of another log'
  const lines = signatures.filter(line => isBy(line, key))
  if (lines.length === 0) return 'missing'
  const checked = await Promise.all(lines.map(line => checkSignature(text, line, key)))
  return checked.every(found => found !== undefined) ? checked[0]! : 'forged'
}

function faultAmong(
  signers: readonly Signer[],
  { signatures }: Note,
  { witnesses = [] }: Trust,
  strict: boolean,
): SignatureFault | undefined {
  if (!signers.some(({ kind }) => kind === 'log'))
    return { reason: 'bad-key', detail: "no key of the log's own stands in the receipt" }
  if (strict && signatures.length !== signers.length)
    return {
      reason: 'bad-checkpoint',
      detail: 'a signature stands there whose key the receipt does not have',
    }
  const silent = witnesses.find(vkey => !signers.some(signer => signer.vkey === vkey))
  return silent === undefined
    ? undefined
    : { reason: 'not-witnessed', detail: `the witness ${silent} has not cosigned this checkpoint` }
}
