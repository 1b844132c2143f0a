import { faultText, type Log } from '../../shared/domain/log.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import { SuspendedLog } from '../ledger/continuity.ts'
import type { Ledger } from '../ledger/ledger.ts'

export interface CheckpointJob {
  /** Signs what grew since the last time. One site's failure holds up no other. */
  run(): void
  /** Sites whose log must not grow until an operator decides; always as the last run found it. */
  readonly suspended: ReadonlySet<string>
  /** Sites whose last attempt failed. */
  failed(): string[]
  /** How many attempts failed since the start. */
  failures(): number
  /** When all of a site's log was last found signed, by the ledger's clock. */
  readonly signedAt: ReadonlyMap<string, number>
  /** Ends the timer and signs a last time. */
  stop(): void
}

/** Signs every grown log at an interval: never per write, so that a decision costs no signature. */
export function startCheckpoints(ledger: Ledger, log: Log, every: number): CheckpointJob {
  const failures = new Map<string, string>()
  const suspended = new Set<string>()
  const signedAt = new Map<string, number>()
  let failedSoFar = 0

  function signSite(site: string): void {
    // Also where nothing grew: what is kept may have been put back, or an operator may have decided.
    checkpoint(ledger, site)
    signedAt.set(site, ledger.now())
    if (failures.delete(site)) log.info('checkpoint recovered', { site })
    if (suspended.delete(site)) log.info('site takes decisions again', { site })
  }

  function fail(site: string, fault: unknown): void {
    failedSoFar++
    const why = faultText(fault)
    const suspends = fault instanceof SuspendedLog
    if (suspends) suspended.add(site)
    // Every second the same line would drown the log.
    if (failures.get(site) !== why)
      log.error(suspends ? 'site suspended: its decisions are refused' : 'checkpoint failed', { site, why })
    failures.set(site, why)
  }

  function run(): void {
    for (const site of listSites()) {
      try {
        signSite(site)
      } catch (fault) {
        fail(site, fault)
      }
    }
  }

  function listSites(): string[] {
    try {
      const sites = ledger.store.sites()
      failures.delete(ALL)
      return sites
    } catch (fault) {
      fail(ALL, fault)
      return []
    }
  }

  const timer = setInterval(run, every)
  timer.unref()
  return {
    run,
    suspended,
    failed: () => [...failures.keys()],
    failures: () => failedSoFar,
    signedAt,
    stop() {
      clearInterval(timer)
      run()
    },
  }
}

/** Stands for the list of sites itself; no site key looks like it. */
const ALL = '(all sites)'
