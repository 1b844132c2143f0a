import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { GlobalCall, Service, SiteConfiguration } from '../../shared/domain/site.ts'
import { eventually, launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'

const demo = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration

const STOPS: Readonly<Record<string, { stop: readonly GlobalCall[]; resume?: readonly GlobalCall[] }>> = {
  tempo: { stop: [['tempo.opt.out', 'now', 1]], resume: [['tempo.opt.in']] },
  adrift: { stop: [['adrift.fails'], ['adrift.stop']] },
}
const stoppable = (service: Service): Service => ({ ...service, ...STOPS[service.id] })

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({
      services: demo.services.map(stoppable),
      gating: { stopEvent: true },
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

/** A service that writes down what it is told, with the cookie as it stood then, and how old this page is. */
const TEMPO = `<script type="text/plain" data-consent="analytics" data-service="tempo">
  document.cookie = '_tempo=1;path=/'
  const note = (...what) => window.told.push([...what, document.cookie.includes('_tempo=1')])
  window.tempo = { opt: {
    out(...values) { note('out', this === window.tempo.opt, ...values) },
    in() { note('in') },
  } }
</script>`

async function open(html: string): Promise<void> {
  await visitor.page.addInitScript(() => Object.assign(window, { told: [] }))
  await visitor.page.goto(host.page(`${host.stub}${html}`))
  await press(visitor.page, 'accept')
  await eventually(() => visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(true)
  await visitor.page.evaluate(() => Object.assign(window, { same: true }))
}
const told = () => visitor.page.evaluate(() => (window as unknown as { told: unknown[] }).told)
const isSame = () => visitor.page.evaluate(() => 'same' in window)
const isThere = (name: string) =>
  visitor.page.waitForFunction(
    each => (window as unknown as Record<string, unknown>)[each] !== undefined,
    name,
  )
const decide = (choices: Record<string, boolean>) =>
  visitor.page.evaluate(each => window.assent!.decide(each), choices)

test('a service that says how it is stopped is stopped once, before its cookies go, and the page stays', async () => {
  await open(TEMPO)
  await isThere('tempo')
  await decide({ analytics: false })
  await eventually(told).toEqual([['out', true, 'now', 1, true]])
  await eventually(() => visitor.page.evaluate(() => document.cookie.includes('_tempo='))).toBe(false)
  // The page goes on changing, and is looked at each time.
  await visitor.page.evaluate(() => document.body.append('more'))
  await visitor.page.waitForTimeout(400)
  expect(await isSame()).toBe(true)
  await decide({ analytics: true })
  await eventually(told).toEqual([
    ['out', true, 'now', 1, true],
    ['in', false],
  ])
  await decide({ analytics: false })
  await eventually(async () => (await told()).length).toBe(3)
  expect(await isSame()).toBe(true)
  expect(visitor.complaints).toEqual([])
})

test('a service that is not on this page is not missed', async () => {
  await open('<script type="text/plain" data-consent="analytics">window.here = 1</script>')
  await isThere('here')
  await decide({ analytics: false })
  await visitor.page.waitForTimeout(400)
  expect(await isSame()).toBe(true)
  expect(visitor.complaints).toEqual([])
})

test('a call that fails is reported, keeps no other from running, and the page is loaded again', async () => {
  await open(`<script>addEventListener('pagehide', () => sessionStorage.setItem('told', JSON.stringify(told)))</script>
    <script type="text/plain" data-consent="marketing" data-service="adrift">
      window.adrift = { fails() { throw new Error('broken') }, stop() { window.told.push('stopped') } }
    </script>`)
  await isThere('adrift')
  await decide({ marketing: false })
  await eventually(isSame).toBe(false)
  expect(await visitor.page.evaluate(() => sessionStorage.getItem('told'))).toBe('["stopped"]')
  expect(visitor.complaints).toEqual(['broken'])
})

const listens = `<script>document.addEventListener('assent:stop', event => {
  told.push(event.detail.purpose)
  if (event.detail.purpose === 'preferences') event.preventDefault()
})</script>`
const marked = (purpose: string) =>
  `<script type="text/plain" data-consent="${purpose}">window.${purpose} = 1</script>`

test('the page itself may stop everything of a purpose, and says so as of any event', async () => {
  await open(listens + marked('preferences'))
  await isThere('preferences')
  await decide({ preferences: false })
  await eventually(told).toEqual(['preferences'])
  await visitor.page.waitForTimeout(400)
  expect(await isSame()).toBe(true)
})

test('where nobody says that all is stopped, the page is loaded again', async () => {
  await open(listens + marked('marketing'))
  await isThere('marketing')
  await decide({ marketing: false })
  await eventually(isSame).toBe(false)
})

test('what is in a frame ends with the page', async () => {
  await open(`${TEMPO}<iframe data-consent="analytics" data-src="/runs/framed.js" title="t"></iframe>`)
  await isThere('tempo')
  await visitor.page.locator('iframe[src]').waitFor()
  await decide({ analytics: false })
  await eventually(isSame).toBe(false)
})

test('a withdrawal in another tab stops it here, too', async () => {
  await open(TEMPO)
  await isThere('tempo')
  const other = await visitor.context.newPage()
  await other.goto(host.page(`${host.stub}<p>other`))
  await other.evaluate(() => window.assent!.withdraw())
  await visitor.page.bringToFront()
  await eventually(told).toEqual([['out', true, 'now', 1, expect.any(Boolean)]])
  expect(await isSame()).toBe(true)
})
