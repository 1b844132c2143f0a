import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'

/** C2SP signed-note with Ed25519 keys (signature type 0x01), as Go's golang.org/x/mod/sumdb/note writes them. */

const ED25519 = 0x01
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

/** Writes `PRIVATE+KEY+name+hash8+base64(0x01||seed)`. */
export function formatPrivateKey(name: string, seed: Uint8Array): string {
  const { keyId } = signerOf(name, seed)
  return `PRIVATE+KEY+${name}+${keyId.toString('hex')}+${typed(seed).toString('base64')}`
}

/** `undefined` when the line is no such key, or its hash does not match. */
export function parsePrivateKey(line: string): NoteSigner | undefined {
  const parts = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(line)
  const seed = parts && untyped(parts[3]!)
  if (!seed) return undefined
  const signer = signerOf(parts[1]!, seed)
  return signer.keyId.toString('hex') === parts[2] ? signer : undefined
}

export function parseVerifierKey(vkey: string): NoteVerifier | undefined {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey)
  const raw = parts && untyped(parts[3]!)
  if (!raw) return undefined
  const keyId = keyIdOf(parts[1]!, raw)
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
  const parts = partsOf(note)
  if (!parts) return undefined
  const { text, signatures } = parts
  const by: NoteVerifier[] = []
  for (const { name, keyId, signature } of signatures) {
    const known = verifiers.find(each => each.name === name && each.keyId.equals(keyId))
    if (!known) continue
    if (!verify(null, Buffer.from(text), known.publicKey, signature)) return undefined
    by.push(known)
  }
  return by.length > 0 ? { text, by } : undefined
}

/** `name+hash8` of every key that a note says has signed it; none when it is no note. Nothing is checked. */
export const keyIdsIn = (note: string): string[] =>
  partsOf(note)?.signatures.map(({ name, keyId }) => `${name}+${keyId.toString('hex')}`) ?? []

/** Verifiers have to take 16; a stranger's file must not cost more than so many. */
const MOST_SIGNATURES = 100

interface NoteSignature {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

function partsOf(note: string): { text: string; signatures: NoteSignature[] } | undefined {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 0 || !isNoteText(note) || lines.pop() !== '') return undefined
  if (lines.length === 0 || lines.length > MOST_SIGNATURES) return undefined
  const signatures = lines.map(readSignature)
  return signatures.every(each => each !== undefined) ? { text, signatures } : undefined
}

function readSignature(line: string): NoteSignature | undefined {
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

function signerOf(name: string, seed: Uint8Array): NoteSigner {
  if (!KEY_NAME.test(name)) throw new Error(`"${name}" cannot name a key: no blanks, no "+"`)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  const keyId = keyIdOf(name, raw)
  const vkey = `${name}+${keyId.toString('hex')}+${typed(raw).toString('base64')}`
  return { name, keyId, publicKey, privateKey, vkey }
}

const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })

const keyIdOf = (name: string, raw: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed(raw)]), 'buffer').subarray(0, 4)

const typed = (raw: Uint8Array): Buffer => Buffer.concat([Buffer.of(ED25519), raw])

function untyped(encoded: string): Buffer | undefined {
  const bytes = strictBase64(encoded)
  return bytes?.length === 33 && bytes[0] === ED25519 ? bytes.subarray(1) : undefined
}

/** Ends in a newline and has no other ASCII control character, nor what is no Unicode. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !/(?!\n)[\p{Cc}\p{Cs}]/u.test(text)
}
