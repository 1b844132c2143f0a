import { existsSync } from 'node:fs'
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
import { createProxies } from '../middleware/proxies.ts'
import { openApiKeys } from '../operators/api-keys.ts'
import { openOperators } from '../storage/open.ts'
import { openData } from './data.ts'
import type { OpenData } from './data.ts'
import { listen, refuseGarbage, TIMEOUTS } from './listen.ts'
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
  const data = await openData(config, now)
  const { ledger } = data
  const operators = openOperators(config.data)
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
    const listener = createListener({
      ledger,
      erasures: data.erasures,
      apiKeys: openApiKeys(operators.apiKeys, now, log),
      log,
      newId,
      url: config.url,
      version: version(),
      production: config.production,
      ownTls: config.tls !== undefined,
      proxies: createProxies(config.trustedProxies),
      limits: config.limits,
      failedCheckpoints: () => job.failed(),
      suspended: job.suspended,
      contradicted: () => witnessing.contradicted(),
      builtFiles: () => BUILT_FILES.every(name => existsSync(new URL(name, DIST))),
    })
    const server = config.tls
      ? createTlsServer({ ...TIMEOUTS, ...readTls(config.tls) }, listener)
      : createServer(TIMEOUTS, listener)
    server.on('clientError', refuseGarbage)
    const close = await listen(server, config)
    void witnessing.run()
    const { port } = server.address() as AddressInfo
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    return {
      data,
      address: `${config.tls ? 'https' : 'http'}://${host}:${port}`,
      async stop() {
        await close()
        await retirement.stop()
        keepingUp.stop()
        job.stop()
        await witnessing.stop()
        operators.close()
        await data.close()
      },
    }
  } catch (fault) {
    operators.close()
    await data.close()
    throw fault
  }
}
/** Before anything is served: what a crash interrupted, and what a restored backup does not know. */
async function finishErasures({ ledger, erasuresFolder }: OpenData, log: Log): Promise<void> {
  for (const file of keptErasuresFiles(erasuresFolder)) {
    // oxlint-disable-next-line no-await-in-loop -- one site after the other
    const { appended } = await replayErasures(ledger, file)
    if (appended > 0) log.warn('erasures done again', { site: basename(file), count: appended })
  }
}
