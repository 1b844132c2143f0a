import { randomBytes } from 'node:crypto'
import { createApp } from '../../server/app.ts'
import type { AppDeps } from '../../server/app.ts'
import { createProxies } from '../../server/middleware/proxies.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import type { LogFields } from '../../shared/domain/log.ts'
import { createApiKey, openApiKeys, type Scope } from '../../server/operators/api-keys.ts'
import { openErasures } from '../../server/erasure/erase.ts'
import type { MessageStore } from '../../server/messages/store.ts'
import { openMessages, openOperators } from '../../server/storage/open.ts'
import { openLinkTokens, type LinkTokens } from '../../server/subjects/link-token.ts'
import type { SentDecision } from '../../server/ledger/append.ts'
import { DESCRIPTIONS, EVERYWHERE, UNDESCRIBED } from '../../server/routes/description.ts'
import { KEY_REFUSALS } from '../../server/middleware/operator.ts'
import { PROBLEMS, type ProblemSlug } from '../../server/middleware/problem.ts'
import { problemSchema } from '../../shared/schemas/problem.ts'
import { aDecision } from './decisions.ts'
import { aConfiguration, publishSite, testLedger, type TestLedger } from './ledger.ts'

export const SITE = 'harbor'
export const ORIGIN = 'https://www.harbor.example'
export const testConfiguration = (site: string) =>
  aConfiguration(site, { languages: ['en', 'de'], origins: [ORIGIN] })
export const TEST_CONFIGURATION = testConfiguration(SITE)
export const TEST_CONFIGURATION_HASH = contentHash(TEST_CONFIGURATION)

/** What `createApp` needs beside a ledger, for tests of something else: plain http, limits nobody reaches. */
export const APP_SETTINGS = {
  apiKeys: { check: () => ({ refused: 'key-unknown' }) },
  erasures: { erase: async () => undefined, settle: () => true },
  messages: {} as MessageStore,
  links: openLinkTokens(Buffer.alloc(32)),
  providers: {},
  holdHours: 48,
  fetchPinned: () => Promise.reject(new Error('no network in tests')),
  newId: () => '00000000-0000-4000-8000-000000000000',
  url: 'http://localhost:8787',
  version: '0.0.0',
  production: false,
  ownTls: false,
  proxies: createProxies([]),
  regionHeaders: [],
  limits: { perMinute: 1e9, burst: 1e9, sitePerHour: 1e9 },
  failedCheckpoints: () => [],
  suspended: new Set<string>(),
  contradicted: () => [],
  builtFiles: () => true,
  verifyPage: () => undefined,
  debugView: () => undefined,
} satisfies Partial<AppDeps>

export interface LogLine extends LogFields {
  readonly level: string
  readonly event: string
}

export interface TestApp {
  readonly ledger: TestLedger
  /** Everything logged. */
  readonly lines: LogLine[]
  readonly messages: MessageStore
  readonly links: LinkTokens
  /** Every answer is held against the API description before the test sees it. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Posts decisions as a page of the site does. */
  post(decisions: readonly unknown[], headers?: Record<string, string>): Promise<Response>
  /** Makes an API key; answers it as it is sent. */
  key(...scopes: Scope[]): string
  remove(): Promise<void>
}

/** The whole server without its socket: a real ledger in a temporary folder, a fixed clock, one published site. */
export async function createTestApp(changes: Partial<AppDeps> = {}): Promise<TestApp> {
  const ledger = await testLedger()
  await publishSite(ledger, SITE, { configuration: TEST_CONFIGURATION })
  const lines: LogLine[] = []
  const at = (level: string) => (event: string, fields?: LogFields) =>
    void lines.push({ level, event, ...fields })
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const operators = openOperators(ledger.folder)
  const { messages, close } = openMessages(ledger.folder)
  const links = openLinkTokens(ledger.storage.blindRoot)
  const app = createApp({
    ledger,
    log,
    ...APP_SETTINGS,
    erasures: openErasures(ledger, ledger.erasures, [messages]),
    messages,
    links,
    apiKeys: openApiKeys(operators.apiKeys, ledger.now, log),
    ...changes,
  })
  const request = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await app.request(path, init)
    await holdToDescription(path, init?.method ?? 'GET', response.clone())
    return response
  }
  return {
    ledger,
    lines,
    messages,
    links,
    request,
    post: (decisions, headers = {}) =>
      request(`/v1/sites/${SITE}/decisions`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN, ...headers },
        body: JSON.stringify({ decisions }),
      }),
    key: (...scopes) =>
      createApiKey(operators.apiKeys, { site: SITE, scopes }, { now: ledger.now, random: randomBytes }).key,
    remove: () => {
      operators.close()
      close()
      return ledger.remove()
    },
  }
}

/** "Accept all" on the English banner of the test site. */
export const aSiteDecision = (changes: Partial<SentDecision> & { subject?: string } = {}) =>
  aDecision({ configuration: TEST_CONFIGURATION_HASH, ...changes })

/** Fails unless the answer's status and body are what the description of its route says. */
export async function holdToDescription(path: string, method: string, response: Response): Promise<void> {
  const { pathname } = new URL(path, 'http://localhost')
  const where = `${method} ${pathname} → ${response.status}`
  if (response.headers.get('access-control-allow-origin') !== '*')
    throw new Error(`${where} has no CORS header`)
  if (response.headers.get('x-content-type-options') !== 'nosniff') throw new Error(`${where} may be sniffed`)
  if (method === 'OPTIONS') return
  const type = response.headers.get('content-type')?.split(';', 1)[0]
  const described = descriptionOf(method === 'HEAD' ? 'GET' : method, pathname)
  if (type === 'application/problem+json' && method !== 'HEAD') {
    const body = problemSchema.parse(await response.json())
    const slug = body.type.split(':').at(-1) as ProblemSlug
    if (PROBLEMS[slug].status !== response.status || body.status !== response.status)
      throw new Error(`${where} says ${slug}, which is ${PROBLEMS[slug].status}`)
    const ofKey = described?.key ? KEY_REFUSALS : []
    if (![...(described?.problems ?? []), ...ofKey, ...EVERYWHERE, ...UNDESCRIBED].includes(slug))
      throw new Error(`${where} refuses with ${slug}, which its description does not name`)
    return
  }
  // What people mistype is told them as a page, whatever they typed.
  if (!described && type === 'text/html' && response.status === 404 && pathname.endsWith('.html')) return
  if (!described) throw new Error(`${where} is not described`)
  const refusals = [...described.problems, ...EVERYWHERE].map(slug => PROBLEMS[slug].status as number)
  if (described.refusalPage && type === 'text/html' && refusals.includes(response.status)) return
  if (described.also?.[response.status] !== undefined) return
  if (type !== undefined && described.streams?.[type] && response.status === 200) return
  if (type !== undefined && described.otherwise?.[type] !== undefined && response.status === 200) return
  const schema = response.status === 200 ? described.answer.schema : described.otherJson?.[response.status]
  if (!schema) throw new Error(`${where} is a status its description does not name`)
  if (method !== 'HEAD')
    schema.parse(
      type?.endsWith('json') && described.answer.type !== '*/*'
        ? await response.json()
        : await response.text(),
    )
}

export function descriptionOf(method: string, path: string) {
  const candidates = Object.entries(DESCRIPTIONS).filter(([route]) => route.startsWith(`${method} `))
  // A fixed address wins over one with a parameter in its place.
  return candidates
    .flatMap(([, description]) => description.paths.map(pattern => ({ pattern, description })))
    .filter(({ pattern }) => matches(pattern, path))
    .sort(
      (a, b) =>
        a.pattern.split('{').length - b.pattern.split('{').length || b.pattern.length - a.pattern.length,
    )[0]?.description
}

/** The address of a tile is a path in itself. */
const matches = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll('.', '\\.')
      .replace(/\{(?:tile|bundle)\}$/, '.+')
      .replace(/\{\w+\}/g, '[^/.]+')}$`,
  ).test(path)
