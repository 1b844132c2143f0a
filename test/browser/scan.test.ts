import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveSite } from '../../demo/serve-site.ts'
import { withPort } from '../../demo/sites.ts'
import { GRAVE, type Finding } from '../../server/scan/finding.ts'
import type { Operation } from '../../server/scan/patch.ts'
import type { Seen } from '../../server/scan/seen.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser } from '../support/page.ts'
import { assent } from '../support/cli.ts'
import { startFixture, type Fixture } from './consent-host.ts'
import { startLeakySite, type LeakySite } from './leaky-site.ts'

const ROOT = join(import.meta.dirname, '../..')
const DEMO = join(ROOT, 'demo/loom')
const BROWSER =
  '--browser-argument=--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'

let leaky: LeakySite
let consent: Fixture
let demo: Server
let demoUrl: string
let folder: string
/** Of the leaky site, against a configuration that knows nothing of it. */
let first: Scanned

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-scan-'))
  leaky = await startLeakySite()
  consent = await startFixture()
  demo = await serveSite({
    site: 'loom',
    folder: DEMO,
    port: 0,
    host: new URL(consent.page('', {}, { host: 'consent.test' })).origin,
    snippet: readFileSync(join(ROOT, 'dist/snippet.html'), 'utf8'),
  })
  const { port } = demo.address() as AddressInfo
  demoUrl = `http://www.loom.test:${port}/`
  const config = join(folder, 'loom.json')
  writeFileSync(config, withPort(readFileSync(join(DEMO, 'site.json'), 'utf8'), port))
  const into = ['--write', join(folder, 'completed.json'), '--html', join(folder, 'leaky')]
  first = await scanned(leaky.url, ...OTHER_BANNER, '--config', config, ...into)
})
afterAll(() => {
  leaky?.close()
  consent?.close()
  demo?.closeAllConnections()
  demo?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What an owner has unmarked on their pages, and whose scripts put in more. */
const UNMARKED = (at: (name: string) => string): string => `<script>
  const add = (tag, values) => document.head.append(Object.assign(document.createElement(tag), values))
  add('script', { src: '${at('tempo')}/runs/unmarked' })
  add('link', { rel: 'stylesheet', href: '${at('tempo')}/sheet.css' })
  new Image().src = '${at('adrift')}/pixel.gif'
  void fetch('${at('adrift')}/collect', { method: 'POST', mode: 'no-cors' }).catch(() => {})
  navigator.sendBeacon('${at('adrift')}/beacon')
  addEventListener('load', () => { document.body.insertAdjacentHTML('beforeend', '<iframe src="${at('vista')}/film.html" title="f"></iframe>') })
</script>`

test('a page whose trackers nobody marked leaks, and with the guard of automatic mode it does not', async () => {
  const { port } = new URL(consent.page(''))
  const at = (name: string): string => `http://${name}.example:${port}`
  const config = join(folder, 'guarded.json')
  writeFileSync(config, withPort(readFileSync(join(DEMO, 'site.json'), 'utf8'), Number(port)))
  const scan = async (guard: string): Promise<Scanned> =>
    scanned(
      consent.page(
        `<head><title>Page</title>${guard}${consent.stub}</head><body>${UNMARKED(at)}<p>text</p></body>`,
      ),
      '--config',
      config,
    )
  const leaks = ({ findings }: Scanned): string[] =>
    findings.filter(({ kind }) => GRAVE.includes(kind)).map(({ name }) => name)
  const bare = await scan('')
  expect(bare.code).toBe(1)
  expect(new Set(leaks(bare)).size).toBe(3)
  const guarded = await scan(consent.guard)
  expect([guarded.code, leaks(guarded)]).toEqual([0, []])
  // After the yes of the scan, each of them was asked.
  expect(new Set(guarded.seen.filter(({ kind }) => kind === 'request').map(({ name }) => name))).toEqual(
    new Set(
      ['tempo', 'adrift', 'vista']
        .map(name => `${name}.example:${port}`)
        .concat(`consent.test:${port}`, `www.loom.test:${port}`),
    ),
  )
}, 120_000)

interface Scanned {
  readonly code: number | null
  readonly seen: readonly Seen[]
  readonly findings: readonly Finding[]
  readonly patch: readonly Operation[]
}

async function scanned(...args: string[]): Promise<Scanned> {
  const { code, out, err } = await assent(['scan', ...args, BROWSER, '--wait', '0.3', '--json'])
  expect(err).not.toContain('assent:')
  return { code, ...(JSON.parse(out) as Omit<Scanned, 'code'>) }
}

/** Kind of exit, what it is called, the script that caused it. */
const PLANTED: readonly (readonly [how: string, what: string, culprit: string])[] = [
  ['script', 'parser', '/'],
  ['script', 'injected', '/'],
  ['fetch', 'fetched', 'fetcher'],
  ['xhr', 'asked', 'asker'],
  ['ping', 'beacon', 'sender'],
  ['websocket', 'socketed', 'socket'],
  ['eventsource', 'streamed', 'stream'],
  ['image', 'imaged', 'pixel'],
  ['document', 'framed', 'framer'],
  ['font', 'lettered', '/style.css'],
  ['other', 'fetchedahead', '/'],
  ['preconnect', 'hinted', '/'],
  ['fetch', 'worked', 'worker'],
  ['http', 'h_id', '/'],
  ['script', 'w_id', 'writer'],
  ['script', 'k_seen', 'keeper'],
  ['script', 'k_now', 'keeper'],
  ['script', 'k_base', 'base'],
  ['script', 'k_cache', 'cacher'],
]

const OTHER_BANNER = ['--accept', '#yes', '--reject', '#no']

test('what a page does without asking is found, each kind with the script that did it', () => {
  const { code, seen, findings } = first
  expect(code).toBe(1)
  const leaks = findings.filter(({ kind }) => kind === 'leak')
  const nameOf = (what: string) => (what.includes('_') ? what : leaky.at(what))
  for (const [how, what, culprit] of PLANTED) {
    const leak = leaks.find(({ name }) => name === nameOf(what))
    expect({ ...leak }).toMatchObject({ name: nameOf(what), states: ['before', 'refused'] })
    const source = culprit.startsWith('/') ? leaky.url + culprit.slice(1) : `http://${leaky.at(culprit)}/s.js`
    // A worker stands before the script that made it.
    expect(leak!.by.slice(0, 2).map(by => by.replace(/:\d+$/, ''))).toContain(source)
    expect(seen.find(({ name }) => name === nameOf(what))).toMatchObject({ how })
  }
  // Nothing but these, and the scripts that made them.
  const made = [...PLANTED.map(([, what]) => what), ...PLANTED.map(([, , by]) => by)].map(nameOf)
  expect(leaks.map(({ name }) => name).filter(name => !made.includes(name))).toEqual([])
})

test('what the configuration lacks is proposed, never approved, and with it nothing is undeclared', async () => {
  const completed = join(folder, 'completed.json')
  expect(first.findings.filter(({ kind }) => kind === 'undeclared').length).toBeGreaterThan(20)
  const { services } = JSON.parse(readFileSync(completed, 'utf8')) as SiteConfiguration
  expect(services.length).toBeGreaterThan(6)
  expect(services.slice(6).map(({ approval }) => approval.state)).toEqual(
    services.slice(6).map(() => 'proposed'),
  )
  expect((await assent(['site', 'check', completed])).out).toContain('no faults')

  const after = await scanned(leaky.url, ...OTHER_BANNER, '--config', completed)
  expect(after.findings.filter(({ kind }) => kind === 'undeclared')).toEqual([])
  expect(after.patch).toEqual([])
  // Written down is not allowed.
  expect(after.code).toBe(1)
  expect(after.findings.filter(({ kind }) => kind === 'leak').length).toBeGreaterThan(20)
  expect(after.findings.map(({ kind }) => kind)).toContain('unapproved')
})

test('the demo site leaks nothing in any state, and keeps just what its cookie table says', async () => {
  const config = join(folder, 'loom.json')
  const report = join(folder, 'report')
  const scan = await scanned(demoUrl, '--config', config, '--crawl', '2', '--html', report, '--strict')
  expect(scan.findings.filter(({ kind }) => kind !== 'unseen')).toEqual([])
  expect(scan.code).toBe(0)
  expect(new Set(scan.seen.map(({ state }) => state)).size).toBe(5)

  const { services } = JSON.parse(readFileSync(config, 'utf8')) as SiteConfiguration
  const declared = services.flatMap(({ cookies }) =>
    cookies.map(({ name, storage, domain }) => `${storage} ${name} ${domain}`),
  )
  const kept = scan.seen
    .filter(({ kind }) => ['cookie', 'local', 'session'].includes(kind))
    .map(({ kind, name, cookie, origin }) => {
      const domain = cookie?.domain.replace(/^\./, '') ?? new URL(origin!).hostname
      return `${kind} ${name.replace(/_out_.*/, '_out*')} ${domain}`
    })
  expect([...new Set(kept)].toSorted()).toEqual(declared.toSorted())
  const theme = scan.seen.find(({ name }) => name === 'loom_theme')
  expect(theme?.by[0]).toBe(demoUrl)
})

test('the report is one file that shows every state, and axe finds nothing in it', async () => {
  const browser = await launchBrowser()
  const page = await browser.newPage()
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  try {
    await page.goto(`file://${join(folder, 'leaky/index.html')}`)
    expect(await page.locator('figure img').count()).toBe(3)
    expect(await page.locator('h1').textContent()).toContain('localhost')
    expect(await page.getByRole('region', { name: 'Leaks' }).getByRole('row').count()).toBeGreaterThan(20)
    expect(await axeFindings(page, ['color-contrast', 'image-alt', 'td-headers-attr'])).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await axeFindings(page, ['color-contrast'])).toEqual([])
    expect(asked.filter(url => !/^(file|data):/.test(url))).toEqual([])
  } finally {
    await browser.close()
  }
})
