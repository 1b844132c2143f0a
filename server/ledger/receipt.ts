import type { DecisionEntry } from '../../shared/domain/entry.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import type { Standing } from '../../shared/domain/standing.ts'
import type { Ledger } from './ledger.ts'

/** What a person takes away: everything needed to check, offline, what was decided and what was shown. */
export interface Receipt {
  readonly assentReceipt: 1
  readonly site: string
  /** The canonical entry, byte for byte. */
  readonly entry: string
  readonly index: number
  /** RFC 6962 inclusion proof, base64, from the leaf upwards. */
  readonly proof: readonly string[]
  /** C2SP tlog-checkpoint. */
  readonly checkpoint: string
  /** C2SP verifier key. */
  readonly vkey: string
  readonly texts: readonly {
    readonly hash: string
    readonly kind: TextKind
    readonly language?: string
    readonly body: string
  }[]
  readonly private?: { readonly fields: Readonly<Record<string, unknown>>; readonly salt: string }
}

export interface DecisionEntryAt {
  readonly index: number
  readonly entry: DecisionEntry
}

/** `undefined` when no entry has this id. Who may have it is the caller's question (`Receipt.entry` names its subject). */
export declare function receiptFor(ledger: Ledger, site: string, id: string): Promise<Receipt | undefined>

/** Where a subject stands and its last decisions, newest first. */
export declare function historyOf(
  ledger: Ledger,
  site: string,
  subject: string,
  limit?: number,
): { readonly standing: Standing; readonly entries: DecisionEntryAt[] }
