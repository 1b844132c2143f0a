import { isSeen, type EntryAt, type InTime } from '../../../shared/domain/as-of.ts'
import { canonicalJson } from '../../../shared/domain/canonical.ts'
import { actOf, contentOf, type EvidenceReadEntry, type SubjectEntry } from '../../../shared/domain/entry.ts'
import type { EvidenceReason } from '../../../shared/domain/evidence.ts'
import { UNDATED_YES } from '../../../shared/domain/marketing.ts'
import type { Channel, Program, SiteConfiguration } from '../../../shared/domain/site.ts'
import { countsFrom } from '../../../shared/domain/standing.ts'
import { accountOf, type Account } from '../../../shared/receipt/account.ts'
import type { OpenedPart, Receipt } from '../../../shared/receipt/receipt.ts'
import { chainOf } from '../../ledger/chain.ts'
import { checkpointCovering } from '../../ledger/checkpoint.ts'
import { contentHash } from '../../ledger/entry.ts'
import { TooLongHistory, viewOf, type PastView } from '../../ledger/in-time.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { hashLeaf } from '../../ledger/merkle.ts'
import { receiptFor } from '../../ledger/receipt.ts'
import type { SavedCheckpoint } from '../../ledger/store.ts'
import { inAnyHome } from '../any-home.ts'
import { maskAddress } from '../mask.ts'
import { statusOf } from '../status.ts'
import type { StatusAnswer } from '../status/question.ts'

export interface EvidenceSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'name' | 'controller' | 'programs'>
}

export interface EvidenceQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
  /** Shows enough of the address to know it again, and nothing else that is private. */
  readonly masked?: boolean
}

/** Who reads it, which goes on record before anything is shown. */
export interface EvidenceReader {
  /** Of the entry that says so: a fresh UUIDv7. */
  readonly id: string
  readonly actor: string
  readonly reason?: EvidenceReason
}

/** One message to or from the address, as far as its log tells it. */
export interface EvidenceMessage {
  readonly at: number
  readonly direction: 'out' | 'in'
  readonly kind: string
  readonly program?: string
  readonly state: string
  /** Id of the entry it follows from, or that follows from it. */
  readonly entry?: string
  readonly providerId?: string
  readonly title?: string
  readonly words?: string
}

/** One entry, with everything that shows it. */
export interface EvidenceLine {
  readonly index: number
  readonly entry: SubjectEntry
  readonly account: Account
  readonly private?: OpenedPart['fields']
  /** RFC 6962 leaf hash (hex). */
  readonly leaf: string
  /** When it counts from. */
  readonly at: number
  readonly receivedAt: number
  /** Nobody kept when it happened; `at` is then no moment, and is never shown. */
  readonly isUndated: boolean
  /** It was recorded noticeably later than it was said to have happened. */
  readonly isLate: boolean
  /** The question about the past did not see it: it counted from later on, or was not recorded yet. */
  readonly unseen?: 'later' | 'unknown'
  readonly receipt: Receipt
}

export interface Evidence {
  readonly site: EvidenceSite
  readonly channel: Channel
  /** As it may be shown. */
  readonly address: string
  readonly masked: boolean
  readonly program: string
  /** As it is published today, if it still is. */
  readonly current?: Program
  readonly seller: string
  readonly madeAt: number
  readonly now: StatusAnswer
  /** What the question about the past was, and its answer. */
  readonly past?: { readonly view: PastView; readonly answer: StatusAnswer }
  readonly subject?: string
  /** When the address was last erased. */
  readonly erasedAt?: number
  /** What happened, the oldest first. */
  readonly lines: readonly EvidenceLine[]
  /** Who had read it before. */
  readonly readings: readonly EvidenceLine[]
  /** Entries of this address that are about other programs. */
  readonly others: number
  readonly messages: readonly EvidenceMessage[]
  readonly reader: EvidenceReader
  /** Where this very reading stands in the log; absent where nobody was found. */
  readonly reading?: number
  readonly proof: EvidenceProof
}

export interface EvidenceProof {
  readonly checkpoint: SavedCheckpoint
  /** Verifier keys under it: of the log, and of witnesses. */
  readonly keys: readonly string[]
}

/** By what is known of an address, or what is wrong with it. */
export type EvidenceAnswer = Evidence | { readonly detail: string }

/** What was said later than it was recorded, by less than clocks go wrong. */
const LATE = 10 * 60_000

type MessagesOf = (subject: string) => Promise<readonly EvidenceMessage[]> | readonly EvidenceMessage[]

/**
 * Everything that is held of one address about one program, with its proof. That it was read is an entry before anything
 * of it is shown.
 */
export async function readEvidence(
  ledger: Ledger,
  site: EvidenceSite,
  question: EvidenceQuestion,
  reader: EvidenceReader,
  messagesOf: MessagesOf = () => [],
): Promise<EvidenceAnswer> {
  const { channel, address: given, program, masked = false, asOf, knownAsOf, most } = question
  const { programs, controller } = site.configuration
  const current = programs.find(({ id }) => id === program)
  const normalised = inAnyHome(channel, given, current ? [current] : programs)
  if ('detail' in normalised) return { detail: `"address" ${normalised.detail}` }
  const { address } = normalised
  const blind = ledger.blindIndex.blindOf(site.key, channel, address)
  const entry = await appendReading(ledger, site.key, blind, { channel, program }, reader)

  await ledger.keys.refresh()
  const ask = { channel, address, program }
  const found = ledger.store.snapshot(() => ({
    now: statusOf(ledger, site, ask),
    view: viewOf(ledger, site.key, {
      ...(asOf !== undefined && { asOf }),
      ...(knownAsOf !== undefined && { knownAsOf }),
    }),
    suppressedAt: ledger.store.suppressedAt(site.key, blind),
    chain: entry ? chainUpTo(ledger, site.key, entry.subject, most) : [],
  }))
  const { now, view, suppressedAt, chain } = found
  const before = chain.filter(at => at.index !== entry?.index).toReversed()
  const about = before.filter(({ entry: each }) => isAbout(each, program))
  const checkpoint = checkpointCovering(ledger, site.key, about.at(-1)?.index ?? 0)
  const lines: EvidenceLine[] = []
  for (const at of about)
    // oxlint-disable-next-line no-await-in-loop -- one after the other: each opens what is sealed
    lines.push(await lineOf(ledger, site.key, at, { view, checkpoint, masked }))
  return {
    site,
    channel,
    address: masked ? maskAddress(channel, address) : address,
    masked,
    program,
    ...(current && { current }),
    seller: current?.seller ?? controller.name,
    madeAt: ledger.now(),
    now,
    ...(view && {
      past: { view, answer: statusOf(ledger, site, { ...ask, ...momentsOf(question) }) },
    }),
    ...(entry && { subject: entry.subject, reading: entry.index }),
    ...(suppressedAt !== undefined && { erasedAt: suppressedAt }),
    lines: lines.filter(({ entry: { type } }) => type !== 'evidence-read'),
    readings: lines.filter(({ entry: { type } }) => type === 'evidence-read'),
    others: before.length - about.length,
    messages: entry ? messagesAbout(await messagesOf(entry.subject), program, masked) : [],
    reader,
    proof: { checkpoint, keys: lines[0]?.receipt.evidence.keys ?? [] },
  }
}

const momentsOf = ({ asOf, knownAsOf, most }: InTime): InTime => ({
  ...(asOf !== undefined && { asOf }),
  ...(knownAsOf !== undefined && { knownAsOf }),
  ...(most !== undefined && { most }),
})

function chainUpTo({ store }: Ledger, site: string, subject: string, most = Infinity): EntryAt[] {
  const chain: EntryAt[] = []
  for (const at of chainOf(store, site, subject)) {
    if (chain.length === most)
      throw new TooLongHistory(`subject ${subject} of ${site} has more than ${most} entries`)
    chain.push(at)
  }
  return chain
}

/** What ends or holds every program of a channel is about each of them. */
function isAbout(entry: SubjectEntry, program: string): boolean {
  const content = contentOf(entry)
  return !('program' in content) || content.program === undefined || content.program === program
}

interface Reading {
  readonly subject: string
  readonly index: number
}

/** `undefined` where nobody is known by this address: nothing of anybody is read then. */
async function appendReading(
  ledger: Ledger,
  site: string,
  blind: Uint8Array,
  about: { readonly channel: Channel; readonly program: string },
  { id, actor, reason }: EvidenceReader,
): Promise<Reading | undefined> {
  const { store } = ledger
  const { subject, preparedAt } = store.snapshot(() => ({
    subject: store.subjectOfAddress(site, blind),
    preparedAt: store.size(site),
  }))
  if (subject === undefined) return undefined
  const said = { type: 'evidence-read', id, subject, ...about, actor, ...(reason && { reason }) } as const
  const entry: EvidenceReadEntry = {
    v: 1,
    site,
    ...said,
    receivedAt: ledger.now(),
    sent: contentHash(canonicalJson(said)),
  }
  const [answer] = await store.append(site, [{ entry, preparedAt }])
  // Erased in this very moment: nobody is known by the address any more.
  if (answer && 'erased' in answer) return undefined
  if (!answer || !('index' in answer)) throw new Error(`couldn't record who reads: ${id} names another entry`)
  return { subject, index: answer.index }
}

interface Look {
  readonly view: PastView | undefined
  readonly checkpoint: SavedCheckpoint
  readonly masked: boolean
}

async function lineOf(
  ledger: Ledger,
  site: string,
  at: EntryAt,
  { view, checkpoint, masked }: Look,
): Promise<EvidenceLine> {
  const { index, entry } = at
  const receipt = await receiptFor(ledger, site, entry.id, { under: checkpoint })
  if (!receipt) throw new Error(`entry ${index} of ${site} is not known by its id: run assent verify`)
  const { private: opened, ...evidence } = receipt.evidence
  const counts = countsFrom(entry)
  const decidedAt =
    entry.type === 'erasure' || entry.type === 'evidence-read' ? counts : actOf(entry).decidedAt
  const isUndated = decidedAt === UNDATED_YES
  return {
    index,
    entry,
    account: accountOf({ entry, texts: evidence.texts }),
    ...(opened && !masked && { private: opened.fields }),
    leaf: Buffer.from(hashLeaf(evidence.entry)).toString('hex'),
    at: counts,
    receivedAt: entry.receivedAt,
    isUndated,
    isLate: !isUndated && entry.receivedAt - decidedAt > LATE,
    ...(view && !isSeen(view, at) && { unseen: index < view.known ? 'later' : 'unknown' }),
    receipt: masked ? { ...receipt, evidence } : receipt,
  }
}

/** Of a masked page the words stay away too: an address may stand in them. */
const messagesAbout = (
  messages: readonly EvidenceMessage[],
  program: string,
  masked: boolean,
): EvidenceMessage[] =>
  messages
    .filter(message => message.program === undefined || message.program === program)
    .map(({ at, direction, kind, state, entry, providerId, title, words }) => ({
      at,
      direction,
      kind,
      state,
      ...(entry !== undefined && { entry }),
      ...(providerId !== undefined && { providerId }),
      ...(title !== undefined && !masked && { title }),
      ...(words !== undefined && !masked && { words }),
    }))
