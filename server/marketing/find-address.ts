import type { Channel, Program } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { inAnyHome } from './any-home.ts'

/** What is known of an address: the subject it leads to, and since when it is suppressed. */
export interface FoundAddress {
  /** Its place in the index. */
  readonly address: Uint8Array
  readonly subject?: string
  readonly suppressedAt?: number
}

/** In any spelling; or what is wrong with it. */
export function findAddress(
  { store, blindIndex }: Ledger,
  site: string,
  { channel, given }: { readonly channel: Channel; readonly given: string },
  { programs }: { readonly programs: readonly Program[] },
): FoundAddress | { readonly detail: string } {
  const normalised = inAnyHome(channel, given, programs)
  if ('detail' in normalised) return normalised
  const address = blindIndex.blindOf(site, channel, normalised.address)
  return store.snapshot(() => {
    const subject = store.subjectOfAddress(site, address)
    const suppressedAt = store.suppressedAt(site, address)
    return {
      address,
      ...(subject !== undefined && { subject }),
      ...(suppressedAt !== undefined && { suppressedAt }),
    }
  })
}
