import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { Program } from '../../shared/domain/site.ts'
import { isGranted, programStanding, waitingOf } from '../../shared/domain/standing.ts'
import { addressIn, agreedIn } from './agreed.ts'
import type { Outbox } from './outbox.ts'
import type { TokenRow } from './store.ts'
import { hashOfToken, isToken } from './token.ts'

/** What a link stands for, as things are now. */
export type Asked =
  /** It never was one, it expired, or it was used up: one answer, so that nobody learns which. */
  | { readonly is: 'gone' }
  /** It is one, and nothing waits for it any more. */
  | { readonly is: 'taken-back' }
  | {
      readonly is: 'waiting' | 'confirmed'
      readonly token: TokenRow
      /** What is confirmed: the newest request of this address for this program. */
      readonly request: OptInEntry
      readonly program: Program
      readonly address: string
      /** As they were shown. */
      readonly words: string
    }

/** Reads, and writes nothing. */
export function askedBy(outbox: Outbox, site: string, given: string | undefined): Asked {
  const { ledger, messages } = outbox
  const token = isToken(given) ? messages.token(site, hashOfToken(given)) : undefined
  if (!token || token.program === undefined || ledger.now() >= token.expiresAt) return { is: 'gone' }
  return ledger.store.snapshot(() => standsFor(outbox, site, token, token.program!))
}

function standsFor(outbox: Outbox, site: string, token: TokenRow, program: string): Asked {
  const { store } = outbox.ledger
  const { subject, channel } = token
  const stands = programStanding(store.subject(site, subject)?.standing ?? {}, channel, program)
  const waits = waitingOf(stands)
  if (!waits && !isGranted(stands)) return { is: 'taken-back' }
  // Used once, it confirms nothing that was asked for later.
  if (waits && token.usedAt !== undefined) return { is: 'gone' }
  const found = store.entryById(site, waits?.act.id ?? token.entry)
  if (found?.entry.type !== 'opt-in') return { is: 'taken-back' }
  const sealed = addressIn(outbox.ledger, found.entry, found.index)
  if (!sealed) return { is: 'taken-back' }
  const { program: shown, words } = agreedIn(outbox.ledger, found.entry)
  return {
    is: waits ? 'waiting' : 'confirmed',
    token,
    request: found.entry,
    program: shown,
    address: sealed.address,
    words,
  }
}
