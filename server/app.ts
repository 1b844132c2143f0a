import { getRequestListener } from '@hono/node-server'
import type { RequestListener } from 'node:http'
import { Hono } from 'hono'
import type { Log } from '../shared/domain/log.ts'
import { sitesIn } from './inventory/current.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { ApiKeys } from './operators/api-keys.ts'
import type { AppEnv } from './middleware/env.ts'
import { faults, malformedRequest } from './middleware/faults.ts'
import { unanswered } from './middleware/methods.ts'
import { operatorKey } from './middleware/operator.ts'
import { fromOwnPage } from './middleware/own-page.ts'
import { publicAnswer } from './middleware/public-answer.ts'
import { createLimits, rateLimit, type LimitSettings } from './middleware/rate-limit.ts'
import { noteRefusedOrigins } from './middleware/refused-origins.ts'
import { browserSecret } from './middleware/secret.ts'
import { fromPage, fromProgram, knownSite, ownOrigin } from './middleware/site.ts'
import { growingLog } from './middleware/suspended.ts'
import { onlyHttps, type Transport } from './middleware/transport.ts'
import { createCompressedFiles } from './routes/compressed.ts'
import { receiveDecisions } from './routes/decisions.ts'
import { health, readiness } from './routes/health.ts'
import { showCheckpoint, showConsistency, showProof, showVerifierKey } from './routes/log.ts'
import { keptNoticePage, noticePage, noticeVersions } from './routes/notice-pages.ts'
import { receiveOptInPage, showOptInPage } from './routes/opt-in-page.ts'
import { receiveOptIns } from './routes/opt-ins.ts'
import { receiveOptOutPage, showOptOutPage } from './routes/opt-out-page.ts'
import { receiveOptOuts } from './routes/opt-outs.ts'
import { describeApi, describeConfiguration } from './routes/openapi.ts'
import { refusalPage } from './routes/refusal-page.ts'
import { showHistory, showReceipt } from './routes/receipts.ts'
import { showStatus } from './routes/status.ts'
import { showText } from './routes/texts.ts'
import { verifyPage } from './routes/verify-page.ts'
import { keptFile, loaderFile, viewFile } from './routes/widget-files.ts'

export interface AppDeps extends Transport {
  readonly ledger: Ledger
  readonly apiKeys: ApiKeys
  readonly log: Log
  /** Ids of faults. */
  readonly newId: () => string
  readonly version: string
  readonly limits: LimitSettings
  readonly failedCheckpoints: () => readonly string[]
  /** Sites whose log must not grow; looked at with every decision. */
  readonly suspended: ReadonlySet<string>
  readonly builtFiles: () => boolean
  /** The page that checks receipts, as it was built. */
  readonly verifyPage: () => Uint8Array | undefined
}

/** Compressed widget files held in memory. */
const COMPRESSED_BYTES = 64 * 1024 * 1024

const HASH = '[0-9a-f]{64}'
const TAG = '[A-Za-z0-9-]{1,35}'
const ID = '[a-z][a-z0-9-]{0,31}'
const VIEW = `(?:first|settings|embed|notice|opt-in\\.${ID})`

const OPT_IN_PAGE = `/s/:site/:page{opt-in\\.${ID}\\.${TAG}\\.html}`
const OPT_OUT_PAGE = `/s/:site/:page{opt-out\\.${TAG}\\.html}`

/** Everything the server answers, in the order it is asked. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { ledger, apiKeys, log, newId, suspended } = deps
  const files = { ledger, compressed: createCompressedFiles(COMPRESSED_BYTES) }
  const find = sitesIn(ledger.store)
  const site = knownSite(find)
  const limits = createLimits(deps.limits, ledger.now, site => log.warn('hourly limit reached', { site }))
  const growing = growingLog(suspended)
  const limited = rateLimit(limits, deps.proxies)
  const ownPages = ownOrigin(
    noteRefusedOrigins(ledger.now, (site, origin) =>
      log.warn('origin refused', {
        site,
        origin,
        do: 'if it is yours, add it to "origins" and publish: what was decided there waits in the browsers',
      }),
    ),
  )
  const ownPage = fromOwnPage(deps.url)
  const siteOfLog = knownSite(find, 'unknown-log')
  const app = new Hono<AppEnv>()

  app.use(publicAnswer)
  app.use(onlyHttps(deps))
  app.onError(faults(log, newId))

  app.get('/s/:site/assent.js', site, loaderFile(files))
  app.get(`/s/:site/:file{${VIEW}\\.${TAG}\\.mjs}`, site, viewFile(files))
  app.get(`/s/:site/:file{(?:${VIEW}\\.${TAG}|ui)\\.${HASH}\\.mjs}`, site, keptFile(files))

  app.get('/s/:site/notice', site, noticePage(files))
  app.get(`/s/:site/:file{notice\\.${TAG}\\.html}`, site, noticePage(files))
  app.get(`/s/:site/:file{notice\\.${TAG}\\.${HASH}\\.html}`, site, keptNoticePage(files))
  app.get(`/s/:site/:file{notice-versions\\.${TAG}\\.html}`, site, noticeVersions(files))

  app.get(OPT_IN_PAGE, refusalPage, site, showOptInPage(ledger))
  app.post(OPT_IN_PAGE, refusalPage, site, ownPage, growing, limited, receiveOptInPage(ledger, limits))
  app.get(OPT_OUT_PAGE, refusalPage, site, showOptOutPage(ledger))
  app.post(OPT_OUT_PAGE, refusalPage, site, ownPage, growing, limited, receiveOptOutPage(ledger, limits))

  app.post('/v1/sites/:site/decisions', site, ownPages, growing, limited, receiveDecisions(ledger, limits))
  app.get('/v1/sites/:site/decisions', site, browserSecret, showHistory(ledger))
  app.get('/v1/sites/:site/receipts/:id', site, browserSecret, showReceipt(ledger))
  app.get('/v1/sites/:site/texts/:hash', site, showText(files))

  app.post('/v1/sites/:site/opt-ins', site, ownPages, growing, limited, receiveOptIns(ledger, limits))
  app.post(
    '/v1/sites/:site/opt-outs',
    fromProgram(operatorKey(apiKeys, 'withdraw')),
    site,
    fromPage(ownPages),
    growing,
    fromPage(limited),
    receiveOptOuts(ledger, limits),
  )
  app.get('/v1/sites/:site/status', operatorKey(apiKeys, 'status'), site, showStatus(ledger))

  app.get('/verify', verifyPage(files, deps.verifyPage))

  app.get('/log/:site/checkpoint', siteOfLog, showCheckpoint(ledger))
  app.get('/log/:site/vkey', siteOfLog, showVerifierKey(ledger))
  app.get('/log/:site/proof', siteOfLog, showProof(ledger))
  app.get('/log/:site/consistency', siteOfLog, showConsistency(ledger))

  app.get('/v1/openapi.json', describeApi(deps))
  app.get('/v1/site-configuration.schema.json', describeConfiguration())
  app.get('/healthz', health(ledger))
  app.get('/readyz', readiness(deps))

  app.notFound(unanswered(app))
  return app
}

/** The app as Node's HTTP server calls it. What is no valid request never reaches the app. */
export function createListener(deps: AppDeps): RequestListener {
  const app = createApp(deps)
  const answer = getRequestListener(app.fetch, { errorHandler: malformedRequest(deps.log) })
  return (incoming, outgoing) => void answer(incoming, outgoing)
}
