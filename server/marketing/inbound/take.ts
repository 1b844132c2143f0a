import { listener, type Heard, type Listen } from '../keywords.ts'
import type { InboundMessage, ProviderEvent } from './event.ts'
import { idOf } from './identity.ts'
import { senderOf, type Inbox, type InboundSite } from './inbox.ts'
import { takeDelivery, takeReport } from './on-report.ts'
import { takeStart } from './on-start.ts'
import { takeStop } from './on-stop.ts'
import { suspect } from './on-suspicion.ts'
import { personAt } from './person.ts'
import { confirmStop, helpWith, type Reply } from './reply.ts'

/** What one event came to. Whatever it wrote is on disk. */
export interface Taken {
  readonly event: string
  readonly did: 'opted-out' | 'held' | 'confirmed' | 'opted-in' | 'asked' | 'helped' | 'noted' | 'refused'
  /** It had been told before: nothing was added. */
  readonly duplicate?: boolean
  /** Entry that it is in. */
  readonly id?: string
  readonly detail?: string
  readonly reply?: Reply
}

/** One event of a provider, by what it means to the person. */
export async function takeEvent(inbox: Inbox, site: InboundSite, event: ProviderEvent): Promise<Taken> {
  const told = { event: event.eventId }
  switch (event.kind) {
    case 'message':
      return { ...told, ...(await takeMessage(inbox, site, event)) }
    case 'delivered':
    case 'failed':
      return { ...told, ...takeDelivery(inbox, site, event) }
    case 'connected':
    case 'disconnected':
      return { ...told, did: 'noted' }
    default:
      return { ...told, ...shown(await takeReport(inbox, site, event)) }
  }
}

type Outcome = Omit<Taken, 'event'>

/** Without what only the next step needed to know. */
function shown(stopped: Outcome & { readonly ended?: boolean }): Outcome {
  const { ended: _, ...outcome } = stopped
  return outcome
}

async function takeMessage(inbox: Inbox, site: InboundSite, event: InboundMessage): Promise<Outcome> {
  const { ledger, messages } = inbox
  const heard = meant(event, listen(site, ledger.now()))
  // First of all: not every provider tells again what could not be taken.
  const outcome = await act(inbox, site, event, heard)
  const sender = senderOf(site, event)?.address ?? event.sender
  if (sender !== undefined) messages.hear(site.key, sender, Math.min(event.at ?? Infinity, ledger.now()))
  // Of whoever is a stranger even now, nothing is kept.
  const person = heard.means === 'suspected' ? undefined : personAt(ledger, site, event)
  if (person)
    messages.add(site.key, {
      id: idOf(site.key, event, 'in'),
      subject: person.subject,
      channel: event.channel,
      direction: 'in',
      kind: heard.means,
      ...('id' in outcome && outcome.id !== undefined && { entry: outcome.id }),
      at: ledger.now(),
      state: 'received',
      attempts: 0,
      providerId: event.eventId,
    })
  return outcome
}

async function act(inbox: Inbox, site: InboundSite, event: InboundMessage, heard: Heard): Promise<Outcome> {
  switch (heard.means) {
    case 'stop': {
      const { program } = heard
      const stop = { method: 'keyword', ...(program !== undefined && { program }) } as const
      const stopped = await takeStop(inbox, site, event, stop)
      const reply = stopped.did === 'opted-out' ? confirmStop(inbox, site, event, stopped) : undefined
      return { ...shown(stopped), ...(reply && { reply }) }
    }
    case 'suspected':
      return suspect(inbox, site, event)
    case 'start':
      return takeStart(inbox, site, event)
    case 'help': {
      const reply = helpWith(inbox, site, event)
      return reply ? { did: 'helped', reply } : { did: 'noted' }
    }
    case 'other':
      return { did: 'noted' }
  }
}

/** The provider's keywords are as good as ours; where the two do not agree, whichever ends more counts. */
function meant({ body, takenFor }: InboundMessage, listenTo: Listen): Heard {
  const heard = listenTo(body)
  if (takenFor === undefined || heard.means === 'stop') return heard
  if (takenFor === 'stop') return { means: 'stop', keyword: 'stop' }
  return heard.means === 'suspected' ? heard : { means: takenFor, keyword: takenFor }
}

const listeners = new WeakMap<
  InboundSite['configuration'],
  { readonly day: string; readonly listen: Listen }
>()

/** The words of today in the site's languages. Made once a day for each configuration. */
function listen({ configuration }: InboundSite, now: number): Listen {
  const day = new Date(now).toISOString().slice(0, 10)
  const known = listeners.get(configuration)
  if (known?.day === day) return known.listen
  const { languages, programs } = configuration
  const named = programs.map(({ id, name }) => ({ id, names: Object.values(name) }))
  const made = listener({ languages, day, programs: named })
  listeners.set(configuration, { day, listen: made })
  return made
}
