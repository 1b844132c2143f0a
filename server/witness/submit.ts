import { consistencyProofAt } from '../ledger/checkpoint.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { askWitness, type WitnessReply } from './ask.ts'
import type { KnownWitness } from './lists.ts'

export type Submission =
  | { readonly kind: 'cosigned'; readonly size: number }
  | Extract<WitnessReply, { kind: 'contradicted' | 'refused' | 'unreachable' }>

/** A witness may be asked by several servers of one database at once: each time it has moved on, once more. */
const ATTEMPTS = 3

/**
 * Has a witness cosign the newest checkpoint of a site and saves what it answers; `undefined` while there is none. Where it
 * remembers another size than we do, it is right: the proof is made from there.
 */
export async function submitCheckpoint(
  ledger: Ledger,
  site: string,
  witness: KnownWitness,
  signal: AbortSignal,
): Promise<Submission | undefined> {
  const { store } = ledger
  let old = store.cosignedCheckpoint(site, witness.vkey)?.size ?? 0
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const newest = store.checkpoint(site)
    if (!newest) return undefined
    const { size, note } = newest
    if (old > size) return contradicted(ledger, site, witness, old, rolledBack(old, size))
    const proof = consistencyProofAt(ledger, site, old, size)
    if (!proof)
      throw new Error(
        `the log of ${site} is shorter than its checkpoint of ${size} entries: run assent verify`,
      )
    // oxlint-disable-next-line no-await-in-loop -- the next attempt hangs on this answer
    const reply = await askWitness(witness, { old, proof, note }, signal)
    if (reply.kind === 'cosigned') {
      store.saveCosignature(site, size, { witness: witness.vkey, line: reply.line })
      return { kind: 'cosigned', size }
    }
    if (reply.kind === 'contradicted')
      return contradicted(ledger, site, witness, old, forked(old, size, reply.why))
    if (reply.kind !== 'conflict') return reply
    // Of one size, 409 was the word for two trees until the protocol made that 422 as well.
    if (reply.size === old && old === size)
      return contradicted(ledger, site, witness, old, forked(old, size, ''))
    if (reply.size === old)
      return { kind: 'refused', why: `it answered 409 with ${old}, which is what it was told` }
    old = reply.size
  }
  return { kind: 'refused', why: `what it remembers changed ${ATTEMPTS} times while it was asked` }
}

/** What the operator reads of it; `why` says what does not fit. */
function contradicted(
  { store, signer }: Ledger,
  site: string,
  { url }: KnownWitness,
  seen: number,
  why: string,
): Submission {
  const resumed = store
    .keyEntries(site)
    .find(
      ({ index, entry }) =>
        entry.type === 'log-resumed' && index < seen && (entry.lost?.size ?? Infinity) >= seen,
    )
  const todo = resumed
    ? `This log went on without them (index ${resumed.index}), so it cosigns it no more: ask its operator for a witness in an empty folder, and put that key into ASSENT_WITNESSES instead`
    : `Restore the database that was signed. To compare: curl -o seen.checkpoint ${url}/checkpoint/${encodeURIComponent(signer(site).name)}, then assent verify --checkpoint seen.checkpoint`
  return { kind: 'contradicted', why: `${why}. ${todo}` }
}

const rolledBack = (seen: number, size: number): string =>
  `it has cosigned ${seen} entries, the newest checkpoint here has ${size}: the log was rolled back, or somebody else signs with its key`

const forked = (seen: number, size: number, said: string): string =>
  `our ${size} entries do not continue the ${seen} it has cosigned: the log was forked or rewritten${said}`
