import { openNote, strictBase64, type NoteVerifier } from './note.ts'
import type { Hash } from './store.ts'

/** What a C2SP tlog-checkpoint says: this log had this size and this root. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`

/** The checkpoint in a note; `undefined` when this key did not sign it or it is none. */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint | undefined {
  const text = openNote(note, verifier)
  return text === undefined ? undefined : readCheckpoint(text)
}

/** The checkpoint that a note's text states, whoever signed it; lines after the third are extensions. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, encoded] = text.split('\n')
  if (!origin || size === undefined || encoded === undefined) return undefined
  const root = strictBase64(encoded)
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== 32) return undefined
  return { origin, size: Number(size), root }
}
