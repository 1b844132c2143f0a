import { strictBase64 } from '../ledger/note.ts'
import type { Hash } from '../ledger/store.ts'

/** The body of `add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size the witness is believed to have seen last. */
  readonly old: number
  /** RFC 6962 consistency proof from there to the checkpoint. */
  readonly proof: readonly Hash[]
  /** The signed note, as it was sent. */
  readonly note: string
}

const MOST_HASHES = 63

export const formatRequest = ({ old, proof, note }: AddCheckpoint): string =>
  [`old ${old}`, ...proof.map(hash => Buffer.from(hash).toString('base64')), '', note].join('\n')

/** `undefined` when it is none. The note is only cut off, not read. */
export function parseRequest(body: string): AddCheckpoint | undefined {
  const end = body.indexOf('\n\n')
  if (end < 0) return undefined
  const [first, ...lines] = body.slice(0, end).split('\n')
  const [, old] = /^old (0|[1-9]\d{0,14})$/.exec(first!) ?? []
  const proof = lines.map(strictBase64)
  if (old === undefined || lines.length > MOST_HASHES) return undefined
  if (!proof.every(hash => hash?.length === 32)) return undefined
  return { old: Number(old), proof: proof as Hash[], note: body.slice(end + 2) }
}
