import type { Letter } from './outbox.ts'

/** What became of a message that was handed over. No text of it may say whose it was: answers of servers repeat addresses. */
export type Handed =
  | {
      readonly sent: true
      /** What the far end calls it. */
      readonly providerId: string
    }
  | {
      readonly sent: false
      readonly fault: string
      /**
       * `later`: this one may go another time. `all-later`: none would go now, so the others wait too. `never`: it will not go,
       * however often it is tried.
       */
      readonly again: 'later' | 'all-later' | 'never'
      /** The far end knows that this address said stop. */
      readonly stopped?: true
    }

export interface Handing extends Letter {
  /** The same however often it is tried: where the far end compares, it is delivered once. */
  readonly id: string
  /** Where answers of people go. */
  readonly replyTo?: string
}

/** By what messages of one site and channel go out. Never throws: whatever fails is an answer. */
export interface Carrier {
  hand(message: Handing): Promise<Handed>
  close(): void
}
