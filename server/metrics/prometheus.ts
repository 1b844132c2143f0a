import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { COMMIT_FAULTS, type Meter } from '../../shared/domain/meter.ts'

/** How the log of one site stands at the moment of asking. */
export interface LogState {
  readonly site: string
  readonly entries: number
  /** Entries no checkpoint covers yet. */
  readonly unsigned: number
  /** Since all of it was last found signed; absent before the first time. */
  readonly signedSecondsAgo?: number
  readonly suspended: boolean
  /** Witnesses that have seen another history of it. */
  readonly contradictedBy: number
}

/** How far one hook is, named by its random id; a removed one is left out. */
export interface HookFigures {
  readonly site: string
  readonly hook: string
  /** Entries of the log it has not come to. */
  readonly behind: number
  /** Attempts that failed, one after the other. */
  readonly failures: number
  readonly paused: boolean
}

export interface MetricsSource {
  readonly version: string
  logs(): readonly LogState[]
  hooks(): readonly HookFigures[]
  /** Attempts to sign that failed since the start. */
  checkpointFailures(): number
}

export interface Metrics {
  readonly meter: Meter
  /** Answers in the text format of Prometheus; `source` is asked anew. */
  scrape(source: MetricsSource): Promise<{ readonly type: string; readonly text: string }>
}

/** From a tenth of the fastest answer seen to the longest a database lets a writer wait. */
const SECONDS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2.5, 5]
const ENTRIES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** A registry of its own per server, so that two in one process count apart. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const append = new Histogram({
    name: 'assent_append_seconds',
    help: 'From handing entries over until they are on disk, for each call.',
    buckets: SECONDS,
    registers,
  })
  const batch = new Histogram({
    name: 'assent_commit_entries',
    help: 'Entries in one commit of the ledger.',
    buckets: ENTRIES,
    registers,
  })
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers })
  const commits = counter('assent_commits_total', 'Commits on disk.', 'database')
  const commitFailures = counter(
    'assent_commit_failures_total',
    'Commits that failed; nothing of them was acknowledged.',
    'database',
    'kind',
  )
  const refused = counter(
    'assent_refused_total',
    'Decisions, opt-ins and opt-outs that were refused.',
    'reason',
  )
  const limited = counter('assent_limited_total', 'Requests that came too soon.', 'by')
  const statuses = counter('assent_status_answers_total', 'Answers to the status question.', 'decision')
  const faults = counter('assent_faults_total', 'Requests that were answered 5xx.', 'kind')
  const checkpointFailures = counter(
    'assent_checkpoint_failures_total',
    'Attempts to sign a checkpoint that failed.',
  )
  const gauge = (name: string, help: string, label: 'site' | 'version' = 'site') =>
    new Gauge({ name, help, labelNames: [label], registers })
  const entries = gauge('assent_log_entries', 'Entries in the log of a site.')
  const unsigned = gauge('assent_log_unsigned_entries', 'Entries that no checkpoint covers yet.')
  const signedAgo = gauge('assent_checkpoint_age_seconds', 'Since all of a log was last found signed.')
  const suspended = gauge('assent_log_suspended', '1 while a log must not grow until an operator decides.')
  const contradicted = gauge(
    'assent_log_contradicted',
    'Witnesses that have seen another history of a log, as the server log says.',
  )
  const hookGauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['site', 'hook'], registers })
  const hookBehind = hookGauge('assent_hook_behind_entries', 'Entries of the log a hook has not come to.')
  const hookFailures = hookGauge('assent_hook_failures', 'Attempts in a row that a hook did not take.')
  const hookPaused = hookGauge('assent_hook_paused', '1 while a hook is told nothing until it is resumed.')
  const info = gauge('assent_info', 'Always 1; says which version runs.', 'version')

  // Known from the start, so that the first failure is an increase and not a new series.
  for (const database of ['ledger', 'subject-keys']) {
    commits.inc({ database }, 0)
    for (const kind of COMMIT_FAULTS) commitFailures.inc({ database, kind }, 0)
  }
  for (const by of ['address', 'site']) limited.inc({ by }, 0)
  for (const decision of ['send', 'hold', 'block']) statuses.inc({ decision }, 0)
  for (const kind of ['unexpected-fault', 'storage-unavailable', 'log-suspended']) faults.inc({ kind }, 0)
  const ledgerCommits = commits.labels({ database: 'ledger' })
  const keyCommits = commits.labels({ database: 'subject-keys' })
  let failuresSaid = 0

  const meter: Meter = {
    now: () => performance.now(),
    committed(database, calls, count) {
      if (database === 'subject-keys') return keyCommits.inc()
      ledgerCommits.inc()
      batch.observe(count)
      const now = performance.now()
      for (const { since } of calls) append.observe((now - since) / 1000)
    },
    commitFailed: (database, kind) => commitFailures.inc({ database, kind }),
    refused: reason => refused.inc({ reason }),
    limited: by => limited.inc({ by }),
    statusAnswered: decision => statuses.inc({ decision }),
    faulted: kind => faults.inc({ kind }),
  }
  return {
    meter,
    async scrape(source) {
      for (const each of [entries, unsigned, signedAgo, suspended, contradicted, info]) each.reset()
      for (const each of [hookBehind, hookFailures, hookPaused]) each.reset()
      info.set({ version: source.version }, 1)
      for (const log of source.logs()) {
        const { site } = log
        entries.set({ site }, log.entries)
        unsigned.set({ site }, log.unsigned)
        suspended.set({ site }, log.suspended ? 1 : 0)
        contradicted.set({ site }, log.contradictedBy)
        if (log.signedSecondsAgo !== undefined) signedAgo.set({ site }, log.signedSecondsAgo)
      }
      for (const { site, hook, behind, failures, paused } of source.hooks()) {
        hookBehind.set({ site, hook }, behind)
        hookFailures.set({ site, hook }, failures)
        hookPaused.set({ site, hook }, paused ? 1 : 0)
      }
      checkpointFailures.inc(source.checkpointFailures() - failuresSaid)
      failuresSaid = source.checkpointFailures()
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
}
