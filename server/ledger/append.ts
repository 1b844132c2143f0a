import type { RefusalReason } from '../../shared/domain/check-decision.ts'
import type { ConsentDecision } from '../../shared/domain/consent.ts'
import type { Ledger } from './ledger.ts'

export interface SentDecision extends ConsentDecision {
  readonly secret?: string
  /** Personal fields to seal beside the entry; needs a secret, for the key is the subject's. */
  readonly private?: Readonly<Record<string, unknown>>
}

export type DecisionAnswer =
  | { readonly id: string; readonly index: number; readonly duplicate: boolean; readonly receivedAt: number }
  | { readonly id: string | null; readonly refused: RefusalReason; readonly detail: string }

/** Checks each decision against its configuration and appends those that hold, in one durable transaction. */
export declare function appendDecisions(
  ledger: Ledger,
  site: string,
  decisions: readonly SentDecision[],
): Promise<DecisionAnswer[]>
