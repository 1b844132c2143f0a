import { faultText, type Log } from '../../shared/domain/log.ts'
import { checkpoint } from '../ledger/checkpoint.ts'
import type { Ledger } from '../ledger/ledger.ts'

export interface CheckpointJob {
  /** Signs what grew since the last time. One site's failure holds up no other. */
  run(): void
  /** Sites whose last attempt failed. */
  failed(): string[]
  /** Ends the timer and signs a last time. */
  stop(): void
}

/** Signs every grown log at an interval: never per write, so that a decision costs no signature. */
export function startCheckpoints(ledger: Ledger, log: Log, every: number): CheckpointJob {
  const signed = new Map<string, number>()
  const failures = new Map<string, string>()

  function signSite(site: string): void {
    const { size } = ledger.store.log(site)
    if (signed.get(site) === size) return
    checkpoint(ledger, site)
    signed.set(site, size)
    if (failures.delete(site)) log.info('checkpoint recovered', { site })
  }

  function fail(site: string, fault: unknown): void {
    const why = faultText(fault)
    // Every second the same line would drown the log.
    if (failures.get(site) !== why) log.error('checkpoint failed', { site, why })
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
    failed: () => [...failures.keys()],
    stop() {
      clearInterval(timer)
      run()
    },
  }
}

/** Stands for the list of sites itself; no site key looks like it. */
const ALL = '(all sites)'
