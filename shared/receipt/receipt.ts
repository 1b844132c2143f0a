import type { Node } from '../domain/consent-record-terms.ts'
import type { TextKind } from '../domain/publication.ts'

/**
 * What a person takes away: a consent receipt (ISO/IEC TS 27560 in the DPV's JSON-LD, made by `consentReceipt`) and the
 * evidence it was made from.
 */
export type Receipt = Node & { readonly assentReceipt: 2; readonly evidence: Evidence }

/** Everything needed to check, offline, what was decided and what was shown. */
export interface Evidence {
  /** The canonical entry (RFC 8785), byte for byte as its leaf holds it. */
  readonly entry: string
  /** C2SP tlog-proof: the entry's index, its inclusion proof, and the signed checkpoint. */
  readonly proof: string
  /** C2SP verifier keys of everybody whose signature stands under that checkpoint, the log's own first. */
  readonly keys: readonly string[]
  readonly texts: readonly ReceiptText[]
  readonly private?: OpenedPart
  /** Of an erasure, which this certifies: the ids of the entries whose private parts it destroyed, in the order of the log. */
  readonly erased?: readonly string[]
}

/** Bytes the entry names by their hash. What they are and in which language, where the entry says so. */
export interface ReceiptText {
  readonly hash: string
  readonly kind?: TextKind
  readonly language?: string
  readonly body: string
}

/** What the entry commits to: HMAC-SHA-256 under this salt. */
export interface OpenedPart {
  readonly fields: Readonly<Record<string, unknown>>
  readonly salt: string
}

/** Receipts as they were first given out; people hold them, so they are read for ever. */
export interface FirstReceipt {
  readonly assentReceipt: 1
  readonly site: string
  readonly entry: string
  readonly index: number
  readonly proof: readonly string[]
  readonly checkpoint: string
  readonly vkey: string
  readonly texts: readonly ReceiptText[]
  readonly private?: OpenedPart
}
