import type { ErasureReason } from '../domain/erasure.ts'
import type { Channel } from '../domain/site.ts'
import type { Receipt } from './receipt.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

/** Whose data is destroyed: the person behind an address, or behind a subject. */
export type Erasure = (
  | { readonly channel: Channel; readonly address: string }
  /** 44 hex digits. */
  | { readonly subject: string }
) & {
  /** `request` when left out. */
  readonly reason?: ErasureReason
}

export interface Erased {
  readonly erased: true
  readonly id: string
  readonly index: number
  readonly subject: string
  /** RFC 3339. */
  readonly receivedAt: string
  /** Private parts that were destroyed. */
  readonly parts: number
  /** It had been erased before, and nothing came since. */
  readonly duplicate: boolean
  /** Overwritten in the files too; otherwise as soon as nobody reads an older state of them. */
  readonly settled: boolean
  /** For the person: the receipt of the erasure. */
  readonly certificate: Receipt
}

export interface NothingToErase {
  readonly erased: false
  /** RFC 3339: the address was erased then, and nothing came since. Absent: nothing was ever known of it. */
  readonly suppressedAt?: string
}

export const erase =
  (send: Send) =>
  async (erasure: Erasure, { signal }: CallOptions = {}): Promise<Erased | NothingToErase> =>
    jsonOf(await send('POST /v1/sites/{site}/erasures', { json: erasure, ...(signal && { signal }) }), signal)
