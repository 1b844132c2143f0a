import type { Context, Handler } from 'hono'
import type { RefusalReason } from '../../shared/domain/check-decision.ts'
import { decisionBatch, MOST_DECISIONS, sentDecision } from '../../shared/schemas/decision.ts'
import type { SentOverWire } from '../../shared/schemas/decision.ts'
import { appendDecisions } from '../ledger/append.ts'
import type { DecisionAnswer, SentDecision } from '../ledger/append.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { subjectOf } from '../subjects/subject.ts'

/** The status each reason would have as an answer of its own. */
export const REFUSAL_STATUS: Record<RefusalReason, number> = {
  malformed: 422,
  'unknown-configuration': 422,
  'unknown-text': 422,
  'unknown-purpose': 422,
  'required-purpose': 422,
  'incomplete-choices': 422,
  'withdrawal-grants': 422,
  'secret-required': 422,
  'id-reused': 409,
  'entry-too-large': 413,
}

/** Takes a batch: what is well-formed goes to the ledger in one call, and every decision gets its own answer. */
export const receiveDecisions =
  (ledger: Ledger, limits: Limits): Handler<AppEnv> =>
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

    const site = c.var.site.key
    const read = sent.map(readDecision)
    const wellFormed = read.flatMap(r => ('decision' in r ? [r.decision] : []))
    if (wellFormed.some(d => d.subject !== undefined && !ownSubject(site, d)))
      return problem(c, 'forged-subject', 'Leave "subject" out, or send the secret it was made from.')

    const appended = await appendDecisions(ledger, site, wellFormed.map(withoutSubject))
    let next = 0
    const entries = read.map(r => wireAnswer('decision' in r ? appended[next++]! : r))
    c.header('Cache-Control', 'no-store')
    return c.json({ entries })
  }

function tooMany(c: Context, count: number): Response {
  return problem(
    c,
    'too-many-decisions',
    `Send at most ${MOST_DECISIONS} decisions at once, not ${count}: split the batch.`,
  )
}

type Malformed = Extract<DecisionAnswer, { refused: unknown }>

/** Its shape, or what is wrong with it; the other decisions of the batch do not suffer. */
function readDecision(value: unknown): { decision: SentOverWire } | Malformed {
  const parsed = sentDecision.safeParse(value)
  if (parsed.success && !hidesProto(value)) return { decision: parsed.data }
  const issue = parsed.error?.issues[0]
  const where = issue?.path.join('.') || 'the decision'
  return {
    id: idOf(value),
    refused: 'malformed',
    detail: `Correct ${where.slice(0, 80)}: ${issue?.message.slice(0, 200) ?? '"__proto__" is not a field'}.`,
  }
}

/** Schemas pass over a key of this name, and what is passed over would be neither stored nor refused. */
function hidesProto(value: unknown): boolean {
  const { choices } = value as { choices: object }
  return Object.hasOwn(value as object, '__proto__') || Object.hasOwn(choices, '__proto__')
}

/** So that the sender can tell which one was meant; a long or odd id is not echoed. */
function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null
  return typeof value.id === 'string' && /^[\w-]{1,64}$/.test(value.id) ? value.id : null
}

const ownSubject = (site: string, { subject, secret }: SentOverWire): boolean =>
  secret !== undefined && subject === subjectOf(site, secret)

function withoutSubject(sent: SentOverWire): SentDecision {
  const { subject, ...decision } = sent
  // Ours comes from the secret alone; the one sent was only compared with it.
  return subject === undefined ? sent : decision
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
