import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { splitNote } from '../ledger/cosignature.ts'
import { syncFolder, writeDurably } from '../ledger/private-files.ts'
import type { Contradiction } from './add-checkpoint.ts'

/** Whoever has a log's public checkpoints can send them with proofs that do not hold; so many are kept of one log. */
const MOST_OF_A_LOG = 1_000

const SAYS: Readonly<Record<Contradiction['kind'], string>> = {
  fork: 'The log has signed both checkpoints. They have one size and two roots: there are two histories. This proves itself.',
  unproven:
    'The log has signed both checkpoints. The proof that came with the second does not lead from the first to it. Anybody may have sent it: ask the log for a consistency proof between the two. If it has none, there are two histories.',
}

/**
 * Keeps both checkpoints in a folder of their own, once, as `cosigned.checkpoint` and `shown.checkpoint` with `about.json`
 * beside them. Answers its path; `undefined` when nothing more is kept of this kind and log.
 */
export function keepEvidence(folder: string, contradiction: Contradiction, now: number): string | undefined {
  const { kind, origin, cosigned, shown, request } = contradiction
  const path = pathOf(folder, kind, origin, shown.note)
  // Written last, so that whatever has it is whole.
  const about = join(path, 'about.json')
  if (existsSync(about)) return path
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ofLog = readdirSync(folder).filter(name => name.startsWith(`${kind}-${short(origin)}-`))
  if (ofLog.length >= MOST_OF_A_LOG) return undefined
  mkdirSync(path, { recursive: true, mode: 0o700 })
  writeDurably(join(path, 'cosigned.checkpoint'), cosigned.note, 'w')
  writeDurably(join(path, 'shown.checkpoint'), shown.note, 'w')
  const proof = request.proof.map(node => Buffer.from(node).toString('base64'))
  const facts = {
    says: SAYS[kind],
    kind,
    origin,
    shownAt: new Date(now).toISOString(),
    old: request.old,
    proof,
  }
  writeDurably(about, `${JSON.stringify(facts, null, 2)}\n`, 'w')
  syncFolder(folder)
  return path
}

/** The proof came after all: what was kept against this checkpoint no longer stands. Answers whether there was any. */
export function settleEvidence(folder: string, origin: string, note: string): boolean {
  const path = pathOf(folder, 'unproven', origin, note)
  if (!existsSync(path)) return false
  rmSync(path, { recursive: true })
  return true
}

const pathOf = (folder: string, kind: string, origin: string, note: string): string =>
  join(folder, `${kind}-${short(origin)}-${short(splitNote(note)!.text)}`)

const short = (text: string): string => hash('sha256', text).slice(0, 16)
