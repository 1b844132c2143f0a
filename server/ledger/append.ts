import { canonicalJson } from '../../shared/domain/canonical.ts'
import { checkDecision, type RefusalReason } from '../../shared/domain/check-decision.ts'
import type { ConsentDecision } from '../../shared/domain/consent.ts'
import type { DecisionEntry } from '../../shared/domain/entry.ts'
import { commitmentOf, newSalt, seal, type PrivateFields } from '../subjects/seal.ts'
import { subjectOf } from '../subjects/subject.ts'
import { contentHash, encodeEntry, MAX_ENTRY_BYTES } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { integrate } from './merkle.ts'
import type { NewEntry, SealedPart } from './store.ts'

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
): Promise<DecisionAnswer[]> {
  const receivedAt = ledger.now()
  // All at once: subject keys that have to be made share one commit.
  const judged = await Promise.all(decisions.map(decision => judge(ledger, site, decision, receivedAt)))
  const accepted = judged.filter(isAccepted)
  const appended = accepted.length === 0 ? [] : await ledger.store.append(site, accepted, integrate)

  let next = 0
  return judged.map(one => {
    if (!isAccepted(one)) return one
    const answer = appended[next++]!
    return 'index' in answer
      ? { id: one.id, ...answer }
      : refuse(one.id, 'id-reused', 'this id already names another decision: make a new one')
  })
}

const isAccepted = (one: NewEntry | RefusedDecision): one is NewEntry => 'encode' in one

const refuse = (id: string, refused: RefusalReason, detail: string): RefusedDecision => ({
  id,
  refused,
  detail,
})

async function judge(
  ledger: Ledger,
  site: string,
  decision: SentDecision,
  receivedAt: number,
): Promise<NewEntry | RefusedDecision> {
  const { id, secret, private: fields } = decision
  const refusal = checkDecision(decision, ledger.store.publication(site, decision.configuration))
  if (refusal) return refuse(id, refusal.reason, refusal.detail)
  if (fields !== undefined && secret === undefined)
    return refuse(id, 'secret-required', 'private fields are sealed for a subject: send the secret')

  const subject = secret === undefined ? undefined : subjectOf(site, secret)
  const sentPart = publicPart(decision, subject)
  const sentText = canonicalJson(sentPart)
  const sent = contentHash(sentText)
  const sealed =
    fields === undefined ? undefined : await sealFor(ledger, { site, subject: subject!, id }, fields)
  const entry: DecisionEntry = {
    v: 1,
    site,
    receivedAt,
    sent,
    ...sentPart,
    ...(sealed && { commitment: sealed.commitment }),
  }
  if (isTooLarge(sentText, entry))
    return refuse(id, 'entry-too-large', `an entry has at most ${MAX_ENTRY_BYTES} bytes: send fewer choices`)
  return {
    type: decision.type,
    id,
    ...(subject !== undefined && { subject }),
    encode: previous => encodeEntry(previous === undefined ? entry : { ...entry, previous }),
    repeats: stored =>
      stored.entry.sent === sent && samePrivatePart(fields, stored.entry.commitment, stored.salt),
    ...(sealed && { private: sealed.part }),
  }
}

/** Named field by field: what is not listed never reaches an entry. */
function publicPart(
  { id, type, decidedAt, configuration, text, language, method, choices, gpc }: SentDecision,
  subject: string | undefined,
) {
  return {
    id,
    type,
    decidedAt,
    configuration,
    language,
    method,
    choices,
    ...(text !== undefined && { text }),
    ...(gpc !== undefined && { gpc }),
    ...(subject !== undefined && { subject }),
  }
}

/** The subject's key is on disk before this resolves, and so before the entry that needs it. */
async function sealFor(
  ledger: Ledger,
  owner: { readonly site: string; readonly subject: string; readonly id: string },
  fields: PrivateFields,
): Promise<{ commitment: string; part: SealedPart }> {
  const key = await ledger.keys.createSubjectKey(owner.site, owner.subject)
  const salt = newSalt()
  return { commitment: commitmentOf(salt, fields), part: { salt, sealed: seal(key, fields, owner) } }
}

function samePrivatePart(
  fields: PrivateFields | undefined,
  commitment: string | undefined,
  salt: Uint8Array | undefined,
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
