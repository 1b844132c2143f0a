import { derivedId } from '../../ledger/derived-id.ts'
import type { ProviderEvent } from './event.ts'

/** An entry's or message's id that follows from what a provider reported: told twice, it is one. */
export const idOf = (site: string, { provider, eventId, at }: ProviderEvent, what: string): string =>
  derivedId(['inbound', site, provider, eventId, what], at === undefined ? undefined : timeOf(at))

/** As ids begin; a provider's clock may be wrong, and that only costs time. */
const timeOf = (at: number): string =>
  Math.min(Math.max(Math.trunc(at), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
