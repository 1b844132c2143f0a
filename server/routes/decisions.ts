import type { Context, Handler } from 'hono'
import type { RefusalReason } from '../../shared/domain/check-decision.ts'
import { underOf } from '../../shared/domain/regime.ts'
import { decisionBatch, MOST_DECISIONS, sentDecision } from '../../shared/schemas/decision.ts'
import type { SentOverWire } from '../../shared/schemas/decision.ts'
import { appendDecisions } from '../ledger/append.ts'
import type { DecisionAnswer, SentDecision } from '../ledger/append.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { regionOf, type Regions } from '../middleware/region.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { subjectOf } from '../subjects/subject.ts'
import { readItem } from './item.ts'

/** The status each reason would have as an answer of its own. */
export const REFUSAL_STATUS: Record<RefusalReason, number> = {
  malformed: 422,
  'unknown-configuration': 422,
  'unknown-text': 422,
  'unknown-purpose': 422,
  'required-purpose': 422,
  'incomplete-choices': 422,
  'withdrawal-grants': 422,
  'signal-grants': 422,
  'unknown-regime': 422,
  'unknown-tool': 422,
  'secret-required': 422,
  'id-reused': 409,
  'entry-too-large': 413,
}

/** Takes a batch: what is well-formed goes to the ledger in one call, and every decision gets its own answer. */
export const receiveDecisions =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals, regions: Regions): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const batch = decisionBatch.safeParse(body.json)
    if (!batch.success)
      return problem(c, 'not-a-batch', 'Send {"decisions": […]} with at least one decision and nothing else.')
    const sent = batch.data.decisions
    if (sent.length > MOST_DECISIONS) return tooMany(c, sent.length)

    const over = overLimit(c, limits, sent.length)
    if (over) return over

    const { key: site, configuration } = c.get('site')
    const read = sent.map(value => readItem(sentDecision, value, 'the decision'))
    const wellFormed = read.flatMap(r => ('item' in r ? [r.item] : []))
    if (wellFormed.some(d => d.subject !== undefined && !ownSubject(site, d)))
      return problem(c, 'forged-subject', 'Leave "subject" out, or send the secret it was made from.')

    const located = underOf(configuration.regimes, regionOf(c, regions))
    const appended = await appendDecisions(ledger, site, wellFormed.map(withoutSubject), located)
    let next = 0
    const entries = read.map(r => wireAnswer('item' in r ? appended[next++]! : r))
    refusals(site, entries)
    return freshJson(c, { entries })
  }

function tooMany(c: Context, count: number): Response {
  return problem(
    c,
    'too-many-decisions',
    `Send at most ${MOST_DECISIONS} decisions at once, not ${count}: split the batch.`,
  )
}

const ownSubject = (site: string, { subject, secret }: SentOverWire): boolean =>
  secret !== undefined && subject === subjectOf(site, secret)

function withoutSubject(sent: SentOverWire): SentDecision {
  if (sent.subject === undefined) return sent
  // Ours comes from the secret alone; the one sent was only compared with it.
  const { subject: _, ...decision } = sent
  return decision
}

function wireAnswer(answer: DecisionAnswer) {
  return 'refused' in answer
    ? {
        id: answer.id,
        refused: answer.refused,
        status: REFUSAL_STATUS[answer.refused],
        detail: answer.detail,
      }
    : { ...answer, receivedAt: new Date(answer.receivedAt).toISOString() }
}
