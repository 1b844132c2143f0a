import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'
import { chromiumPath } from './chromium.ts'

/** Host names of the tests; everything else does not exist, so that nothing can leave this machine. */
const HOSTS = [
  'www.loom.test',
  'shop.loom.test',
  'loom-shop.test',
  // Below public suffixes, of two labels and of a host that gives names away.
  'www.invented-loom.co.uk',
  'invented-loom.github.io',
  'www.harbor.test',
  'consent.test',
  'tempo.example',
  'adrift.example',
  'vista.example',
]
  .concat('nimbus.example')
  .map(host => `MAP ${host} 127.0.0.1`)

/** What every Chromium of the tests is started with. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=${[...HOSTS, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost'].join(', ')}`,
]

const LAUNCH = (): { executablePath: string; args: string[]; ignoreDefaultArgs: string[] } => ({
  executablePath: chromiumPath(),
  args: ARGUMENTS,
  // Playwright switches the cache of left pages off; people have it on.
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
})

export const launchBrowser = (): Promise<Browser> => chromium.launch(LAUNCH())

/** A browser whose owner has changed its settings. */
export const launchWithProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, LAUNCH())

/** One person with a fresh browser profile, watched from outside the page. */
export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** Every request of every page of this visitor, redirects included. */
  readonly requests: readonly string[]
  /** Decisions as they were posted, in order, each once. */
  readonly posted: readonly PostedDecision[]
  /** What the browser complained about: policy violations and errors nobody caught. */
  readonly complaints: readonly string[]
  leave(): Promise<void>
}

export interface PostedDecision {
  readonly id: string
  readonly type: string
  readonly method: string
  readonly choices: Readonly<Record<string, boolean>>
  readonly secret?: string
  readonly gpc?: boolean
}

export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  return watch(await browser.newContext(options))
}

export async function watch(context: BrowserContext): Promise<Visitor> {
  const requests: string[] = []
  const posted: PostedDecision[] = []
  const complaints: string[] = []
  context.on('request', request => {
    requests.push(request.url())
    if (request.method() !== 'POST' || !request.url().endsWith('/decisions')) return
    const { decisions } = JSON.parse(request.postData() ?? '{"decisions":[]}') as {
      decisions: PostedDecision[]
    }
    // Sending again is harmless and not an act of its own.
    posted.push(...decisions.filter(({ id }) => !posted.some(known => known.id === id)))
  })
  context.on('weberror', error => complaints.push(error.error().message))
  context.on('console', message => {
    if (/Content Security Policy|Trusted ?Type|Uncaught/i.test(message.text()))
      complaints.push(message.text())
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  return { context, page, requests, posted, complaints, leave: () => closed(context) }
}

/** Longer than any profile takes to close, shorter than a hook may take. */
const CLOSING = 30_000

/**
 * Now and then Chromium never says that a profile is closed whose page was loading just then. What a test showed it has shown
 * by then, and whoever closes the browser ends that profile too.
 */
async function closed(context: BrowserContext): Promise<void> {
  const pages = context.pages().map(page => page.waitForLoadState('load', { timeout: 5_000 }))
  // A page that will not load is left as it is.
  await Promise.allSettled(pages)
  let timer: NodeJS.Timeout | undefined
  const waited = new Promise<'waited'>(resolve => (timer = setTimeout(resolve, CLOSING, 'waited')))
  const ended = await Promise.race([context.close(), waited])
  clearTimeout(timer)
  // oxlint-disable-next-line no-console -- whoever reads the report is to know how often
  if (ended === 'waited') console.warn(`a profile did not say it closed within ${CLOSING / 1000} s`)
}

/** What a person does who reads without deciding; the time it takes is the point, so nothing can be awaited instead. */
export async function lookAround(page: Page, seconds = 5): Promise<void> {
  const end = Date.now() + seconds * 1000
  for (let i = 0; Date.now() < end; i++) {
    // oxlint-disable no-await-in-loop
    await page.mouse.move(200 + (i % 5) * 150, 100 + (i % 3) * 90)
    await page.mouse.wheel(0, i % 4 === 3 ? -700 : 250)
    await page.waitForTimeout(200)
    // oxlint-enable no-await-in-loop
  }
}

/** Everything a browser keeps for a site, as the browser itself tells it. */
export interface Kept {
  /** `name domain path`. */
  readonly cookies: readonly string[]
  readonly local: readonly string[]
  readonly session: readonly string[]
  readonly databases: readonly string[]
  readonly caches: readonly string[]
}

export const NOTHING: Kept = { cookies: [], local: [], session: [], databases: [], caches: [] }

export async function whatIsKept({ context, page }: Pick<Visitor, 'context' | 'page'>): Promise<Kept> {
  const securityOrigin = new URL(page.url()).origin
  const devtools = await context.newCDPSession(page)
  const items = async (isLocalStorage: boolean): Promise<string[]> => {
    const storageId = { securityOrigin, isLocalStorage }
    const { entries } = await devtools.send('DOMStorage.getDOMStorageItems', { storageId })
    return entries.map(([key]) => key!)
  }
  const kept: Kept = {
    cookies: (await context.cookies())
      .map(({ name, domain, path }) => `${name} ${domain} ${path}`)
      .toSorted(),
    local: await items(true),
    session: await items(false),
    databases: (await devtools.send('IndexedDB.requestDatabaseNames', { securityOrigin })).databaseNames,
    caches: (await devtools.send('CacheStorage.requestCacheNames', { securityOrigin })).caches.map(
      c => c.cacheName,
    ),
  }
  await devtools.detach()
  return kept
}

/** What the gated scripts of a page reported, in the order they ran. */
export const ran = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { ran?: string[] }).ran ?? [])

export const hostsOf = (requests: readonly string[]): string[] =>
  [...new Set(requests.map(url => new URL(url).hostname))].toSorted()

/** A button of ours, by the address that rules of automatic tools may rely on; placeholders have their own. */
export const ours = (page: Page, name: 'accept' | 'reject' | 'settings' | 'open'): Locator =>
  page.locator(`${name === 'open' ? '' : 'body > #assent '}[data-assent="${name}"]:visible`)

export const press = (page: Page, name: 'accept' | 'reject' | 'settings' | 'open'): Promise<void> =>
  ours(page, name).first().click()

/** Opens the settings and closes them again, without deciding. */
export async function lookAtSettings(page: Page): Promise<void> {
  await press(page, 'settings')
  const settings = page.locator('.assent-settings')
  await settings.waitFor()
  await page.keyboard.press('Escape')
  await settings.waitFor({ state: 'hidden' })
}

/** Waits until a number of decisions was posted and answered: the outbox is empty then. */
export async function acknowledged(visitor: Visitor, count: number): Promise<void> {
  await eventually(() => visitor.posted.length).toBe(count)
  await visitor.page.waitForFunction(
    () =>
      Object.keys(localStorage).every(key => !key.includes('_out_')) && !document.cookie.includes('_out='),
  )
}

/** Waits until what is asked again and again answers as expected. */
export const eventually = <T>(ask: () => T): ReturnType<typeof expect.poll<T>> =>
  // oxlint-disable-next-line vitest/require-awaited-expect-poll -- whoever calls this awaits it.
  expect.poll(ask, { timeout: 8000 })
