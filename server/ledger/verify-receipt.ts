import type { Entry } from '../../shared/domain/entry.ts'

export type ReceiptVerdict =
  | {
      readonly ok: true
      readonly entry: Entry
      readonly index: number
      /** Name and size of the log whose checkpoint proves it. */
      readonly origin: string
      readonly size: number
      /** The opened private fields, proven by the commitment; absent when the receipt carries none. */
      readonly private?: Readonly<Record<string, unknown>>
    }
  | { readonly ok: false; readonly reason: ReceiptFault; readonly detail: string }

export type ReceiptFault =
  | 'malformed'
  | 'not-canonical'
  | 'bad-key'
  | 'unexpected-key'
  | 'bad-signature'
  | 'bad-checkpoint'
  | 'not-included'
  | 'wrong-text'
  | 'missing-text'
  | 'wrong-private-part'

/** Checks a receipt with nothing but itself; with `expectedVkey`, also that this very log signed it. */
export declare function verifyReceipt(receipt: unknown, expectedVkey?: string): ReceiptVerdict
