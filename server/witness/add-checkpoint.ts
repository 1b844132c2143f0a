import { readCheckpoint, type Checkpoint } from '../ledger/checkpoint-text.ts'
import { cosign, cosignatureIn, splitNote, withLines } from '../ledger/cosignature.ts'
import { EMPTY_ROOT } from '../ledger/merkle.ts'
import { openNote, type NoteSigner, type NoteVerifier } from '../ledger/note.ts'
import { verifyConsistency } from '../ledger/proof.ts'
import type { Hash } from '../ledger/store.ts'
import { parseRequest, type AddCheckpoint } from './request.ts'
import type { Cosigned, WitnessStore } from './store.ts'

export interface Witness {
  /** Of type 0x04. */
  readonly key: NoteSigner
  /** The keys each log may sign with, by its origin. */
  readonly logs: ReadonlyMap<string, readonly NoteVerifier[]>
  readonly store: WitnessStore
  /** Epoch milliseconds. */
  readonly now: () => number
}

/**
 * What is answered; the statuses are those of C2SP tlog-witness, which has 422 for two trees of one size since it told
 * such a contradiction from a conflict that another try resolves.
 */
export type WitnessAnswer =
  | { readonly status: 200; readonly line: string }
  | { readonly status: 400 | 403 | 404 | 422; readonly why: string }
  /** What is remembered has another size than the request believes. */
  | { readonly status: 409; readonly size: number }

/** A checkpoint the log has signed, and that does not go with what this witness cosigned before. */
export interface Contradiction {
  /** `fork`: two roots for one size. `unproven`: larger, and its proof does not hold. */
  readonly kind: 'fork' | 'unproven'
  readonly origin: string
  readonly cosigned: Cosigned
  readonly shown: Cosigned
  readonly request: AddCheckpoint
}

export interface Outcome {
  readonly answer: WitnessAnswer
  /** The checkpoint, once it is known to be the log's own. */
  readonly shown?: Cosigned & { readonly origin: string }
  /** Size cosigned before, when there was one. */
  readonly before?: number
  readonly contradiction?: Contradiction
}

/**
 * Cosigns a checkpoint that extends the last one cosigned of its log, and remembers it before answering (C2SP
 * tlog-witness). Throws when what it remembers is not by its own key.
 */
export function addCheckpoint(witness: Witness, body: string): Outcome {
  const request = parseRequest(body)
  const note = request && splitNote(request.note)
  const shown = note && readCheckpoint(note.text)
  if (!request || !note || !shown)
    return refusal(400, 'send "old <size>", at most 63 hashes in base64, an empty line and a checkpoint')
  const keys = witness.logs.get(shown.origin)
  if (!keys) return refusal(404, 'this witness does not watch a log of this origin')
  const signed = note.lines.filter(line => keys.some(key => openNote(`${note.text}\n${line}\n`, key)))
  if (signed.length === 0)
    return refusal(
      403,
      'no signature is by a key this witness knows of this log: tell its operator the new key',
    )
  // Only what is needed is remembered: whoever sends may have added signatures of their own.
  const own = { origin: shown.origin, size: shown.size, note: withLines(`${note.text}\n`, signed) }
  if (request.old > shown.size)
    return { ...refusal(400, 'the old size is above the checkpoint’s'), shown: own }
  let outcome: Outcome | undefined
  witness.store.advance(shown.origin, row => {
    const last = row && remembered(witness.key, shown.origin, row)
    outcome = { ...judge(witness, request, { ...shown, text: note.text, note: own.note }, last), shown: own }
    if (outcome.answer.status !== 200 || (last && last.size === shown.size)) return undefined
    return { size: own.size, note: withLines(own.note, [outcome.answer.line]) }
  })
  return outcome!
}

interface Shown extends Checkpoint, Cosigned {
  readonly text: string
}

interface Remembered extends Cosigned {
  readonly root: Hash
  readonly seconds: number
}

function judge(
  { key, now }: Witness,
  request: AddCheckpoint,
  shown: Shown,
  last: Remembered | undefined,
): Outcome {
  const known = last ?? { size: 0, root: EMPTY_ROOT, seconds: 0 }
  const { origin, size, note } = shown
  const contradicts = (kind: Contradiction['kind']) =>
    last && { contradiction: { kind, origin, cosigned: last, shown: { size, note }, request } }
  const before = last && { before: last.size }
  const isFork = size === known.size && Buffer.compare(shown.root, known.root) !== 0
  const fork = isFork ? contradicts('fork') : undefined
  if (request.old !== known.size) return { answer: { status: 409, size: known.size }, ...before, ...fork }
  if (isFork)
    return { ...refusal(422, `another tree of ${size} entries is known of this log`), ...before, ...fork }
  if (!verifyConsistency(known.size, size, known.root, shown.root, request.proof))
    return {
      ...refusal(422, `the proof does not lead from the ${known.size} entries known to the checkpoint`),
      ...before,
      ...(size > known.size && contradicts('unproven')),
    }
  // A cosignature says "the largest as of now": a clock that went back must not make two of them contradict each other.
  const seconds = Math.max(Math.floor(now() / 1000), known.seconds)
  return { answer: { status: 200, line: cosign(shown.text, key, seconds) }, ...before }
}

/** A row that this witness did not sign was changed by somebody: nothing may be built on it. */
function remembered(key: NoteSigner, origin: string, { size, note }: Cosigned): Remembered {
  const { text, lines } = splitNote(note) ?? { text: '', lines: [] }
  const checkpoint = readCheckpoint(text)
  const cosignature = cosignatureIn(text, lines, key)
  if (!checkpoint || !cosignature || checkpoint.size !== size || checkpoint.origin !== origin)
    throw new Error(
      `witness.db holds a checkpoint of ${origin} that this key has not cosigned: restore the file and witness.key, or begin in an empty folder, with a new key`,
    )
  return { size, note, root: checkpoint.root, seconds: cosignature.seconds }
}

/** Throws unless everything remembered is by this witness's own key. */
export function requireOwnMemory({ store, key }: Pick<Witness, 'store' | 'key'>): void {
  for (const origin of store.origins()) remembered(key, origin, store.last(origin)!)
}

const refusal = (status: 400 | 403 | 404 | 422, why: string): Outcome => ({ answer: { status, why } })
