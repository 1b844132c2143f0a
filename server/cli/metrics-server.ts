import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultText, type Log } from '../../shared/domain/log.ts'
import type { HookStore } from '../hooks/store.ts'
import type { CheckpointJob } from '../jobs/checkpoints.ts'
import type { WitnessingJob } from '../jobs/witnessing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Metrics, MetricsSource } from '../metrics/prometheus.ts'
import { CommandError } from './command.ts'
import { version } from './version.ts'

/** Never another: figures are nobody's business outside this machine, and the public port is behind a proxy. */
const HOST = '127.0.0.1'
/** A page that names this machine by a host of its own must not read them either. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/** Answers `GET /metrics` on a port of its own. */
export async function startMetricsServer(
  port: number,
  metrics: Metrics,
  source: MetricsSource,
  log: Log,
): Promise<{ close(): void }> {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    const refuse = (status: number, why: string) => response.writeHead(status).end(`${why}\n`)
    if (!OWN_HOST.test(request.headers.host ?? '')) return refuse(403, 'Ask at http://127.0.0.1.')
    if (request.url !== '/metrics') return refuse(404, 'There is nothing here but /metrics.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Use GET.')
    metrics.scrape(source).then(
      ({ type, text }) =>
        response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text),
      (fault: unknown) => {
        log.error('metrics failed', { why: faultText(fault) })
        refuse(503, 'The database does not answer: look at the log of the server.')
      },
    )
    return undefined
  })
  try {
    server.listen(port, HOST)
    await once(server, 'listening')
  } catch (cause) {
    throw new CommandError(
      `Could not listen on ${HOST} port ${port} for metrics: set another ASSENT_METRICS_PORT.`,
      1,
      { cause },
    )
  }
  log.info('metrics', { address: `http://${HOST}:${(server.address() as AddressInfo).port}/metrics` })
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What is asked of the ledger only when somebody looks. */
export const metricsSource = (
  { store, now }: Ledger,
  job: CheckpointJob,
  witnessing: Pick<WitnessingJob, 'contradicted'>,
  hooks: Pick<HookStore, 'list'>,
): MetricsSource => ({
  version: version(),
  checkpointFailures: () => job.failures(),
  logs: () =>
    store.sites().map(site => {
      const entries = store.size(site)
      const signedAt = job.signedAt.get(site)
      return {
        site,
        entries,
        unsigned: entries - (store.checkpoint(site)?.size ?? 0),
        suspended: job.suspended.has(site),
        contradictedBy: witnessing.contradicted().filter(each => each.site === site).length,
        ...(signedAt !== undefined && { signedSecondsAgo: Math.max(0, now() - signedAt) / 1000 }),
      }
    }),
  hooks: () =>
    hooks
      .list()
      .filter(({ state }) => state !== 'removed')
      .map(({ site, id: hook, next, failures, state }) => ({
        site,
        hook,
        behind: Math.max(0, store.size(site) - next),
        failures,
        paused: state === 'paused',
      })),
})
