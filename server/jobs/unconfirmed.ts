import { setImmediate as turn } from 'node:timers/promises'
import type { Entry } from '../../shared/domain/entry.ts'
import { UNCONFIRMED } from '../../shared/domain/erasure.ts'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { unconfirmedFor, type Program } from '../../shared/domain/site.ts'
import type { Erasures } from '../erasure/erase.ts'
import type { CurrentSite } from '../inventory/current.ts'
import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MessageStore } from '../messages/store.ts'
import { repeat, type Repeated } from './repeat.ts'

export interface UnconfirmedDeps {
  readonly ledger: Ledger
  readonly erasures: Erasures
  readonly messages: MessageStore
  readonly find: (site: string) => CurrentSite | undefined
  /** Whose log must not grow now. */
  readonly suspended: ReadonlySet<string>
  readonly log: Log
}

const AT_ONCE = 256

/**
 * Erases whoever is known by nothing but requests that nobody confirmed in time. Each log is read once from its beginning,
 * as far as its entries are old enough; a cursor for each period, so that a long one holds up no short one.
 */
export function startUnconfirmed(
  { ledger, erasures, messages, find, suspended, log }: UnconfirmedDeps,
  every: number,
): Repeated {
  const { store, now } = ledger
  const stopped = new AbortController()

  async function dispose(key: string): Promise<void> {
    const site = find(key)
    if (!site || suspended.has(key)) return
    const { programs } = site.configuration
    const periods = new Set([...programs.map(unconfirmedFor), unconfirmedFor(undefined)])
    let erased = 0
    for (const period of periods) {
      // oxlint-disable-next-line no-await-in-loop -- one period after the other
      erased += await disposeAfter(key, programs, period)
    }
    if (erased > 0) log.info('unconfirmed sign-ups erased', { site: key, erased })
  }

  async function disposeAfter(key: string, programs: readonly Program[], period: number): Promise<number> {
    const follower = `unconfirmed:${period}`
    // All that was received up to then, and no more.
    const end = store.recordedBy(key, now() - period)
    let next = Math.min(messages.cursor(key, follower), store.size(key))
    let erased = 0
    while (next < end && !stopped.signal.aborted) {
      const texts = store.entryTexts(key, next, Math.min(AT_ONCE, end - next))
      for (const text of texts) {
        if (!text.includes('"confirmation":"double"')) continue
        const entry = JSON.parse(text) as Entry
        if (entry.type !== 'opt-in' || periodOf(programs, entry.program) !== period) continue
        if (!isUnconfirmed(ledger, key, entry.subject, programs)) continue
        // oxlint-disable-next-line no-await-in-loop -- each erasure is an entry of its own
        if (await erasures.erase(key, { subject: entry.subject, reason: UNCONFIRMED })) erased++
      }
      next += texts.length
      messages.moveCursor(key, follower, next)
      // oxlint-disable-next-line no-await-in-loop -- others have their turn
      await turn()
    }
    return erased
  }

  async function runOnce(): Promise<void> {
    for (const key of store.sites()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one log after the other
        await dispose(key)
      } catch (fault) {
        log.error('unconfirmed sign-ups not erased', { site: key, why: faultText(fault) })
      }
    }
    messages.dropTokens(now())
  }

  const guarded = async (): Promise<void> => {
    try {
      if (!stopped.signal.aborted) await runOnce()
    } catch (fault) {
      log.error('unconfirmed sign-ups not looked at', { why: faultText(fault) })
    }
  }
  const rounds = repeat(guarded, every)
  return {
    run: rounds.run,
    stop() {
      stopped.abort()
      return rounds.stop()
    },
  }
}

const periodOf = (programs: readonly Program[], id: string): number =>
  unconfirmedFor(programs.find(program => program.id === id))

/** Nothing but requests that are over, since the beginning or since they were last erased. A no stays, and so does everything else. */
function isUnconfirmed(
  { store, now }: Ledger,
  site: string,
  subject: string,
  programs: readonly Program[],
): boolean {
  let requests = 0
  for (const { entry } of chainOf(store, site, subject)) {
    if (entry.type === 'erasure') break
    // That somebody read it keeps nothing.
    if (entry.type === 'evidence-read') continue
    if (entry.type !== 'opt-in' || entry.confirmation !== 'double') return false
    if (now() < entry.receivedAt + periodOf(programs, entry.program)) return false
    requests++
  }
  return requests > 0
}
