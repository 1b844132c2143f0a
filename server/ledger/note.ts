import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'

/** C2SP signed-note with Ed25519 keys (signature type 0x01), as Go's golang.org/x/mod/sumdb/note writes them. */

/** Signature types, the byte in front of a key: a note's own signature, and a witness's (C2SP tlog-cosignature). */
export const ED25519 = 0x01
export const ED25519_COSIGNATURE = 0x04
export type SignatureType = typeof ED25519 | typeof ED25519_COSIGNATURE

/** DER around a raw Ed25519 key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_NAME = /^[^\s+]+$/u

export interface NoteVerifier {
  readonly name: string
  readonly keyId: Buffer
  readonly publicKey: KeyObject
}

export interface NoteSigner extends NoteVerifier {
  readonly vkey: string
  readonly privateKey: KeyObject
}

/** Writes `PRIVATE+KEY+name+hash8+base64(type||seed)`. */
export function formatPrivateKey(name: string, seed: Uint8Array, type: SignatureType = ED25519): string {
  const { keyId } = signerOf(name, seed, type)
  return `PRIVATE+KEY+${name}+${keyId.toString('hex')}+${typed(type, seed).toString('base64')}`
}

/** `undefined` when the line is no such key of this type, or its hash does not match. */
export function parsePrivateKey(line: string, type: SignatureType = ED25519): NoteSigner | undefined {
  const parts = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(line)
  const seed = parts && untyped(type, parts[3]!)
  if (!seed) return undefined
  const signer = signerOf(parts[1]!, seed, type)
  return signer.keyId.toString('hex') === parts[2] ? signer : undefined
}

/** `undefined` when the line is no verifier key of this type, or its hash does not match. */
export function parseVerifierKey(vkey: string, type: SignatureType = ED25519): NoteVerifier | undefined {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey)
  const raw = parts && untyped(type, parts[3]!)
  if (!raw) return undefined
  const keyId = keyIdOf(parts[1]!, raw, type)
  if (keyId.toString('hex') !== parts[2]) return undefined
  return { name: parts[1]!, keyId, publicKey: publicKeyOf(raw) }
}

/** Appends signatures, one line each, to a text that ends in a newline. */
export function signNote(text: string, ...signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new Error('a note is lines without control characters, the last one ended')
  if (signers.length === 0) throw new Error('a note needs a signature')
  const lines = signers.map(({ name, keyId, privateKey }) => {
    const signature = sign(null, Buffer.from(text), privateKey)
    return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** The text of a note this key has signed; `undefined` when it has not. Signatures of other keys are passed over. */
export const openNote = (note: string, verifier: NoteVerifier): string | undefined =>
  openNoteBy(note, [verifier])?.text

export interface OpenedNote {
  readonly text: string
  /** Those of the given keys that have signed it: at least one. */
  readonly by: readonly NoteVerifier[]
}

/**
 * A note that at least one of these keys has signed; `undefined` when none has, or when a signature that says it is one
 * of theirs is not. Signatures of other keys are passed over.
 */
export function openNoteBy(note: string, verifiers: readonly NoteVerifier[]): OpenedNote | undefined {
  const read = readNote(note)
  if (!read) return undefined
  const { text, signatures } = read
  const by: NoteVerifier[] = []
  for (const signature of signatures) {
    const known = verifiers.find(each => isBy(signature, each))
    if (!known) continue
    if (!verify(null, Buffer.from(text), known.publicKey, signature.signature)) return undefined
    by.push(known)
  }
  return by.length > 0 ? { text, by } : undefined
}

/** `name+hash8` of every key that a note says has signed it; none when it is no note. Nothing is checked. */
export const keyIdsIn = (note: string): string[] =>
  readNote(note)?.signatures.map(({ name, keyId }) => `${name}+${keyId.toString('hex')}`) ?? []

/** Verifiers have to take 16; a stranger's file must not cost more than so many. */
const MOST_SIGNATURES = 100

/** One signature of a note, not yet believed. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: Buffer
  /** What follows the key id; what it means is its type's business. */
  readonly signature: Buffer
}

/** Made with the key of this name and id, if with any: what it signs is still to be checked. */
export const isBy = (
  { name, keyId }: NoteSignature,
  verifier: Pick<NoteVerifier, 'name' | 'keyId'>,
): boolean => name === verifier.name && keyId.equals(verifier.keyId)

/** A note taken apart, nothing of it believed; `undefined` when it is none. */
export function readNote(
  note: string,
): { readonly text: string; readonly signatures: readonly NoteSignature[] } | undefined {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 0 || !isNoteText(note) || lines.pop() !== '') return undefined
  if (lines.length === 0 || lines.length > MOST_SIGNATURES) return undefined
  const signatures = lines.map(readSignature)
  return signatures.every(each => each !== undefined) ? { text, signatures } : undefined
}

/** A signature line, without its newline; `undefined` when it is none. */
export function readSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : strictBase64(encoded)
  if (name === undefined || !bytes || bytes.length < 5) return undefined
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Decodes standard base64, refusing what would not be encoded to the very same text. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function signerOf(name: string, seed: Uint8Array, type: SignatureType): NoteSigner {
  if (!KEY_NAME.test(name)) throw new Error(`"${name}" cannot name a key: no blanks, no "+"`)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  const keyId = keyIdOf(name, raw, type)
  const vkey = `${name}+${keyId.toString('hex')}+${typed(type, raw).toString('base64')}`
  return { name, keyId, publicKey, privateKey, vkey }
}

const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })

const keyIdOf = (name: string, raw: Uint8Array, type: SignatureType): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed(type, raw)]), 'buffer').subarray(0, 4)

const typed = (type: SignatureType, raw: Uint8Array): Buffer => Buffer.concat([Buffer.of(type), raw])

function untyped(type: SignatureType, encoded: string): Buffer | undefined {
  const bytes = strictBase64(encoded)
  return bytes?.length === 33 && bytes[0] === type ? bytes.subarray(1) : undefined
}

/** Ends in a newline and has no other ASCII control character, nor what is no Unicode. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !/(?!\n)[\p{Cc}\p{Cs}]/u.test(text)
}
