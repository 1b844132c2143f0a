import { unconfirmedFor, type Channel, type SiteConfiguration } from '../../shared/domain/site.ts'
import { pendingOn, type Pending } from '../../shared/domain/standing.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** What may still be confirmed from an address, the newest first: what waited too long is over, and so is a program that went. */
export function pendingFor(
  { store, now }: Ledger,
  site: string,
  { subject, channel }: { readonly subject: string; readonly channel: Channel },
  { programs }: Pick<SiteConfiguration, 'programs'>,
): Pending[] {
  const standing = store.subject(site, subject)?.standing ?? {}
  return pendingOn(standing, channel).filter(({ program: id, since }) => {
    const program = programs.find(each => each.id === id)
    return program !== undefined && now() < since + unconfirmedFor(program)
  })
}
