import { openNoteBy, strictBase64, type NoteVerifier } from './note.ts'
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
export const openCheckpoint = (note: string, verifier: NoteVerifier): Checkpoint | undefined =>
  openCheckpointBy(note, [verifier])?.checkpoint

/** The checkpoint in a note, and which of these keys have signed it; `undefined` when none has or it is none. */
export function openCheckpointBy(
  note: string,
  verifiers: readonly NoteVerifier[],
): { readonly checkpoint: Checkpoint; readonly by: readonly NoteVerifier[] } | undefined {
  const opened = openNoteBy(note, verifiers)
  const checkpoint = opened && readCheckpoint(opened.text)
  return checkpoint && { checkpoint, by: opened.by }
}

/** The checkpoint that a note's text states, whoever signed it. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.slice(0, -1).split('\n')
  const [origin, size, encoded] = lines
  // Further lines are allowed, and say nothing to us; none of all may be empty.
  if (lines.includes('') || origin === undefined || size === undefined || encoded === undefined)
    return undefined
  const root = strictBase64(encoded)
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined
  return root?.length === 32 ? { origin, size: Number(size), root } : undefined
}
