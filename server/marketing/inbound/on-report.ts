import type { OptOutCause } from '../../../shared/domain/marketing.ts'
import type { AddressReport, DeliveryReport } from './event.ts'
import type { Inbox, InboundSite } from './inbox.ts'
import { takeStop, type Stopped } from './on-stop.ts'

/** A provider's yes rests on words that nobody here has seen: it is noted, and is no consent. */
export type Reported = Stopped | { readonly did: 'asked' | 'noted' }

const CAUSES: Readonly<Record<Exclude<AddressReport['kind'], 'unsubscribed' | 'resubscribed'>, OptOutCause>> =
  {
    complained: 'complaint',
    undeliverable: 'hard-bounce',
    reassigned: 'number-reassigned',
    suppressed: 'suppressed',
  }

export async function takeReport(inbox: Inbox, site: InboundSite, report: AddressReport): Promise<Reported> {
  if (report.kind === 'resubscribed') return { did: 'asked' }
  if (report.kind !== 'unsubscribed')
    return takeStop(inbox, site, report, { method: 'provider', cause: CAUSES[report.kind] })
  // A list that is no program of ours may be any of them.
  const named = site.configuration.programs.find(({ id }) => id === report.list)
  return takeStop(inbox, site, report, { method: 'provider', ...(named && { program: named.id }) })
}

/** What became of a message that went out from here. */
export function takeDelivery(
  { messages }: Inbox,
  site: InboundSite,
  report: DeliveryReport,
): { readonly did: 'noted' } {
  if (report.kind === 'failed') {
    const sent = messages.messageByProviderId(site.key, report.message)
    const fault =
      report.code === undefined ? 'the provider could not deliver it' : `the provider's code ${report.code}`
    if (sent) messages.update(site.key, sent.id, { state: 'failed', fault })
  }
  return { did: 'noted' }
}
