import { sign, verify } from 'node:crypto'
import {
  ED25519_COSIGNATURE,
  isBy,
  parseVerifierKey,
  readNote,
  readSignature,
  type NoteSigner,
  type NoteVerifier,
} from './note.ts'

/**
 * A witness's signature over a checkpoint (C2SP tlog-cosignature, Ed25519, type 0x04): as of a time, this is the largest
 * tree of that log it has seen, and it extends every one it had seen before.
 */

/** A `name+hash8+base64(0x04||public key)`; `undefined` when it is none, a log's own key included. */
export const parseWitnessKey = (vkey: string): NoteVerifier | undefined =>
  parseVerifierKey(vkey, ED25519_COSIGNATURE)

/** A signature line without its newline, over the text of a checkpoint, at a time in whole seconds since the epoch. */
export function cosign(text: string, witness: NoteSigner, seconds: number): string {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(seconds))
  const signature = sign(null, message(text, BigInt(seconds)), witness.privateKey)
  return `— ${witness.name} ${Buffer.concat([witness.keyId, time, signature]).toString('base64')}`
}

/** When this witness saw the checkpoint, in seconds since the epoch; `undefined` when the line does not say so. */
export function cosignedAt(text: string, line: string, witness: NoteVerifier): number | undefined {
  const read = readSignature(line)
  if (!read || !isBy(read, witness) || read.signature.length !== 8 + 64) return undefined
  const time = read.signature.readBigUInt64BE()
  if (time > Number.MAX_SAFE_INTEGER) return undefined
  return verify(null, message(text, time), witness.publicKey, read.signature.subarray(8))
    ? Number(time)
    : undefined
}

/** The first of these lines in which this witness has cosigned the checkpoint, and when. */
export function cosignatureIn(
  text: string,
  lines: readonly string[],
  witness: NoteVerifier,
): { readonly line: string; readonly seconds: number } | undefined {
  for (const line of lines) {
    const seconds = cosignedAt(text, line, witness)
    if (seconds !== undefined) return { line, seconds }
  }
  return undefined
}

/** A note with further signature lines behind its own. */
export const withLines = (note: string, lines: readonly string[]): string =>
  note + lines.map(line => `${line}\n`).join('')

/** Text and signature lines of a note; `undefined` when it is none. */
export function splitNote(note: string): { readonly text: string; readonly lines: string[] } | undefined {
  const read = readNote(note)
  return read && { text: read.text, lines: note.slice(read.text.length + 1, -1).split('\n') }
}

const message = (text: string, seconds: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
