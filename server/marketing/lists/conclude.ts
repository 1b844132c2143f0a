import { canonicalJson } from '../../../shared/domain/canonical.ts'
import type { CheckSummary, HeardSender, ListFormat } from '../../../shared/domain/check.ts'
import type { ListCheckedEntry } from '../../../shared/domain/entry.ts'
import type { SenderHeard } from '../../../shared/domain/senders.ts'
import { derivedId } from '../../ledger/derived-id.ts'
import { contentHash } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { random } from '../../subjects/random.ts'
import type { CheckedSite, ListCheck, ListQuestion } from './check.ts'
import { signClearance } from './clearance.ts'
import { RULES } from './rules.ts'

/** A list that was answered to its end. */
export interface AnsweredList {
  readonly format: ListFormat
  /** SHA-256 (hex) of its bytes as they were sent. */
  readonly list: string
  /** The same of the rows that were answered, where they were text. */
  readonly answer?: string
  /** Who asked: `key:<id>` or `command:<name>`. */
  readonly actor: string
  readonly column?: number
}

/** Records the check in the log and signs what it came to; on disk before it resolves. */
export async function concludeCheck(
  ledger: Ledger,
  { key: site, hash: configuration }: CheckedSite,
  { channel, program, mode, seller, sender, sendAt, after, senders }: ListQuestion,
  { counts, begun: { at: checkedAt, against } }: ListCheck,
  { format, list, answer, actor, column }: AnsweredList,
): Promise<CheckSummary> {
  const stated = {
    list,
    ...(answer !== undefined && { answer }),
    channel,
    program,
    mode,
    ...(seller !== undefined && { seller }),
    ...(sender !== undefined && { sender }),
    ...(sendAt !== undefined && { sendAt }),
    ...(after !== undefined && { after }),
    checkedAt,
    against,
    configuration,
    rules: RULES,
  }
  const came = counts()
  const receivedAt = ledger.now()
  const part = { type: 'list-checked', format, actor, ...stated, ...came } as const
  const entry: ListCheckedEntry = {
    v: 1,
    site,
    id: derivedId([random(16).toString('hex')], receivedAt.toString(16).padStart(12, '0')),
    receivedAt,
    sent: contentHash(canonicalJson(part)),
    ...part,
  }
  const [appended] = await ledger.store.append(site, [{ entry }])
  if (!appended || !('index' in appended)) throw new Error(`couldn't record the check ${entry.id} in ${site}`)
  const place = { id: entry.id, index: appended.index }
  const { rows, decisions } = came
  return {
    ...came,
    list,
    logSize: against.size,
    entry: place,
    ...(column !== undefined && { column }),
    ...(senders.heard.length > 0 && { heard: senders.heard.map(heardJson) }),
    clearance: signClearance(ledger, site, { ...stated, rows, decisions, entry: place }),
  }
}

const heardJson = ({ heardAt, ...sender }: SenderHeard): HeardSender => ({
  ...sender,
  ...(heardAt !== undefined && { heardAt: new Date(heardAt).toISOString() }),
})
