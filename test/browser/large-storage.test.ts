import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCookie, SiteConfiguration } from '../../shared/domain/site.ts'
import { eventually, launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'

const demo = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration

const kept = (storage: ServiceCookie['storage'], name: string): ServiceCookie => ({
  name,
  storage,
  domain: 'www.loom.test',
  path: '/',
  duration: 'P1Y',
  description: { en: 'Counts.', de: 'Zählt.', ar: 'يعد.' },
})

const KEPT: Readonly<Record<string, readonly ServiceCookie[]>> = {
  tempo: [kept('database', 'tempo visits'), kept('cache', 'tempo:*'), kept('service-worker', '/tempo/*')],
  adrift: [kept('database', 'adrift*')],
}

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  const services = demo.services.map(service => ({
    ...service,
    cookies: [...service.cookies, ...(KEPT[service.id] ?? [])],
  }))
  ;[host, browser] = await Promise.all([
    startFixture({ services }, (_site, request, response, next) =>
      request.url?.startsWith('/tempo/') || request.url === '/own.js'
        ? response.writeHead(200, { 'content-type': 'text/javascript' }).end('')
        : next(),
    ),
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

/** Caches and workers exist only in a secure context, which plain http on this machine's own name is. */
const open = async (html = '<p>text') => {
  await visitor.page.goto(host.page(`${host.stub}${html}`, {}, { host: 'localhost' }))
}

/** What services and the site itself keep, as a page would. */
async function keepAll(hold = false): Promise<void> {
  await visitor.page.evaluate(async hold => {
    for (const name of ['tempo visits', 'adrift-1', 'adrift-2', 'basket'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await new Promise<void>((done, fail) => {
        const request = indexedDB.open(name)
        request.addEventListener('success', () => {
          // Held open, it cannot be removed before the page is gone.
          if (!(hold && name === 'tempo visits')) request.result.close()
          done()
        })
        request.addEventListener('error', fail)
      })
    await Promise.all(['tempo:pieces', 'own:pieces'].map(name => caches.open(name)))
    await navigator.serviceWorker.register('/tempo/worker.js')
    await navigator.serviceWorker.register('/own.js', { scope: '/elsewhere/' })
  }, hold)
}

const whatIsThere = () =>
  visitor.page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name ?? '').toSorted(),
    caches: (await caches.keys()).toSorted(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))

const ALL = {
  databases: ['adrift-1', 'adrift-2', 'basket', 'tempo visits'],
  caches: ['own:pieces', 'tempo:pieces'],
  workers: 2,
}
const OWN = { databases: ['basket'], caches: ['own:pieces'], workers: 1 }

test('databases, caches and service workers go with the consent, and what nobody declared stays', async () => {
  await open()
  await press(visitor.page, 'accept')
  await keepAll()
  expect(await whatIsThere()).toEqual(ALL)
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: true, analytics: true, marketing: false }),
  )
  await eventually(whatIsThere).toEqual({ ...ALL, databases: ['basket', 'tempo visits'] })
  await visitor.page.evaluate(() => window.assent!.withdraw())
  await eventually(whatIsThere).toEqual(OWN)
  expect(visitor.complaints).toEqual([])
})

test('what was kept before anybody agreed goes, too, and so after a refusal', async () => {
  await open()
  await keepAll()
  await open()
  await eventually(whatIsThere).toEqual(OWN)
  await keepAll()
  expect(await whatIsThere()).toEqual(ALL)
  await press(visitor.page, 'reject')
  await eventually(whatIsThere).toEqual(OWN)
})

test('a database that the page holds open is named in the settings, and goes on the next page', async () => {
  await open()
  await press(visitor.page, 'accept')
  await keepAll(true)
  await press(visitor.page, 'open')
  await press(visitor.page, 'reject')
  const told = visitor.page.locator('#assent-intro ~ output').first()
  await expect.poll(() => told.textContent()).toContain('could not be removed from here: tempo visits')
  await open()
  await eventually(whatIsThere).toEqual(OWN)
  await press(visitor.page, 'open')
  await visitor.page.locator('#assent .assent-body').waitFor()
  expect(await told.textContent()).toBe('')
})

test('a site whose services keep none of these gets none of that code', async () => {
  const plain = await startFixture()
  await visitor.page.goto(plain.page(`${plain.stub}<p>text`))
  await press(visitor.page, 'accept')
  await expect.poll(() => plain.seen.some(path => path.endsWith('/assent.js'))).toBe(true)
  expect(plain.seen.filter(path => path.includes('/parts'))).toEqual([])
  plain.close()
})
