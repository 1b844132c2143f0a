import { getRequestListener } from '@hono/node-server'
import type { RequestListener } from 'node:http'
import { Hono } from 'hono'
import type { Log } from '../shared/domain/log.ts'
import type { Meter } from '../shared/domain/meter.ts'
import type { Providers } from '../shared/schemas/providers.ts'
import { createHandOvers } from './hand-over/waiting.ts'
import { sitesIn } from './inventory/current.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Erasures } from './erasure/erase.ts'
import type { FetchPinned } from './marketing/inbound/sns.ts'
import type { MessageStore } from './messages/store.ts'
import type { ApiKeys } from './operators/api-keys.ts'
import type { LinkTokens } from './subjects/link-token.ts'
import type { AppEnv } from './middleware/env.ts'
import { faults, malformedRequest } from './middleware/faults.ts'
import { unanswered } from './middleware/methods.ts'
import { operatorKey } from './middleware/operator.ts'
import { fromOwnPage } from './middleware/own-page.ts'
import { publicAnswer } from './middleware/public-answer.ts'
import { accessLog, type AccessLine } from './middleware/access-log.ts'
import { counted, createLimits, rateLimit, type LimitSettings } from './middleware/rate-limit.ts'
import type { Regions } from './middleware/region.ts'
import { noteRefusals } from './middleware/refusals.ts'
import { noteRefusedOrigins } from './middleware/refused-origins.ts'
import { browserSecret } from './middleware/secret.ts'
import { fromPage, fromProgram, knownSite, ownOrigin } from './middleware/site.ts'
import { growingLog } from './middleware/suspended.ts'
import { onlyHttps, type Transport } from './middleware/transport.ts'
import { apiPage } from './routes/api-page.ts'
import { createCompressedFiles } from './routes/compressed.ts'
import { showChanges } from './routes/changes.ts'
import { checkAddresses } from './routes/checks.ts'
import { showChecks } from './routes/list-checks.ts'
import { confirmAgain, receiveConfirmPage, showConfirmPage } from './routes/confirm-page.ts'
import { showCollectionPoints } from './routes/collection-points.ts'
import { receiveConsent } from './routes/consents.ts'
import { receiveDecisions } from './routes/decisions.ts'
import { leaveHandOver, takeHandOver } from './routes/hand-overs.ts'
import { receiveHook } from './routes/hooks.ts'
import { receiveRevocation } from './routes/revocations.ts'
import { receiveErasure } from './routes/erasures.ts'
import { showLinkReceipt } from './routes/link-receipt.ts'
import { showEvidence } from './routes/evidence.ts'
import { health, readiness } from './routes/health.ts'
import {
  showCheckpoint,
  showConsistency,
  showKeys,
  showProof,
  showVerifierKey,
  showWitnessed,
} from './routes/log.ts'
import { showMessages } from './routes/messages.ts'
import { keptNoticePage, noticePage, noticeVersions } from './routes/notice-pages.ts'
import { formAgain } from './routes/form-again.ts'
import { optInAgain, receiveOptInPage, showOptInPage } from './routes/opt-in-page.ts'
import { receiveOneClick } from './routes/one-click.ts'
import { receiveOptIns } from './routes/opt-ins.ts'
import { optOutAgain, receiveOptOutPage, showOptOutPage } from './routes/opt-out-page.ts'
import { receiveOptOuts } from './routes/opt-outs.ts'
import { debugView } from './routes/debug-view.ts'
import { describeApi, describeConfiguration } from './routes/openapi.ts'
import { preferencesAgain, receivePreferences, showPreferences } from './routes/preferences-page.ts'
import { refusalPage } from './routes/refusal-page.ts'
import { showHistory, showReceipt } from './routes/receipts.ts'
import { showStatus } from './routes/status.ts'
import { showText } from './routes/texts.ts'
import { showBundle, showTile } from './routes/tiles.ts'
import { showHeaders, showManyHeaders } from './routes/unsubscribe-headers.ts'
import { verifyPage } from './routes/verify-page.ts'
import { keptFile, loaderFile, viewFile } from './routes/widget-files.ts'

export interface AppDeps extends Transport, Regions {
  readonly ledger: Ledger
  readonly erasures: Erasures
  readonly apiKeys: ApiKeys
  readonly messages: MessageStore
  /** Of the same keyring as the ledger's blind index. */
  readonly links: LinkTokens
  /** By what each site sends, and whose word about its messages is believed. */
  readonly providers: Providers
  /** A suspected no that nobody has looked at for so many hours is one. */
  readonly holdHours: number
  /** Gets certificates of Amazon's. */
  readonly fetchPinned: FetchPinned
  readonly log: Log
  /** Ids of faults. */
  readonly newId: () => string
  readonly version: string
  readonly limits: LimitSettings
  readonly failedCheckpoints: () => readonly string[]
  /** Sites whose log must not grow; looked at with every decision. */
  readonly suspended: ReadonlySet<string>
  /** Witnesses that have seen what a log does not continue. */
  readonly contradicted: () => readonly { readonly site: string; readonly witness: string }[]
  readonly builtFiles: () => boolean
  /** Nothing is counted when left out. */
  readonly meter?: Meter
  /** Hears of every request that was answered; nothing is written when left out. */
  readonly access?: (line: AccessLine) => void
  /** The page that checks receipts, as it was built. */
  readonly verifyPage: () => Uint8Array | undefined
  /** The debug view, as it was built. */
  readonly debugView: () => Uint8Array | undefined
}

/** Compressed widget files held in memory. */
const COMPRESSED_BYTES = 64 * 1024 * 1024

const HASH = '[0-9a-f]{64}'
const TAG = '[A-Za-z0-9-]{1,35}'
const ID = '[a-z][a-z0-9-]{0,31}'
const VIEW = 'first|settings|embed|notice|opt-out'

const OPT_IN_PAGE = `/s/:site/:page{opt-in\\.${ID}\\.${TAG}\\.html}`
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

const UNSUBSCRIBE = '/s/:site/:link{u\\.[A-Za-z0-9_-]{1,120}}'
const PREFERENCES = ['/s/:site/preferences', `/s/:site/:page{preferences\\.${TAG}\\.html}`]
const CONFIRM_PAGE = `/s/:site/:page{confirm\\.${TAG}\\.html}`
const OPT_OUT_PAGE = `/s/:site/:page{opt-out\\.${TAG}\\.html}`

/** Everything the server answers, in the order it is asked. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { ledger, erasures, apiKeys, log, newId, suspended, meter } = deps
  const files = { ledger, compressed: createCompressedFiles(COMPRESSED_BYTES) }
  const byRegion = { ...files, regionHeaders: deps.regionHeaders, proxies: deps.proxies }
  const find = sitesIn(ledger.store)
  const site = knownSite(find)
  const limits = counted(
    createLimits(deps.limits, ledger.now, site => log.warn('hourly limit reached', { site })),
    meter,
  )
  const refusals = noteRefusals(log, meter)
  const growing = growingLog(suspended, meter)
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

  if (deps.access) app.use(accessLog(deps.access, deps.proxies))
  app.use(publicAnswer)
  app.use(onlyHttps(deps))
  app.onError(faults(log, newId, meter))

  app.get('/s/:site/assent.js', site, loaderFile(byRegion))
  app.get('/s/:site/debug.mjs', site, debugView(files, deps.debugView))
  app.get(`/s/:site/:file{(?:${VIEW}|opt-in-${ID})\\.${TAG}\\.mjs}`, site, viewFile(byRegion))
  app.get(
    `/s/:site/:file{(?:(?:${VIEW}|opt-in\\.${ID})\\.${TAG}|parts|ui)\\.${HASH}\\.mjs}`,
    site,
    keptFile(files),
  )

  // Whatever people may have been led to, or have mistyped.
  const readable = refusalPage(ledger, find)
  app.use('/s/:site/notice', readable)
  app.use('/s/:site/:page{[^/]+\\.html}', readable)
  app.use('/s/:site/preferences', readable)
  app.use(UNSUBSCRIBE, readable)

  app.get('/s/:site/notice', site, noticePage(files))
  app.get(`/s/:site/:file{notice\\.${TAG}\\.html}`, site, noticePage(files))
  app.get(`/s/:site/:file{notice\\.${TAG}\\.${HASH}\\.html}`, site, keptNoticePage(files))
  app.get(`/s/:site/:file{notice-versions\\.${TAG}\\.html}`, site, noticeVersions(files))

  const optInForm = formAgain(optInAgain(ledger))
  const optOutForm = formAgain(optOutAgain(ledger))
  app.get(OPT_IN_PAGE, site, showOptInPage(ledger))
  app.post(
    OPT_IN_PAGE,
    site,
    ownPage,
    optInForm,
    growing,
    limited,
    receiveOptInPage(ledger, limits, refusals),
  )
  app.get(OPT_OUT_PAGE, site, showOptOutPage(ledger))
  app.post(
    OPT_OUT_PAGE,
    site,
    ownPage,
    optOutForm,
    growing,
    limited,
    receiveOptOutPage(ledger, limits, refusals),
  )

  const preferences = { ledger, links: deps.links, messages: deps.messages, providers: deps.providers }
  const preferencesForm = formAgain(preferencesAgain(preferences))
  const pressed = { ...preferences, limits, proxies: deps.proxies, refusals }
  for (const address of PREFERENCES) {
    app.get(address, site, showPreferences(preferences))
    app.post(address, site, ownPage, preferencesForm, growing, receivePreferences(pressed))
  }
  app.get(`/s/:site/:file{receipt\\.${UUID}\\.json}`, site, limited, showLinkReceipt(ledger, deps.links))
  app.get(UNSUBSCRIBE, site, showPreferences(preferences))
  // A mail program posts here for its person: it is no page of ours, and says so nowhere.
  app.post(UNSUBSCRIBE, site, preferencesForm, growing, receiveOneClick(pressed))
  const outbox = { ledger, messages: deps.messages }
  app.get(CONFIRM_PAGE, site, showConfirmPage(outbox))
  app.post(
    CONFIRM_PAGE,
    site,
    formAgain(confirmAgain(outbox)),
    growing,
    limited,
    receiveConfirmPage(outbox, limits),
  )

  app.post(
    '/v1/sites/:site/decisions',
    site,
    ownPages,
    growing,
    limited,
    receiveDecisions(ledger, limits, refusals, deps),
  )
  app.get('/v1/sites/:site/decisions', site, limited, browserSecret, showHistory(ledger))
  const handOvers = createHandOvers(ledger.now)
  app.post('/v1/sites/:site/hand-overs', site, ownPages, limited, leaveHandOver(handOvers, ledger.now))
  app.post('/v1/sites/:site/hand-overs/taken', site, ownPages, limited, takeHandOver(handOvers))
  app.get('/v1/sites/:site/receipts/:id', site, browserSecret, showReceipt(ledger))
  app.get('/v1/sites/:site/texts/:hash', site, showText(files))

  app.post(
    '/v1/sites/:site/opt-ins',
    site,
    ownPages,
    growing,
    limited,
    receiveOptIns(ledger, limits, refusals),
  )
  app.post(
    '/v1/sites/:site/opt-outs',
    fromProgram(operatorKey(apiKeys, 'withdraw')),
    site,
    fromPage(ownPages),
    growing,
    fromPage(limited),
    receiveOptOuts(ledger, limits, refusals),
  )
  app.get('/v1/sites/:site/collection-points', operatorKey(apiKeys, 'record'), site, showCollectionPoints())
  // Who holds a key passes on what many people said: no limit of a network stands before it.
  app.post(
    '/v1/sites/:site/consents',
    operatorKey(apiKeys, 'record'),
    site,
    growing,
    receiveConsent(ledger, refusals),
  )
  app.post(
    '/v1/sites/:site/erasures',
    operatorKey(apiKeys, 'erase'),
    site,
    growing,
    limited,
    receiveErasure(ledger, erasures, limits),
  )
  app.post(
    '/v1/sites/:site/revocations',
    operatorKey(apiKeys, 'record'),
    site,
    growing,
    receiveRevocation(ledger),
  )
  const hooks = { ...deps, limits }
  app.post('/v1/sites/:site/hooks/twilio', site, growing, receiveHook('twilio', hooks))
  app.post('/v1/sites/:site/hooks/sendgrid', site, growing, receiveHook('sendgrid', hooks))
  app.post('/v1/sites/:site/hooks/ses', site, growing, receiveHook('ses', hooks))
  app.post('/v1/sites/:site/hooks/generic', site, growing, receiveHook('generic', hooks))
  app.get('/v1/sites/:site/messages', operatorKey(apiKeys, 'evidence'), site, showMessages(outbox))
  app.get(
    '/v1/sites/:site/status',
    operatorKey(apiKeys, 'status'),
    site,
    showStatus(ledger, deps.messages, meter),
  )
  app.post(
    '/v1/sites/:site/checks',
    operatorKey(apiKeys, 'status'),
    site,
    growing,
    checkAddresses(ledger, deps.messages, log),
  )
  app.get('/v1/sites/:site/checks', operatorKey(apiKeys, 'status'), site, showChecks(ledger))
  app.get('/v1/sites/:site/changes', operatorKey(apiKeys, 'changes'), site, showChanges(ledger))

  const headers = { ledger, links: deps.links, url: deps.url }
  app.get('/v1/sites/:site/unsubscribe-headers', operatorKey(apiKeys, 'status'), site, showHeaders(headers))
  app.post(
    '/v1/sites/:site/unsubscribe-headers',
    operatorKey(apiKeys, 'status'),
    site,
    showManyHeaders(headers),
  )
  app.get(
    '/v1/sites/:site/evidence',
    operatorKey(apiKeys, 'evidence'),
    site,
    growing,
    limited,
    showEvidence(outbox),
  )

  app.get('/verify', verifyPage(files, deps.verifyPage))

  app.get('/log/:site/checkpoint', siteOfLog, showCheckpoint(ledger))
  app.get('/log/:site/witnessed', siteOfLog, showWitnessed(ledger))
  app.get('/log/:site/vkey', siteOfLog, showVerifierKey(ledger))
  app.get('/log/:site/keys', siteOfLog, showKeys(ledger))
  app.get('/log/:site/tile/entries/:bundle{.+}', operatorKey(apiKeys, 'audit'), siteOfLog, showBundle(ledger))
  app.get('/log/:site/tile/:tile{.+}', siteOfLog, showTile(ledger))
  app.get('/log/:site/proof', siteOfLog, showProof(ledger))
  app.get('/log/:site/consistency', siteOfLog, showConsistency(ledger))

  app.get('/v1/openapi.json', describeApi(deps))
  app.get('/v1/api.html', apiPage(files, deps))
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
