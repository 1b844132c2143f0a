import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { choiceMiddleware, readChoice } from '../../shared/first-party/first-party.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
/** What the site's own server read of the choice, with each page. */
let read: unknown[]

beforeAll(async () => {
  const choice = { expiresAfterDays: 180, endpoint: '/assent/choice', domain: 'loom.test' }
  ;[host, browser] = await Promise.all([
    startFixture({ choice }, (site, request, response, next) => {
      read.push(readChoice(request.headers.cookie, site)?.choices)
      choiceMiddleware(site)(request, response, next)
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  read = []
  host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const press = (what: string): Promise<void> => visitor.page.locator(`[data-assent=${what}]`).first().click()
const cookies = () => visitor.context.cookies()
const posts = (): string[] => host.seen.filter(path => path.endsWith('/assent/choice'))

test("the site's own server remembers the choice, reads it, and removes what no script can see", async () => {
  const { page } = visitor
  const hidden = { name: '_tempo', value: '1', httpOnly: true, domain: 'www.loom.test', path: '/' }
  await page.goto(host.page(`${host.stub}<p>text`))
  await visitor.context.addCookies([hidden])
  await press('reject')
  await expect.poll(async () => (await cookies()).map(({ name }) => name)).toEqual(['assent_loom'])
  const [kept] = await cookies()
  expect(kept).toMatchObject({ domain: '.loom.test', path: '/', sameSite: 'Lax', httpOnly: false })
  expect(kept!.expires * 1000 - Date.now()).toBeGreaterThan(179 * 86_400_000)
  // Something was removed, so it is looked whether that is so.
  expect(posts()).toHaveLength(2)
  await page.reload()
  await page.locator('[data-assent=open]').waitFor()
  expect(read.at(-1)).toEqual({ preferences: false, analytics: false, marketing: false })
  // It answered: within a session it is not asked again.
  expect(posts()).toHaveLength(2)
})

test('a cookie that no script sees and the server cannot remove either is named in the settings', async () => {
  const { page } = visitor
  // Below a path that the configuration does not know of.
  const hidden = { name: '_tempo', value: '1', httpOnly: true, domain: 'www.loom.test', path: '/assent' }
  await page.goto(host.page(`${host.stub}<p>text`))
  await visitor.context.addCookies([hidden])
  const warned = page.waitForEvent('console', message => message.text().includes('_tempo'))
  await press('settings')
  await page.locator('.assent-settings').waitFor()
  await page.locator('.assent-settings [data-assent=reject]').click()
  const told = page.locator('#assent-intro ~ output').first()
  await expect.poll(() => told.textContent()).toContain('could not be removed from here: _tempo')
  expect((await warned).text()).toContain('could not be removed')
})

test('a choice holds on every host below the domain, and a later one replaces it on all', async () => {
  const { page } = visitor
  const shop = { host: 'shop.loom.test' }
  await page.goto(host.page(`${host.stub}<p>text`))
  await press('accept')
  await expect.poll(() => posts().length).toBe(1)
  await page.goto(host.page(`${host.stub}<p>shop`, {}, shop))
  await page.locator('[data-assent=open]').waitFor()
  expect(await page.locator('#assent').count()).toBe(0)
  expect(await page.evaluate(() => window.assent!.granted('analytics'))).toBe(true)
  await page.evaluate(() => window.assent!.withdraw())
  await expect.poll(() => posts().length).toBe(3)
  await page.goto(host.page(`${host.stub}<p>text`))
  await page.locator('[data-assent=open]').waitFor()
  expect(await page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
  expect((await cookies()).filter(({ name }) => name === 'assent_loom')).toHaveLength(1)
})

test('where the endpoint is missing, the choice holds all the same', async () => {
  const { page } = visitor
  await page.route('**/assent/choice*', route => route.fulfill({ status: 404 }))
  await page.goto(host.page(`${host.stub}<p>text`))
  await press('accept')
  await expect.poll(async () => (await cookies()).map(({ name }) => name)).toEqual(['assent_loom'])
  await page.reload()
  await page.locator('[data-assent=open]').waitFor()
  expect(await page.evaluate(() => window.assent!.granted('marketing'))).toBe(true)
})
