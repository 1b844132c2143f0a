import { checkCsv, countCsv } from './check-csv.ts'
import { check } from './check.ts'
import { collectionPoints, consent } from './consent.ts'
import { erase } from './erase.ts'
import { evidence } from './evidence.ts'
import { changes, checks } from './list-checks.ts'
import {
  checkpoint,
  consistencyProof,
  entries,
  inclusionProof,
  logKeys,
  tile,
  verifierKey,
  witnessed,
} from './log.ts'
import { messages } from './messages.ts'
import { optOut, optOuts } from './opt-out.ts'
import { receipt } from './receipt.ts'
import { revoke } from './revoke.ts'
import { sender, type ClientOptions } from './send.ts'
import { status } from './status.ts'
import { text } from './text.ts'
import { manyUnsubscribeHeaders, unsubscribeHeaders } from './unsubscribe-headers.ts'

export { AssentError } from './error.ts'
export { sendsGpc } from './gpc.ts'
export { newId } from './new-id.ts'
export type { ClientFault } from './error.ts'
export type { CheckAnswer, CheckedRow, CheckQuestion } from './check.ts'
export type { CheckedCsv, CsvList, CsvQuestion } from './check-csv.ts'
export type { CollectionPoints, Consent, OtherBasis, RegisteredPoint, StoredConsent } from './consent.ts'
export type { Erased, Erasure, NothingToErase } from './erase.ts'
export type {
  Changes,
  ChangesQuestion,
  ChecksQuestion,
  RecordedCheck,
  RecordedChecks,
} from './list-checks.ts'
export type { EvidenceAnswer, EvidenceEntry, EvidenceQuestion } from './evidence.ts'
export type { EvidenceReason } from '../domain/evidence.ts'
export type { ConsistencyProof, InclusionProof } from './log.ts'
export type { InTime, Known, Moment } from './moment.ts'
export type { OptOut, Refused, Stored } from './opt-out.ts'
export type { Evidence, Receipt, ReceiptOptions } from './receipt.ts'
export type { Revocation } from './revoke.ts'
export type { CallOptions, ClientOptions } from './send.ts'
export type { LoggedMessage, MessagesQuestion } from './messages.ts'
export type { HeadersQuestion, MailHeaders, ManyHeadersQuestion, NoHeaders } from './unsubscribe-headers.ts'
export type { EntryRef, Sending, StatusAnswer, StatusQuestion } from './status.ts'
export type { CheckMode, CheckReason, CheckSummary } from '../domain/check.ts'
export type { ErasureReason } from '../domain/erasure.ts'
export type { LogKeys } from '../domain/log-keys.ts'
export type { MarketingRefusalReason, SendDecision, StatusReason, ToldBy } from '../domain/marketing.ts'
export type { Channel } from '../domain/site.ts'

/**
 * A site of an Assent server, as a program asks it. Every call rejects with `AssentError`; none is tried again by itself.
 * What is in brackets is the scope its key needs.
 */
export interface Client {
  /** May this address be written to, now or at another moment? What is unknown is `block`. [status] */
  readonly status: ReturnType<typeof status>
  /** Every message to and from one address, the oldest first; none where it is not known. [evidence] */
  readonly messages: ReturnType<typeof messages>
  /** Everything on record of one address about one program, with its proof; each reading is an entry. [evidence] */
  readonly evidence: ReturnType<typeof evidence>
  /** The same as `status` of up to 10,000 addresses at once. [status] */
  readonly check: ReturnType<typeof check>
  /** The same of a CSV list of any length, answered while it is sent. [status] */
  readonly checkCsv: ReturnType<typeof checkCsv>
  /** Only counts the answers of such a list. [status] */
  readonly countCsv: ReturnType<typeof countCsv>
  /** Records what somebody agreed to on a form of yours, by phone or on paper; or another basis. [record] */
  readonly consent: ReturnType<typeof consent>
  /** Where else the site asks, by which words, and what to send along from there. [record] */
  readonly collectionPoints: ReturnType<typeof collectionPoints>
  /** The headers of one marketing e-mail, and the link to its reader's own page. Rejects for an address nobody knows. [status] */
  readonly unsubscribeHeaders: ReturnType<typeof unsubscribeHeaders>
  /** The same for up to 10,000 addresses at once. [status] */
  readonly manyUnsubscribeHeaders: ReturnType<typeof manyUnsubscribeHeaders>
  /** Earlier checks of lists, the newest first: of one list, of a time, or all. [status] */
  readonly checks: ReturnType<typeof checks>
  /** Who may not be written to any more since a list was checked, by address. [changes] */
  readonly changes: ReturnType<typeof changes>
  /** Records that somebody wants no more. Rejects when it was not stored. [withdraw] */
  readonly optOut: ReturnType<typeof optOut>
  /** Up to 10 of them; each is stored, or refused with the reason. [withdraw] */
  readonly optOuts: ReturnType<typeof optOuts>
  /** Records what somebody said to you, from when they said it: by phone, by letter, in person. [record] */
  readonly revoke: ReturnType<typeof revoke>
  /** Destroys everything private of one person, for good. [erase] */
  readonly erase: ReturnType<typeof erase>
  /** One cookie decision, provable without the server. No key; the browser's secret where it has a subject. */
  readonly receipt: ReturnType<typeof receipt>
  /** A text or configuration that entries name by its hash. No key. */
  readonly text: ReturnType<typeof text>
  /** Last signed state of the log (C2SP tlog-checkpoint). No key. */
  readonly checkpoint: ReturnType<typeof checkpoint>
  /** The newest one that a witness has cosigned. No key. */
  readonly witnessed: ReturnType<typeof witnessed>
  /** What checks its checkpoints now (C2SP verifier key). No key. */
  readonly verifierKey: ReturnType<typeof verifierKey>
  /** Every key the log ever had. No key. */
  readonly logKeys: ReturnType<typeof logKeys>
  /** That an entry is in the tree of a size. No key. */
  readonly inclusionProof: ReturnType<typeof inclusionProof>
  /** That a tree extends an earlier one. No key. */
  readonly consistencyProof: ReturnType<typeof consistencyProof>
  /** Hashes of the tree by level and index, such as `0/000.p/17` (C2SP tlog-tiles). No key. */
  readonly tile: ReturnType<typeof tile>
  /** Entries by their bundle, such as `000.p/17`, each after its length in two bytes. [audit] */
  readonly entries: ReturnType<typeof entries>
}

export function createClient(options: ClientOptions): Client {
  const send = sender(options)
  return {
    status: status(send),
    messages: messages(send),
    evidence: evidence(send),
    check: check(send),
    checkCsv: checkCsv(send),
    countCsv: countCsv(send),
    consent: consent(send),
    collectionPoints: collectionPoints(send),
    unsubscribeHeaders: unsubscribeHeaders(send),
    manyUnsubscribeHeaders: manyUnsubscribeHeaders(send),
    checks: checks(send),
    changes: changes(send),
    optOut: optOut(send),
    optOuts: optOuts(send),
    revoke: revoke(send),
    erase: erase(send),
    receipt: receipt(send),
    text: text(send),
    checkpoint: checkpoint(send),
    witnessed: witnessed(send),
    verifierKey: verifierKey(send),
    logKeys: logKeys(send),
    inclusionProof: inclusionProof(send),
    consistencyProof: consistencyProof(send),
    tile: tile(send),
    entries: entries(send),
  }
}
