import type { TextKind } from '../domain/publication.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

/** Everything needed to check a receipt offline: `assent verify --receipt`, or the page `/verify`. */
export interface Evidence {
  /** The canonical entry (RFC 8785), byte for byte as its leaf holds it. */
  readonly entry: string
  /** C2SP tlog-proof: index, inclusion proof and signed checkpoint, as one text. */
  readonly proof: string
  /** C2SP verifier keys of every signature under that checkpoint: the log, then its witnesses. */
  readonly keys: readonly string[]
  /** What the entry names by its hash: what was shown, and the configuration. */
  readonly texts: readonly {
    readonly hash: string
    readonly kind?: TextKind
    readonly language?: string
    readonly body: string
  }[]
  /** The private fields, opened: HMAC-SHA-256 under the salt is what the entry commits to. */
  readonly private?: { readonly fields: Readonly<Record<string, unknown>>; readonly salt: string }
  /** Of an erasure: ids of the entries whose private parts it destroyed. */
  readonly erased?: readonly string[]
}

/** A consent receipt in the terms of ISO/IEC TS 27560, as JSON-LD; every further member follows from the evidence. */
export interface Receipt {
  readonly [member: string]: unknown
  readonly '@context': Readonly<Record<string, unknown>>
  readonly '@type'?: 'dpv:ConsentReceipt'
  readonly assentReceipt: 2
  /** Receipt number: the id of the entry. */
  readonly 'dct:identifier': string
  readonly 'dct:created': string
  readonly evidence: Evidence
}

export interface ReceiptOptions extends CallOptions {
  /** The browser's, 44 hex digits of its consent cookie; needed where the decision has a subject. */
  readonly secret?: string
}

export const receipt =
  (send: Send) =>
  async (id: string, { signal, secret }: ReceiptOptions = {}): Promise<Receipt> => {
    const asked = { path: { id }, ...(secret !== undefined && { secret }), ...(signal && { signal }) }
    return jsonOf(await send('GET /v1/sites/{site}/receipts/{id}', asked), signal)
  }
