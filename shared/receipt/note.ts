import { isSame, strictBase64, utf8, type Bytes } from './bytes.ts'
import type { VerifierKey } from './verifier-key.ts'

/** A C2SP signed note, taken apart. Nothing of it is believed yet. */
export interface Note {
  /** What is signed; ends in a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

interface NoteSignature {
  readonly name: string
  readonly id: Bytes
  readonly signature: Bytes
}

export function readNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 0 || !isNoteText(text) || lines.pop() !== '' || lines.length === 0) return undefined
  const signatures = lines.map(readSignature)
  return signatures.every(line => line !== undefined) ? { text, signatures } : undefined
}

function readSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : strictBase64(encoded)
  if (name === undefined || !bytes || bytes.length < 5) return undefined
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) }
}

/** No other ASCII control character than newlines, nor what is no Unicode. */
const isNoteText = (text: string): boolean => !/(?!\n)[\p{Cc}\p{Cs}]/u.test(text)

/** The key is the one the line names; whether it signed, is another question. */
export const isBy = ({ name, id }: NoteSignature, key: VerifierKey): boolean =>
  name === key.name && isSame(id, key.id)

/** `undefined` when the signature is not this key's over this text. A witness also says when it saw it, in seconds since the epoch. */
export async function checkSignature(
  text: string,
  { signature }: NoteSignature,
  key: VerifierKey,
): Promise<{ readonly time?: number } | undefined> {
  if (key.kind === 'log') return (await isSigned(key, signature, utf8(text))) ? {} : undefined
  if (signature.length !== 72) return undefined
  const time = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0))
  if (!Number.isSafeInteger(time)) return undefined
  const signed = utf8(`cosignature/v1\ntime ${time}\n${text}`)
  return (await isSigned(key, signature.slice(8), signed)) ? { time } : undefined
}

async function isSigned({ publicKey }: VerifierKey, signature: Bytes, message: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, signature, message)
}

/** What a C2SP tlog-checkpoint says: this log had this size and this root. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Bytes
}

export function readCheckpoint({ text }: Pick<Note, 'text'>): Checkpoint | undefined {
  const [origin, size = '', encoded = ''] = text.split('\n')
  const root = strictBase64(encoded)
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== 32) return undefined
  return { origin, size: Number(size), root }
}
