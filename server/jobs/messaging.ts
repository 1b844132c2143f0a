import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { Entry } from '../../shared/domain/entry.ts'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { unconfirmedFor } from '../../shared/domain/site.ts'
import type { CurrentSite } from '../inventory/current.ts'
import { derivedId } from '../ledger/derived-id.ts'
import { appendOptOuts } from '../marketing/opt-out.ts'
import { isServed as isServedBy } from '../marketing/status/country.ts'
import type { Carriers } from '../messages/carriers.ts'
import { followEntry, mayAsk, type Refused } from '../messages/follow.ts'
import { MESSAGE_LIMITS, type MessageLimits } from '../messages/limits.ts'
import { openLetter, type Outbox } from '../messages/outbox.ts'
import { backoff, sendMessage, type Sending } from '../messages/send.ts'
import type { Message } from '../messages/store.ts'
import type { LinkTokens } from '../subjects/link-token.ts'
import { busySince } from './busy.ts'
import { repeat } from './repeat.ts'

export interface MessagingDeps extends Outbox {
  readonly carriers: Carriers
  /** A site as it is published now. */
  readonly find: (site: string) => CurrentSite | undefined
  readonly links: LinkTokens
  readonly log: Log
  /** Where this server is reached. */
  readonly url: string
  readonly limits?: MessageLimits
}

export interface MessagingJob {
  /** Follows every log to its end, then sends what is due. Joins the round that is under way. */
  run(): Promise<void>
  /** Ends the timer, and waits for the message that is being handed over. */
  stop(): Promise<void>
}

const FOLLOWER = 'messages'
/** Entries read in one turn of the event loop. */
const AT_ONCE = 256
/** Of those that ask for a message: what each costs, twice an opt-in, nobody who is being answered shall wait for. */
const MADE_AT_ONCE = 8
/** Between two such, in milliseconds. */
const PAUSE = 10
/** While there is no time to spare: a flood of sign-ups is answered first, and gets its messages as soon as it is over. */
const PAUSE_IN_A_FLOOD = 80
const DUE_AT_ONCE = 64
const DAY = 86_400_000
/** A provider that is not there is looked for again after so long. */
const NO_CARRIER = 60_000

/**
 * Messages to people follow from the log, which so is their queue: what an entry asks for becomes one row beside it, and
 * each row is sent until it is out or given up. Whatever ends the process, the next start goes on from there.
 */
export function startMessaging(deps: MessagingDeps, every: number): MessagingJob {
  const { ledger, messages, find, log } = deps
  const said = createSaid(ledger.now)
  const ownPage: Sending['ownPage'] = (site, subject, channel, language) =>
    `${deps.url}/s/${site}/preferences.${language}.html?token=${deps.links.make(site, 'preferences', { subject, channel })}`
  const following = {
    ledger,
    messages,
    limits: deps.limits ?? MESSAGE_LIMITS,
    refused: (site: string, why: Refused) => said(`${site} ${why}`, () => log.warn(...notSent(site, why))),
  }
  const sendingSites = new Map<string, Promise<void>>()
  /** Ways that took nothing the last times: how often, and until when nobody asks again. */
  const waits = new Map<string, { readonly failures: number; readonly until: number }>()
  const stopped = new AbortController()
  const isBusy = busySince()
  let unsettled = false

  async function follow(key: string): Promise<void> {
    const size = ledger.store.size(key)
    let next = startOf(key, size)
    while (next < size && !stopped.signal.aborted) {
      const site = find(key)
      if (!site) return
      const texts = ledger.store.entryTexts(key, next, AT_ONCE)
      for (let read = 0; read < texts.length && !stopped.signal.aborted;) {
        const from = read
        const some = messages.together(() => followSome(site, texts, from, next))
        read = some.read
        // oxlint-disable-next-line no-await-in-loop -- others have their turn
        await (some.made > 0 ? sleep(isBusy() ? PAUSE_IN_A_FLOOD : PAUSE) : turn())
      }
      next += texts.length
    }
  }

  /** Some of what was read of the log from `first` on, with how far that is then, in one commit. */
  function followSome(
    site: CurrentSite,
    texts: readonly string[],
    from: number,
    first: number,
  ): { readonly read: number; readonly made: number } {
    let read = from
    let made = 0
    while (read < texts.length && made < MADE_AT_ONCE) {
      const text = texts[read]!
      if (mayAsk(text)) {
        followOne(site, text, first + read)
        made++
      }
      read++
    }
    messages.moveCursor(site.key, FOLLOWER, first + read)
    return { read, made }
  }

  /** One that cannot be read holds up no other: it stays without its message, and verify names it. */
  function followOne(site: CurrentSite, text: string, index: number): void {
    const entry = JSON.parse(text) as Entry
    try {
      if (followEntry(following, site.configuration, entry, index) === 'forgotten') unsettled = true
    } catch (fault) {
      log.error('no message made for an entry', { site: site.key, index, why: faultText(fault) })
    }
  }

  /** Older requests are over: nobody is asked today about what they typed last year. */
  function startOf(key: string, size: number): number {
    const cursor = messages.cursor(key, FOLLOWER)
    if (cursor > size) {
      log.warn('log is shorter than what messages were made for: they go on from its end', {
        site: key,
        cursor,
        size,
      })
      messages.moveCursor(key, FOLLOWER, size)
      return size
    }
    if (cursor > 0 || size === 0) return cursor
    const longest = Math.max(...(find(key)?.configuration.programs ?? []).map(unconfirmedFor), DAY)
    return ledger.store.recordedBy(key, ledger.now() - longest)
  }

  async function sendDue(key: string): Promise<void> {
    const site = find(key)
    if (!site) return
    for (;;) {
      const due = messages.due(key, ledger.now(), DUE_AT_ONCE)
      for (const message of due) {
        if (stopped.signal.aborted) return
        // oxlint-disable-next-line no-await-in-loop -- one after the other: what a cap counts is out
        await sendOne(site, message)
        // oxlint-disable-next-line no-await-in-loop -- each is a commit, and others have their turn
        await turn()
      }
      if (due.length < DUE_AT_ONCE) return
    }
  }

  async function sendOne(site: CurrentSite, message: Message): Promise<void> {
    const { key } = site
    const { id, channel, kind } = message
    const way = `${channel} ${key}`
    const now = ledger.now()
    const waiting = waits.get(way)
    if (waiting && now < waiting.until) return messages.update(key, id, { dueAt: waiting.until })
    const carrier = deps.carriers.of(key, channel)
    const missing = carrier ? missingPage(site, message) : `nothing in the providers file sends ${channel}`
    if (!carrier || missing !== undefined) {
      said(`${way} ${missing}`, () => log.warn('messages wait', { site: key, channel, why: missing }))
      return messages.update(key, id, { dueAt: now + NO_CARRIER })
    }
    const sending: Sending = { ledger, messages, carrier, site, url: deps.url, ownPage, isServed }
    const sent = await sendMessage(sending, message)
    if (sent.did === 'sent') {
      if (waits.delete(way)) log.info('messages go out again', { site: key, channel })
      return
    }
    if (sent.did === 'let-go') {
      log.info('message not sent', { site: key, channel, kind, why: sent.why })
      if (sent.stopped) await takeStop(site, message)
      return
    }
    const { why, fault } = sent
    said(`${way} ${fault ?? why}`, () =>
      log.warn('messages put off', { site: key, channel, why: fault ?? why }),
    )
    if (why !== 'all-later') return
    const failures = (waiting?.failures ?? 0) + 1
    waits.set(way, { failures, until: now + backoff(failures) })
  }

  /** The provider knew of a no that never reached us: it is recorded, and counts for everything on the channel. */
  async function takeStop({ key, configuration }: CurrentSite, message: Message): Promise<void> {
    const { id, channel } = message
    const address = openLetter(ledger, key, message)?.to
    if (address === undefined) return
    const optOut = {
      id: derivedId(['provider opt-out', key, id], id),
      channel,
      address,
      decidedAt: ledger.now(),
    }
    await appendOptOuts(ledger, key, [{ ...optOut, method: 'provider' }], configuration)
  }

  async function runOnce(): Promise<void> {
    // What was erased since, by another process too, opens nothing any more.
    await ledger.keys.refresh()
    for (const key of ledger.store.sites()) {
      // oxlint-disable-next-line no-await-in-loop -- one log after the other
      await follow(key)
      if (!sendingSites.has(key))
        sendingSites.set(
          key,
          sendDue(key)
            .catch((fault: unknown) =>
              said(`send ${key} ${faultText(fault)}`, () =>
                log.error('messages not sent', { site: key, why: faultText(fault) }),
              ),
            )
            .finally(() => void sendingSites.delete(key)),
        )
    }
    if (unsettled) unsettled = !messages.settle()
  }

  async function guarded(): Promise<void> {
    try {
      if (!stopped.signal.aborted) await runOnce()
    } catch (fault) {
      said(faultText(fault), () => log.error('messages not looked at', { why: faultText(fault) }))
    }
  }

  const rounds = repeat(guarded, every)
  return {
    async run() {
      await rounds.run()
      await Promise.all(sendingSites.values())
    },
    async stop() {
      stopped.abort()
      await rounds.stop()
      await Promise.all(sendingSites.values())
    },
  }
}

function notSent(site: string, why: Refused): [event: string, fields: Record<string, string>] {
  if (why === 'said stop') return ['message not sent: its number had said stop to messages', { site }]
  if (why === 'complained') return ['message not sent: its address had called one spam', { site }]
  return [
    'message not sent: too many were asked for today',
    { site, limit: why === 'limit per-address' ? 'per-address' : 'per-source' },
  ]
}

const isServed: Sending['isServed'] = (channel, address, program) => isServedBy({ channel, address }, program)

/** A publication from before there were confirmations has no page for them. */
function missingPage({ files }: CurrentSite, { kind, channel }: Message): string | undefined {
  if (kind !== 'confirm' || channel !== 'email') return undefined
  return Object.keys(files).some(name => name.startsWith('confirm-page.'))
    ? undefined
    : 'the site was published by an older version: publish it once more'
}

/** Says the same once an hour: every second it would drown the log. */
function createSaid(now: () => number): (what: string, say: () => void) => void {
  const until = new Map<string, number>()
  return (what, say) => {
    if ((until.get(what) ?? 0) > now()) return
    if (until.size > 1_000) until.clear()
    until.set(what, now() + 3_600_000)
    say()
  }
}
