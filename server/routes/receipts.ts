import { isUndatedChoice } from '../../shared/domain/take-over.ts'
import type { Context, Handler } from 'hono'
import { contentOf, isDecision, type DecisionEntry } from '../../shared/domain/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { historyOf, type DecisionEntryAt } from '../ledger/history.ts'
import { receiptFor } from '../ledger/receipt.ts'
import type { PastView } from '../ledger/in-time.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { answersIn } from '../../shared/domain/standing.ts'
import { subjectOf } from '../subjects/subject.ts'
import { MOMENTS, readMoments } from './moments.ts'

/** A decision without a subject has nobody to prove to be: its receipt is open while the page that made it is. */
const OPEN_FOR = 10 * 60_000

/** One decision, provable without us. What hangs on an address never opens here. */
export const showReceipt =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const site = c.get('site').key
    const id = c.req.param('id') ?? ''
    const stored = ledger.store.entryById(site, id)
    const decision = stored && contentOf(stored.entry)
    if (!decision || !isDecision(decision))
      return problem(
        c,
        'unknown-receipt',
        'Check the receipt number; it is known once its decision was acknowledged.',
      )
    const refusal = mayOpen(c, decision, ledger.now())
    if (refusal) return refusal
    return c.json(await receiptFor(ledger, site, id))
  }

function mayOpen(c: Context<AppEnv>, entry: DecisionEntry, now: number): Response | undefined {
  if (entry.subject === undefined)
    return now - entry.receivedAt <= OPEN_FOR
      ? undefined
      : problem(
          c,
          'receipt-closed',
          'Nothing says whose decision this is, so its receipt was open for ten minutes only; decide again to get one.',
        )
  const secret = c.get('secret')
  return secret === undefined
    ? secretMissing(c)
    : subjectOf(entry.site, secret) === entry.subject
      ? undefined
      : problem(
          c,
          'secret-wrong',
          'Use the browser that made this decision: its consent cookie holds the secret.',
        )
}

function secretMissing(c: Context<AppEnv>): Response {
  c.header('WWW-Authenticate', 'Assent')
  return problem(
    c,
    'secret-missing',
    'Send "Authorization: Assent <secret>" with the 44 hex digits of the consent cookie.',
  )
}

/** Everything a browser's subject decided, newest first, and where it stands; or did, at another moment. */
export const showHistory =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const secret = c.get('secret')
    if (secret === undefined) return secretMissing(c)
    const asked = Object.entries(c.req.queries())
    const moments = readMoments(c.req.query())
    // What is misspelt would be passed over: the answer would be to another question.
    if (asked.some(([name, values]) => !MOMENTS.some(known => known === name) || values.length > 1))
      return problem(c, 'invalid-query', 'Ask with asOf or knownAsOf, each once, and with nothing else.')
    if ('detail' in moments) return problem(c, 'invalid-query', moments.detail)
    const { key } = c.get('site')
    const subject = subjectOf(key, secret)
    const { standing, entries, view, erasedAt } = historyOf(ledger, key, subject, moments)
    return c.json({
      subject,
      standing: answersIn(standing),
      ...(erasedAt !== undefined && { erasedAt: new Date(erasedAt).toISOString() }),
      entries: entries.map(historyLine),
      ...(view && saidOf(view)),
    })
  }

function saidOf({ asOf, knownAsOf, known }: PastView) {
  return {
    asOf: time(asOf),
    ...(knownAsOf !== undefined && { known: { asOf: time(knownAsOf), entries: known } }),
  }
}

function historyLine({ index, entry, imported }: DecisionEntryAt) {
  const { id, type, decidedAt, receivedAt, configuration, language, method, choices, tool } = entry
  return {
    id,
    index,
    type,
    ...(!isUndatedChoice(entry) && { decidedAt: time(decidedAt) }),
    receivedAt: time(receivedAt),
    configuration,
    language,
    method,
    choices,
    ...(tool !== undefined && { tool }),
    ...(imported && {
      imported: {
        at: time(imported.receivedAt),
        origin: imported.from.origin,
        index: imported.from.index,
      },
    }),
  }
}

const time = (moment: number): string => new Date(moment).toISOString()
