import type { Ledger } from '../../ledger/ledger.ts'
import { inTurns, rowsFrom, type CheckedList } from './answered-list.ts'
import { BadList } from './bad-list.ts'
import { checkList, isSendable, type CheckedSite, type ListQuestion, type RowAnswer } from './check.ts'
import { concludeCheck } from './conclude.ts'
import { hashing, passing } from './hashed.ts'
import { ndjsonLines, readLine, type ListLine } from './ndjson.ts'

/** Lines the encoding is told by. */
const LOOKED_AT = 50

/**
 * Answers a list of JSON lines as it comes: one line for each, in their order, whatever was on it. Throws `BadList` before
 * the first line where it is no text in UTF-8.
 */
export async function checkNdjson(
  ledger: Ledger,
  site: CheckedSite,
  question: ListQuestion,
  bytes: AsyncIterable<Uint8Array>,
  actor: string,
): Promise<CheckedList> {
  const { mode, column = 'address' } = question
  const [sent, answered] = [hashing(), hashing()]
  const lines = rowsFrom(ndjsonLines(passing(bytes, sent)))
  const first = await lines.take(LOOKED_AT)
  if (first.length === 0) throw new BadList('it is empty: send one JSON string or object a line')
  const check = checkList(ledger, site, question)
  let written = 0

  async function ahead(batch: readonly (string | undefined)[]) {
    const given = batch.map(line => readLine(line, column))
    return { given, read: await check.readAhead(given.map(row => row?.given)) }
  }

  function write(_: unknown, { given, read }: Awaited<ReturnType<typeof ahead>>): string {
    const answers = check.answerRead(read)
    const text = given.map((row, n) => lineOf(row, answers[n]!, written + n + 1)).join('')
    written += given.length
    if (text !== '') answered.add(text)
    return text
  }

  function lineOf(row: ListLine | undefined, answer: RowAnswer, number: number): string {
    if (answer.isOld || mode === 'count') return ''
    if (mode === 'filter') return isSendable(answer) ? `${row!.text}\n` : ''
    return `${row ? row.with(answerJson(answer)) : JSON.stringify({ line: number, assent: answerJson(answer) })}\n`
  }

  return {
    text: inTurns(first, lines, { ahead, write }),
    finish: () =>
      concludeCheck(ledger, site, question, check, {
        format: 'ndjson',
        list: sent.digest(),
        ...(mode !== 'count' && { answer: answered.digest() }),
        actor,
      }),
  }
}

/** An answer as JSON holds it. */
export function answerJson(answer: RowAnswer) {
  const { decision, reason, address, entry, consentedAt, expiresAt, notBefore, duplicateOf } = answer
  return {
    decision,
    reason,
    ...(address !== undefined && { address }),
    ...(entry && { entry }),
    ...(consentedAt !== undefined && { consentedAt: new Date(consentedAt).toISOString() }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(notBefore !== undefined && { notBefore: new Date(notBefore).toISOString() }),
    ...(duplicateOf !== undefined && { duplicateOf }),
  }
}
