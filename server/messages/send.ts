import {
  DAILY_CAP,
  unconfirmedFor,
  type Channel,
  type Program,
  type SiteConfiguration,
} from '../../shared/domain/site.ts'
import { isGranted, programStanding, waitingOf } from '../../shared/domain/standing.ts'
import type { Carrier } from './carrier.ts'
import { ASKED, isOverCap, nextDay } from './limits.ts'
import { LINK, openLetter, type Outbox } from './outbox.ts'
import { saidStop } from './said-stop.ts'
import type { Message } from './store.ts'
import { hashOfToken, newToken } from './token.ts'

export interface Sending extends Outbox {
  readonly carrier: Carrier
  readonly site: SendingSite
  /** Where this server is reached. */
  readonly url: string
  /** The page of an address's own, by a link that only its messages hold. */
  readonly ownPage: (site: string, subject: string, channel: Channel, language: string) => string
  /** Whether a number still belongs to the countries of a program. */
  readonly isServed: (channel: Channel, address: string, program: Program) => boolean
}

export interface SendingSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'programs' | 'controller'>
}

export type Sent =
  | { readonly did: 'sent' }
  | {
      readonly did: 'put-off'
      readonly why: 'daily-cap' | 'later' | 'all-later'
      readonly fault?: string
    }
  /** `stopped`: the far end knows that this address said stop. */
  | { readonly did: 'let-go'; readonly why: string; readonly stopped?: true }

const MINUTE = 60_000
/** A confirmation of a stop that comes later than this is taken for a message of its own (47 CFR 64.1200(a)(12)). */
const STOPPED_WITHIN = 5 * MINUTE
/** Tried so often, over about 34 hours. */
const MOST_ATTEMPTS = 20
/** Half a minute after the first failure, then ever longer. */
export const backoff = (attempts: number): number =>
  Math.min((MINUTE / 2) * 2 ** (attempts - 1), 180 * MINUTE)

/**
 * Sends one message that is due. What is known of it is on disk before it is handed over: whoever crashes meanwhile hands it
 * over once more, under the same id.
 */
export async function sendMessage(sending: Sending, message: Message): Promise<Sent> {
  const { ledger, messages, carrier, site, isServed } = sending
  const { id, channel } = message
  const letGo = (why: string, stopped?: true): Sent => {
    messages.update(site.key, id, { state: 'failed', fault: why })
    return { did: 'let-go', why, ...(stopped && { stopped }) }
  }
  const program = site.configuration.programs.find(each => each.id === message.program)
  const over = notWanted(sending, message, program)
  if (over !== undefined) return letGo(over)
  const letter = openLetter(ledger, site.key, message)
  if (!letter?.to || letter.words === undefined) return letGo('erased')
  if (program && ASKED.includes(message.kind)) {
    if (!isServed(channel, letter.to, program)) return letGo('country not served')
    if (isOverCap(sending, site.key, { ...message, program }, program.dailyCap ?? DAILY_CAP)) {
      messages.update(site.key, id, { dueAt: nextDay(ledger.now()) })
      return { did: 'put-off', why: 'daily-cap' }
    }
  }

  const attempts = message.attempts + 1
  messages.update(site.key, id, { attempts, dueAt: ledger.now() + backoff(attempts) })
  const words = letter.words.includes(LINK)
    ? letter.words.replace(LINK, () => linkOf(sending, message, program, letter.language))
    : letter.words
  const handed = await carrier.hand({
    ...letter,
    id,
    to: letter.to,
    words,
    ...(channel === 'email' && { replyTo: site.configuration.controller.email }),
  })
  if (handed.sent) {
    messages.update(site.key, id, { state: 'sent', at: ledger.now(), providerId: handed.providerId })
    return { did: 'sent' }
  }
  const { again, fault, stopped } = handed
  if (again === 'never' || attempts >= MOST_ATTEMPTS)
    return letGo(again === 'never' ? fault : `given up: ${fault}`, stopped)
  messages.update(site.key, id, { fault })
  return { did: 'put-off', why: again, fault }
}

/** Why it is not to be sent any more, as things stand now. */
function notWanted(
  { ledger, site }: Sending,
  message: Message,
  program: Program | undefined,
): string | undefined {
  const { kind, subject, channel, at, direction } = message
  const state = ledger.store.subject(site.key, subject)
  const last = state && ledger.store.entry(site.key, state.lastIndex)?.entry.type
  if (direction !== 'out' || last === 'erasure') return 'erased'
  if (kind === 'stopped' && ledger.now() > at + STOPPED_WITHIN) return 'too late'
  if (!ASKED.includes(kind)) return undefined
  if (!program) return 'no such program'
  const stands = programStanding(state?.standing ?? {}, channel, program.id)
  const stopped = saidStop(ledger, site.key, { subject, channel, program: program.id })
  if (kind === 'welcome') return isGranted(stands) ? stopped : 'taken back'
  // One that was asked for again since is confirmed by this message too: its page shows what is confirmed.
  const waiting = waitingOf(stands)
  if (!waiting) return 'not asked any more'
  if (stopped) return stopped
  return ledger.now() < waiting.since + unconfirmedFor(program) ? undefined : 'expired'
}

/**
 * Made now and told to nobody else; of what is kept nothing leads back to it. Each attempt to have something confirmed has its
 * own, and all of them open.
 */
function linkOf(
  { ledger, messages, site, url, ownPage }: Sending,
  { kind, subject, channel, entry, at }: Message,
  program: Program | undefined,
  language = 'en',
): string {
  if (kind === 'preferences') return ownPage(site.key, subject, channel, language)
  const token = newToken()
  const standing = ledger.store.subject(site.key, subject)?.standing ?? {}
  const waiting = program && waitingOf(programStanding(standing, channel, program.id))
  messages.addToken(site.key, {
    hash: hashOfToken(token),
    subject,
    channel,
    entry: entry ?? '',
    ...(program && { program: program.id }),
    expiresAt: (waiting?.since ?? at) + unconfirmedFor(program),
  })
  return `${url}/s/${site.key}/confirm.${language}.html?token=${token}`
}
