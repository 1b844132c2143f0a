import type { Context, Handler } from 'hono'
import { isDecision, type DecisionEntry } from '../../shared/domain/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { historyOf, receiptFor } from '../ledger/receipt.ts'
import type { DecisionEntryAt } from '../ledger/receipt.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { subjectOf } from '../subjects/subject.ts'

/** A decision without a subject has nobody to prove to be: its receipt is open while the page that made it is. */
const OPEN_FOR = 10 * 60_000

/** One decision, provable without us. What hangs on an address never opens here. */
export const showReceipt =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const site = c.var.site.key
    const id = c.req.param('id') ?? ''
    const stored = ledger.store.entryById(site, id)
    if (!stored || !isDecision(stored.entry))
      return problem(
        c,
        'unknown-receipt',
        'Check the receipt number; it is known once its decision was acknowledged.',
      )
    const refusal = mayOpen(c, stored.entry, ledger.now())
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
  return c.var.secret === undefined
    ? secretMissing(c)
    : subjectOf(entry.site, c.var.secret) === entry.subject
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

/** Everything a browser's subject decided, newest first, and where it stands. */
export const showHistory =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    if (c.var.secret === undefined) return secretMissing(c)
    const subject = subjectOf(c.var.site.key, c.var.secret)
    const { standing, entries, erasedAt } = historyOf(ledger, c.var.site.key, subject)
    return c.json({
      subject,
      standing,
      ...(erasedAt !== undefined && { erasedAt: new Date(erasedAt).toISOString() }),
      entries: entries.map(historyLine),
    })
  }

function historyLine({ index, entry }: DecisionEntryAt) {
  const { id, type, decidedAt, receivedAt, configuration, language, method, choices } = entry
  return {
    id,
    index,
    type,
    decidedAt: new Date(decidedAt).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    configuration,
    language,
    method,
    choices,
  }
}
