import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ signals: { googleConsentMode: {}, dataLayer: true } }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

test('a part that the configuration asks for comes once the loader has started, under the harshest policy', async () => {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<p>text`, HARSH))
  await page.locator('[data-assent=accept]').first().click()
  const events = () =>
    page.evaluate(() =>
      (window.dataLayer ?? []).filter(entry => (entry as { event?: string }).event === 'assent_change'),
    )
  const granted = { preferences: true, analytics: true, marketing: true }
  await expect.poll(events).toEqual([{ event: 'assent_change', assent: granted }])
  await page.evaluate(() => window.assent!.withdraw())
  const none = { preferences: false, analytics: false, marketing: false }
  await expect.poll(events).toEqual([
    { event: 'assent_change', assent: granted },
    { event: 'assent_change', assent: none },
  ])
  expect(host.seen.filter(path => path.includes('/parts.'))).toHaveLength(1)
  expect(visitor.complaints).toEqual([])
})
