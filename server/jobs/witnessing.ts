import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { KnownWitness } from '../witness/lists.ts'
import { submitCheckpoint, type Submission } from '../witness/submit.ts'

export interface WitnessingJob {
  /** Shows every witness what it has not seen yet. Resolves when all have answered or failed; none holds up another. */
  run(): Promise<void>
  /** Where a witness has seen what a log does not continue. */
  contradicted(): { readonly site: string; readonly witness: string }[]
  /** Ends the timer and whatever is under way. */
  stop(): Promise<void>
}

/** A log that does not grow is shown again so often: whoever signs with its key elsewhere is noticed here too. */
const AGAIN_AFTER = 3_600_000
const LONGEST_WAIT = 300_000

/** What failed so often, one time after the other, that it is asked again only later. */
interface Trouble {
  readonly why: string
  readonly failures: number
  readonly notBefore: number
}

/** How it stands between one witness and one site. */
type Relation =
  | { readonly cosigned: number; readonly again: number }
  | { readonly trouble: Trouble; readonly contradicts: boolean }

/**
 * Shows grown logs to the witnesses at an interval, apart from signing and from everything a visitor waits for. One request
 * at a time for each witness; a site that is refused, and a witness that is down, are asked ever more rarely.
 */
export function startWitnessing(
  ledger: Ledger,
  witnesses: readonly KnownWitness[],
  log: Log,
  every: number,
): WitnessingJob {
  const stopped = new AbortController()
  const visits = witnesses.map(witness => startVisits(ledger, witness, log, every, stopped.signal))
  const run = async () => void (await Promise.all(visits.map(visit => visit.run())))
  const timer = setInterval(() => void run(), every)
  timer.unref()
  return {
    run,
    contradicted: () => visits.flatMap(visit => visit.contradicted()),
    async stop() {
      clearInterval(timer)
      stopped.abort()
      // Joins what is under way, which ends by the signal.
      await run()
    },
  }
}

function startVisits(ledger: Ledger, witness: KnownWitness, log: Log, every: number, stopped: AbortSignal) {
  const { name } = witness.verifier
  const relations = new Map<string, Relation>()
  let down: Trouble | undefined
  let visiting: Promise<void> | undefined

  async function visit(): Promise<void> {
    if (down && ledger.now() < down.notBefore) return
    for (const site of sitesIn(ledger, log)) {
      if (stopped.aborted) return
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      const submission = await submit(site)
      // It will not be there for the next site either.
      if (submission?.kind === 'unreachable') return isDown(submission.why)
      if (submission) hasAnswered(site, submission)
    }
  }

  async function submit(site: string): Promise<Submission | undefined> {
    try {
      return isDue(site) ? await submitCheckpoint(ledger, site, witness, stopped) : undefined
    } catch (fault) {
      return stopped.aborted ? undefined : { kind: 'refused', why: faultText(fault) }
    }
  }

  function isDue(site: string): boolean {
    const relation = relations.get(site)
    if (!relation) return true
    if ('trouble' in relation) return ledger.now() >= relation.trouble.notBefore
    return ledger.now() >= relation.again || ledger.store.checkpoint(site)?.size !== relation.cosigned
  }

  const troubleAfter = (before: Trouble | undefined, why: string): Trouble => {
    const failures = (before?.failures ?? 0) + 1
    const wait = Math.min(every * 2 ** (failures - 1), LONGEST_WAIT)
    return { why, failures, notBefore: ledger.now() + wait }
  }

  function isDown(why: string): void {
    // Said once for each reason, or a witness that is down would drown the log.
    if (down?.why !== why) log.warn('witness not reached', { witness: name, why })
    down = troubleAfter(down, why)
  }

  function hasAnswered(site: string, submission: Exclude<Submission, { kind: 'unreachable' }>): void {
    if (down) log.info('witness reached again', { witness: name })
    down = undefined
    const before = relations.get(site)
    const trouble = before && 'trouble' in before ? before.trouble : undefined
    if (submission.kind === 'cosigned') {
      if (trouble) log.info('witness cosigns again', { site, witness: name })
      relations.set(site, { cosigned: submission.size, again: ledger.now() + AGAIN_AFTER })
      return
    }
    const { kind, why } = submission
    const contradicts = kind === 'contradicted'
    if (trouble?.why !== why) {
      if (contradicts) log.error('a witness contradicts this log', { site, witness: name, why })
      else log.warn('witness refused', { site, witness: name, why })
    }
    relations.set(site, { trouble: troubleAfter(trouble, why), contradicts })
  }

  return {
    /** Joins the round that is under way, if one is. */
    run: () => (visiting ??= visit().finally(() => (visiting = undefined))),
    contradicted: () =>
      [...relations].flatMap(([site, relation]) =>
        'trouble' in relation && relation.contradicts ? [{ site, witness: name }] : [],
      ),
  }
}

function sitesIn({ store }: Ledger, log: Log): string[] {
  try {
    return store.sites()
  } catch (fault) {
    log.warn('witnesses were not asked', { why: faultText(fault) })
    return []
  }
}
