import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import type { Log } from '../../shared/domain/log.ts'
import { createListener } from '../app.ts'
import type { Config } from '../config.ts'
import { BUILT_FILES } from '../inventory/built.ts'
import { replayErasures } from '../erasure/replay.ts'
import { keptErasuresFiles } from '../ledger/kept-erasures.ts'
import { startCheckpoints } from '../jobs/checkpoints.ts'
import { startKeyRetirement } from '../jobs/key-retirement.ts'
import { startWitnessing } from '../jobs/witnessing.ts'
import { startKeepingUp } from '../jobs/keep-up.ts'
import { createFetchPinned } from '../marketing/inbound/fetch-pinned.ts'
import { createProxies } from '../middleware/proxies.ts'
import type { Metrics } from '../metrics/prometheus.ts'
import { openApiKeys } from '../operators/api-keys.ts'
import { openHooks, openMessages, openOperators } from '../storage/open.ts'
import { makeFolder, openData, type OpenData } from './data.ts'
import { holdFolder } from './folder-lock.ts'
import { listen, refuseGarbage, TIMEOUTS } from './listen.ts'
import { metricsSource, startMetricsServer } from './metrics-server.ts'
import { readProviders } from './providers-file.ts'
import { startJobs } from './start-jobs.ts'
import { readTls } from './tls.ts'
import { DIST, version } from './version.ts'

export interface RunningServer {
  readonly data: OpenData
  /** Where it listens; the port is the real one, also when any was asked for. */
  readonly address: string
  /** Takes nothing new, answers what it took, signs a last checkpoint and closes. */
  stop(): Promise<void>
}

export interface StartDeps {
  readonly log: Log
  readonly now: () => number
  readonly newId: () => string
}

/** How often it is looked for signing keys whose time is over. */
const RETIREMENT_EVERY = 60_000
/** How often a running server looks what other processes did beside it. */
const KEEP_UP_EVERY = 1_000

export async function startServer(config: Config, { log, now, newId }: StartDeps): Promise<RunningServer> {
  makeFolder(config.data)
  const lock = holdFolder(config.data, 'server')
  let data: OpenData | undefined
  try {
    const metrics = config.metricsPort === undefined ? undefined : await startCounting()
    data = await openData(config, now, metrics && { meter: metrics.meter })
    return await listenOn(data, config, { log, now, newId, ...(metrics && { metrics }) }, lock.release)
  } catch (fault) {
    await data?.close()
    lock.release()
    throw fault
  }
}

async function listenOn(
  data: OpenData,
  config: Config,
  { log, now, newId, metrics }: StartDeps & { readonly metrics?: Metrics },
  release: () => void,
): Promise<RunningServer> {
  const { ledger } = data
  const operators = openOperators(config.data)
  const { messages, close: closeMessages } = openMessages(config.data)
  const { hooks, close: closeHooks } = openHooks(config.data, { delivers: true })
  let figures: { close(): void } | undefined
  let following: ReturnType<typeof startJobs> | undefined
  try {
    // A missing or readable key is said now, not at the first checkpoint.
    for (const site of ledger.store.sites()) ledger.signer(site)
    await finishErasures(data, log)
    const job = startCheckpoints(ledger, log, config.checkpointEvery)
    // Before anything is taken: a database that is behind what was signed must not grow.
    job.run()
    const retirement = startKeyRetirement(ledger, data.folders, log, RETIREMENT_EVERY)
    await retirement.run()
    const witnessing = startWitnessing(ledger, config.witnesses, log, config.witnessEvery)
    const keepingUp = startKeepingUp(ledger, data.erasures, log, KEEP_UP_EVERY)
    const providers = readProviders(config.providersFile)
    const jobs = startJobs({ data, messages, hooks, providers, suspended: job.suspended, log }, config)
    following = jobs
    const listener = createListener({
      ledger,
      erasures: data.erasures,
      apiKeys: openApiKeys(operators.apiKeys, now, log),
      messages,
      links: data.links,
      providers,
      holdHours: config.holdHours,
      fetchPinned: createFetchPinned(),
      log,
      newId,
      url: config.url,
      version: version(),
      production: config.production,
      ownTls: config.tls !== undefined,
      proxies: createProxies(config.trustedProxies),
      regionHeaders: config.regionHeaders,
      limits: config.limits,
      failedCheckpoints: () => job.failed(),
      suspended: job.suspended,
      contradicted: () => witnessing.contradicted(),
      ...(metrics && { meter: metrics.meter }),
      ...(config.accessLog && { access: line => log.info('request', { ...line }) }),
      builtFiles: () => BUILT_FILES.every(name => existsSync(new URL(name, DIST))),
      verifyPage: readOnce(new URL('verify.html', DIST)),
      debugView: readOnce(new URL('debug.js', DIST)),
    })
    const server = config.tls
      ? createTlsServer({ ...TIMEOUTS, ...readTls(config.tls) }, listener)
      : createServer(TIMEOUTS, listener)
    server.on('clientError', refuseGarbage)
    if (metrics)
      figures = await startMetricsServer(
        config.metricsPort!,
        metrics,
        metricsSource(ledger, job, witnessing, hooks),
        log,
      )
    const close = await listen(server, config)
    void witnessing.run()
    jobs.run()
    const { port } = server.address() as AddressInfo
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    return {
      data,
      address: `${config.tls ? 'https' : 'http'}://${host}:${port}`,
      async stop() {
        await close()
        figures?.close()
        await jobs.stop()
        await retirement.stop()
        keepingUp.stop()
        job.stop()
        await witnessing.stop()
        closeHooks()
        operators.close()
        closeMessages()
        await data.close()
        release()
      },
    }
  } catch (fault) {
    await following?.stop()
    // Whatever still listens would keep the process from ending.
    figures?.close()
    closeHooks()
    operators.close()
    closeMessages()
    throw fault
  }
}

/** Read when it is first asked for; one that is missing is looked for again, so that a build need not be followed by a restart. */
function readOnce(file: URL): () => Uint8Array | undefined {
  let bytes: Uint8Array | undefined
  return () => (bytes ??= existsSync(file) ? readFileSync(file) : undefined)
}

/** Loaded only where somebody counts. */
const startCounting = async (): Promise<Metrics> => (await import('../metrics/prometheus.ts')).createMetrics()

/** Before anything is served: what a crash interrupted, and what a restored backup does not know. */
async function finishErasures({ ledger, keptBeside, erasuresFolder }: OpenData, log: Log): Promise<void> {
  for (const file of keptErasuresFiles(erasuresFolder)) {
    // oxlint-disable-next-line no-await-in-loop -- one site after the other
    const { appended } = await replayErasures(ledger, file, [keptBeside])
    if (appended > 0) log.warn('erasures done again', { site: basename(file), count: appended })
  }
}
