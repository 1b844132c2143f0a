import type { Context, Handler } from 'hono'
import * as z from 'zod'
import { checkpoint, consistencyProofAt, inclusionProofAt, publishedSize } from '../ledger/checkpoint.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Hash } from '../ledger/store.ts'
import { newestCheckpoint, witnessedCheckpoint } from '../ledger/witnessed.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8' }

/**
 * The last signed note (C2SP tlog-checkpoint) with the cosignatures it has so far, which is none in its first seconds; the
 * first one is made when somebody asks before the job does.
 */
export const showCheckpoint =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const site = c.get('site').key
    const note = newestCheckpoint(ledger.store, site)?.note ?? checkpoint(ledger, site) ?? ''
    return answerNote(c, note)
  }

/** The newest checkpoint that a witness has cosigned: for whoever believes no log without one. */
export const showWitnessed =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const seen = witnessedCheckpoint(ledger.store, c.get('site').key)
    if (seen) return answerNote(c, seen.note)
    return problem(
      c,
      'not-witnessed',
      'No witness has cosigned this log yet: ask its operator who watches it.',
    )
  }

const answerNote = (c: Context, note: string): Response =>
  c.body(note, 200, { ...PLAIN, 'Cache-Control': 'no-cache' })

/** A new key is known within a minute: one that was compromised must not be believed for long. */
const BRIEFLY = 'public, max-age=60'

/** Every key this log ever had, and what counts under each. */
export const showKeys =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    c.header('Cache-Control', BRIEFLY)
    return c.json(ledger.signer(c.get('site').key).keys)
  }

/** The current verifier key, to be kept by whoever wants to check this log. */
export const showVerifierKey =
  (ledger: Ledger): Handler<AppEnv> =>
  c =>
    c.body(`${ledger.signer(c.get('site').key).vkey}\n`, 200, {
      ...PLAIN,
      'Cache-Control': BRIEFLY,
    })

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const proofQuery = z.object({ index: count, size: count })

/** That one entry is in the tree of a given size (RFC 6962). */
export const showProof =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const site = c.get('site').key
    const query = proofQuery.safeParse(c.req.query())
    const proof = query.success && inclusionProofAt(ledger, site, query.data.index, query.data.size)
    if (!query.success || !proof)
      return problem(
        c,
        'invalid-query',
        `Ask ?index=…&size=… with index below size and size at most ${publishedSize(ledger, site)}, which the last checkpoint has.`,
      )
    return answerProof(c, query.data, proof)
  }

const consistencyQuery = z.object({ from: count, to: count })

/** That the tree of one size extends the tree of an earlier one (RFC 6962). */
export const showConsistency =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const site = c.get('site').key
    const query = consistencyQuery.safeParse(c.req.query())
    const proof = query.success && consistencyProofAt(ledger, site, query.data.from, query.data.to)
    if (!query.success || !proof)
      return problem(
        c,
        'invalid-query',
        `Ask ?from=…&to=… with from at most to and to at most ${publishedSize(ledger, site)}, which the last checkpoint has.`,
      )
    return answerProof(c, query.data, proof)
  }

/** What was proven of a log once is proven for ever. */
function answerProof(c: Context, asked: Record<string, number>, proof: readonly Hash[]): Response {
  c.header('Cache-Control', 'public, max-age=86400')
  return c.json({ ...asked, hashes: proof.map(base64) })
}

/** Of the bytes where they lie, not of a copy. */
const base64 = ({ buffer, byteOffset, length }: Hash): string =>
  Buffer.from(buffer, byteOffset, length).toString('base64')
