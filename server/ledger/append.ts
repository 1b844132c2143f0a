import { canonicalJson } from '../../shared/domain/canonical.ts'
import { checkDecision, type RefusalReason } from '../../shared/domain/check-decision.ts'
import type { ConsentDecision } from '../../shared/domain/consent.ts'
import type { DecisionEntry } from '../../shared/domain/entry.ts'
import type { Under } from '../../shared/domain/regime.ts'
import { commitmentOf, type PrivateFields } from '../subjects/seal.ts'
import { sealFor, type Sealed } from '../subjects/seal-for.ts'
import { subjectOf } from '../subjects/subject.ts'
import { contentHash, MAX_ENTRY_BYTES } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { onceAppended } from './repeated.ts'
import type { AppendedEntry, KnownEntry, NewEntry } from './store.ts'

export interface SentDecision extends ConsentDecision {
  readonly secret?: string
  /** Personal fields to seal beside the entry; needs a secret, for the key is the subject's. */
  readonly private?: PrivateFields
}

export type DecisionAnswer =
  | { readonly id: string; readonly index: number; readonly duplicate: boolean; readonly receivedAt: number }
  | RefusedDecision

export interface RefusedDecision {
  readonly id: string | null
  readonly refused: RefusalReason
  /** What to do about it. */
  readonly detail: string
}

/** Checks each decision against its configuration and appends those that hold, in one durable transaction. */
export async function appendDecisions(
  ledger: Ledger,
  site: string,
  decisions: readonly SentDecision[],
  /** What the server itself saw to hold for whoever sends this. */
  located?: Under,
): Promise<DecisionAnswer[]> {
  const receivedAt = ledger.now()
  const refusals = decisions.map(decision => refusalOf(ledger, site, decision))
  const sealsAny = decisions.some(decision => decision.private !== undefined)

  async function append(): Promise<{ judged: (NewEntry | RefusedDecision)[]; appended: AppendedEntry[] }> {
    const preparedAt = sealsAny ? ledger.store.size(site) : undefined
    // All at once: subject keys that have to be made share one commit. Most batches seal nothing and wait for nothing.
    const sealed = sealsAny
      ? await Promise.all(
          decisions.map(async (d, i) => (refusals[i] ? undefined : sealPart(ledger, site, d))),
        )
      : []
    const judged = decisions.map((d, i) => {
      const one = refusals[i] ?? newEntry(site, d, receivedAt, sealed[i], located)
      return sealed[i] && preparedAt !== undefined && isAccepted(one) ? { ...one, preparedAt } : one
    })
    const accepted = judged.filter(isAccepted)
    const appended = accepted.length === 0 ? [] : await ledger.store.append(site, accepted)
    // Erased in between: its key is gone, and what was sealed with it would never open. The others are there already.
    return appended.some(answer => 'erased' in answer) ? append() : { judged, appended }
  }
  const { judged, appended } = await append()

  let next = 0
  return judged.map((one, i) =>
    isAccepted(one) ? answerOf(one, appended[next++]!, decisions[i]!.private) : one,
  )
}

const isAccepted = (one: NewEntry | RefusedDecision): one is NewEntry => 'entry' in one

function answerOf(
  added: NewEntry,
  appended: AppendedEntry,
  fields: PrivateFields | undefined,
): DecisionAnswer {
  const { id } = added.entry
  const answer = onceAppended(added, appended, known => samePrivatePart(fields, known))
  return 'index' in answer
    ? { id, ...answer }
    : refuse(id, answer.refused, 'this id already names another decision: make a new one')
}

const refuse = (id: string, refused: RefusalReason, detail: string): RefusedDecision => ({
  id,
  refused,
  detail,
})

function refusalOf(ledger: Ledger, site: string, decision: SentDecision): RefusedDecision | undefined {
  const { id, secret, private: fields } = decision
  const refusal = checkDecision(decision, ledger.store.publication(site, decision.configuration))
  if (refusal) return refuse(id, refusal.reason, refusal.detail)
  if (fields !== undefined && secret === undefined)
    return refuse(id, 'secret-required', 'private fields are sealed for a subject: send the secret')
  return undefined
}

function newEntry(
  site: string,
  decision: SentDecision,
  receivedAt: number,
  sealed: Sealed | undefined,
  located: Under | undefined,
): NewEntry | RefusedDecision {
  const { id, secret } = decision
  const subject = secret === undefined ? undefined : subjectOf(site, secret)
  const sentPart = publicPart(decision, subject)
  const sentText = canonicalJson(sentPart)
  const sent = contentHash(sentText)
  const { choices, configuration, decidedAt, gpc, language, method, text, tool, type, under } = sentPart
  const entry: DecisionEntry = {
    choices,
    ...(sealed && { commitment: sealed.commitment }),
    configuration,
    decidedAt,
    ...(gpc !== undefined && { gpc }),
    id,
    language,
    ...(located !== undefined && { located }),
    method,
    receivedAt,
    sent,
    site,
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(tool !== undefined && { tool }),
    type,
    ...(under !== undefined && { under }),
    v: 1,
  }
  if (isTooLarge(sentText, entry))
    return refuse(id, 'entry-too-large', `an entry has at most ${MAX_ENTRY_BYTES} bytes: send fewer choices`)
  return { entry, ...(sealed && { private: sealed.part }) }
}

/** Named field by field: what is not listed never reaches an entry. In canonical order, so that nothing is left to sort. */
function publicPart(
  { id, type, decidedAt, configuration, text, tool, language, method, choices, gpc, under }: SentDecision,
  subject: string | undefined,
) {
  return {
    choices,
    configuration,
    decidedAt,
    ...(gpc !== undefined && { gpc }),
    id,
    language,
    method,
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(tool !== undefined && { tool }),
    type,
    ...(under !== undefined && { under }),
  }
}

async function sealPart(
  { keys }: Ledger,
  site: string,
  { id, secret, private: fields }: SentDecision,
): Promise<Sealed | undefined> {
  if (fields === undefined || secret === undefined) return undefined
  return sealFor(keys, { site, subject: subjectOf(site, secret), id }, fields)
}

function samePrivatePart(
  fields: PrivateFields | undefined,
  { entry: { commitment }, salt }: KnownEntry,
): boolean {
  if (fields === undefined || commitment === undefined)
    return fields === undefined && commitment === undefined
  // Once erased, nothing is left to compare with; what is public was the same.
  return salt === undefined || commitmentOf(salt, fields) === commitment
}

/** Everything the server adds to what was sent fits in this. */
const ADDED_BYTES = 1_024

function isTooLarge(sentText: string, entry: DecisionEntry): boolean {
  if (Buffer.byteLength(sentText) + ADDED_BYTES <= MAX_ENTRY_BYTES) return false
  // `previous` is not known yet: judged as if it were the longest.
  const longest = canonicalJson({ ...entry, previous: Number.MAX_SAFE_INTEGER })
  return Buffer.byteLength(longest) > MAX_ENTRY_BYTES
}
