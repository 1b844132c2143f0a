import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isAct, type AddressAct } from '../../shared/domain/entry.ts'
import type { MarketingRefusalReason } from '../../shared/domain/marketing.ts'
import { contentHash } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { onceAppended, type OnceAppended } from '../ledger/repeated.ts'
import type { AppendedEntry, NewEntry } from '../ledger/store.ts'
import { newSubject } from '../subjects/identify.ts'
import type { PrivateFields } from '../subjects/seal.ts'
import { sealFor } from '../subjects/seal-for.ts'

export interface RefusedMarketing {
  readonly id: string | null
  readonly refused: MarketingRefusalReason
  /** What to do about it. */
  readonly detail: string
}

type Added = 'v' | 'site' | 'subject' | 'receivedAt' | 'sent' | 'previous' | 'commitment'
type Distribute<E> = E extends unknown ? Omit<E, Added> : never

/** All of an entry that does not hang on whose address it is. */
export interface Draft {
  readonly blind: Uint8Array
  readonly entry: Distribute<AddressAct>
  /** What of it the sender said; the rest follows from the configuration, which may change before it is sent again. */
  readonly said: Readonly<Record<string, unknown>>
  readonly private?: PrivateFields
}

export const refuse = (
  id: string | null,
  refused: RefusedMarketing['refused'],
  detail: string,
): RefusedMarketing => ({ id, refused, detail })

/** On disk. */
export interface StoredMarketing {
  readonly id: string
  readonly index: number
  readonly duplicate: boolean
  readonly receivedAt: number
}

/**
 * Appends what was judged to hold, all in one durable transaction, and answers for each in its place. `what`: its name
 * where its id is another's.
 */
export async function appendJudged<D extends Draft>(
  ledger: Ledger,
  site: string,
  judged: readonly (D | RefusedMarketing)[],
  what: string,
): Promise<({ readonly draft: D; readonly stored: StoredMarketing } | RefusedMarketing)[]> {
  const isDraft = (one: D | RefusedMarketing): one is D => 'blind' in one
  const appended = await appendForAddresses(ledger, site, judged.filter(isDraft))
  let next = 0
  return judged.map(one => {
    if (!isDraft(one)) return one
    const { id } = one.entry
    const answer = appended[next++]!
    return 'index' in answer
      ? { draft: one, stored: { id, ...answer } }
      : refuse(id, answer.refused, `this id already names another ${what}: make a new one`)
  })
}

/**
 * Appends each draft for the subject its address belongs to, made now when nobody named the address before. Two requests
 * may both be first: the one that comes second is told so, and appends again for the subject of the other.
 */
export async function appendForAddresses(
  ledger: Ledger,
  site: string,
  drafts: readonly Draft[],
): Promise<OnceAppended[]> {
  const found = new Map<string, string>()
  const made: string[] = []
  const used = new Set<string>()
  const erased: string[] = []
  const receivedAt = ledger.now()
  const { store } = ledger

  function subjectOf({ blind }: Draft): string {
    const key = Buffer.from(blind).toString('base64')
    const known = found.get(key) ?? store.snapshot(() => store.subjectOfAddress(site, blind))
    const subject = known ?? newSubject(receivedAt)
    if (known === undefined) made.push(subject)
    found.set(key, subject)
    return subject
  }

  async function append(waiting: readonly Draft[], attempts: number): Promise<OnceAppended[]> {
    if (waiting.length === 0) return []
    const preparedAt = store.snapshot(() => store.size(site))
    // All at once: subject keys that have to be made share one commit.
    const entries = await Promise.all(
      waiting.map(async draft => {
        const subject = subjectOf(draft)
        return { ...(await newEntry(ledger, site, draft, subject, receivedAt)), subject, preparedAt }
      }),
    )
    const answers = await store.append(site, entries)
    const lost = waiting.filter((_, i) => isLost(answers[i]!))
    for (const [i, { subject }] of entries.entries()) {
      if ('index' in answers[i]!) used.add(subject)
      if ('erased' in answers[i]!) erased.push(subject)
    }
    // An address leads to one subject until that is erased, so the second attempt finds it; many more would be a fault.
    if (lost.length > 0 && attempts === 0)
      throw new Error(`couldn't append for ${site}: its addresses keep changing hands`)
    found.clear()
    const again = await append(lost, attempts - 1)
    // The subject is the address: the same one said the same. What else is sealed is the connection's, not the person's.
    return answers.map((answer, i) =>
      isLost(answer) ? again.shift()! : onceAppended(sameSubject(waiting[i]!, entries[i]!, answer), answer),
    )
  }

  /** Sent again after its address was erased: nothing tells any more whose it was, but all else that was said is the same. */
  function sameSubject({ entry, said }: Draft, added: NewEntry, answer: AppendedEntry): NewEntry {
    if (!('known' in answer) || !isAct(answer.known.entry)) return added
    const { subject } = answer.known.entry
    if (subject === undefined || !isErased(ledger, site, subject)) return added
    return { ...added, entry: { ...added.entry, sent: sentHash(entry, said, subject) } }
  }

  const answers = await append(drafts, 4)
  // The key of a subject that came second, that was erased, or of what was sent before, seals nothing.
  const unused = made.filter(subject => !used.has(subject))
  for (const subject of [...unused, ...erased]) ledger.keys.destroySubjectKey(site, subject)
  return answers
}

/** Its address was another subject's first, or its own subject was erased: it is to be made again. */
const isLost = (answer: AppendedEntry): boolean => 'belongsTo' in answer || 'erased' in answer

function isErased({ store }: Ledger, site: string, subject: string): boolean {
  const last = store.subject(site, subject)?.lastIndex
  return last !== undefined && store.entry(site, last)?.entry.type === 'erasure'
}

const sentHash = ({ id, type }: Draft['entry'], said: Draft['said'], subject: string): string =>
  contentHash(canonicalJson({ ...said, id, type, subject }))

async function newEntry(
  ledger: Ledger,
  site: string,
  { blind, entry: draft, said, private: fields }: Draft,
  subject: string,
  receivedAt: number,
): Promise<NewEntry> {
  const { id } = draft
  const sent = sentHash(draft, said, subject)
  const sealed = fields && (await sealFor(ledger.keys, { site, subject, id }, fields))
  const entry = {
    ...draft,
    v: 1 as const,
    site,
    subject,
    receivedAt,
    sent,
    ...(sealed && { commitment: sealed.commitment }),
  }
  return {
    entry,
    address: { blind, subject, tie: ledger.blindIndex.tieOf(site, blind, subject) },
    ...(sealed && { private: sealed.part }),
  }
}
