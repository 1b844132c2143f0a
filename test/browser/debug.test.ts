import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'
import { answerExits } from './gates/files.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let port: string

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFixture({ debug: true }, answerExits), launchBrowser()])
  port = new URL(host.page('')).port
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

const panel = (page: Page) => page.getByRole('dialog', { name: 'Assent debug: loom' })
/** What a section says, a line each. */
const said = async (page: Page, section: string): Promise<string[]> =>
  (await page.locator(`#assent-debug [data-section=${section}] li`).allTextContents()).map(each =>
    each.replaceAll(`:${port}`, ''),
  )
const open = (page: Page, body: string, headers = {}): Promise<unknown> =>
  page.goto(
    `${host.page(`<head><title>Page</title>${host.stub}</head><body><main><h1>Page</h1>${body}</main>`, headers)}?assent-debug`,
  )

const BODY = (at: (name: string) => string): string => `
  <script type="text/plain" data-consent="analytics" data-service="tempo" src="${at('tempo')}/exit/count.js"></script>
  <iframe data-consent="marketing" data-src="${at('vista')}/exit/film.html" title="Film" width="320" height="180"></iframe>
  <template data-consent="preferences" data-service="nimbus"><p>chat</p></template>
  <script type="text/plain" data-consent="statistics">1</script>
  <img src="${at('adrift')}/exit/pixel.svg" alt="">
`

test('it shows what waits and why, what leaked and by whom, what is kept and told, and follows the choice', async () => {
  const { page } = visitor
  await open(
    page,
    BODY(name => `http://${name}.example:${port}`),
  )
  await panel(page).waitFor()
  // After the loader has cleared what was there when it came.
  await expect.poll(() => said(page, 'leaked')).toHaveLength(1)
  await page.evaluate(
    `document.cookie = '_tempo=1'; document.cookie = 'mystery=1'; localStorage['adrift.seen'] = '1'`,
  )
  await expect.poll(() => said(page, 'leaked')).toHaveLength(3)
  expect(await said(page, 'leaked')).toEqual([
    'adrift.example (img, by <img> http://adrift.example/exit/pixel.svg)adrift, marketingmarketing is not granted',
    '_tempocookie · tempo, analyticsanalytics is not granted',
    'adrift.seenlocal storage · adrift, marketingmarketing is not granted',
  ])
  expect(await said(page, 'gated')).toEqual([
    '<script> http://tempo.example/exit/count.jsanalytics · tempo · analytics is not granted',
    '<iframe> http://vista.example/exit/film.htmlmarketing · marketing is not granted',
    '<template>preferences · nimbus · service nimbus is not approved',
    '<script> 1statistics · the configuration has no purpose "statistics"',
  ])
  expect(await said(page, 'stored')).toContain('mysterycookie · not declared')
  expect((await said(page, 'signalled'))[0]).toMatch(/^consent defaultdataLayer · ad_storage: denied/)
  const about = await said(page, 'choice')
  expect(about).toContain('Decidednothing yet')
  expect(about).toContain('analyticsnot asked yet · denied')
  await expect
    .poll(() => said(page, 'choice'))
    .toContain(
      `Configuration${host.configuration.slice(0, 8)} on this page, ${host.configuration.slice(0, 8)} published`,
    )
  await page.evaluate(() => window.assent!.decide({ analytics: true, preferences: false, marketing: false }))
  await expect
    .poll(() => said(page, 'run'))
    .toEqual(['<script> http://tempo.example/exit/count.jsanalytics · tempo'])
  await expect.poll(() => said(page, 'choice')).toContain('analyticsyes · granted')
  // From now on, the script that asked is known, and what nobody reads the answer of is told too.
  await page.evaluate(
    `void fetch('http://nobody.example:${port}/').catch(() => {}); void fetch('http://nimbus.example:${port}/exit/n.js', { mode: 'no-cors' })`,
  )
  await expect
    .poll(async () => (await said(page, 'leaked')).filter(line => line.startsWith('nimbus')))
    .toHaveLength(1)
})

test('it comes to nobody who does not ask for it, and by hand on any site', async () => {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<body><p>text`))
  await page.waitForFunction(() => window.assent?.sync)
  await page.waitForTimeout(400)
  expect(host.seen.filter(path => path.includes('debug'))).toEqual([])
  await page.evaluate(`import('http://consent.test:${port}/s/loom/debug.mjs')`)
  await panel(page).waitFor()
})

test('it is used by the keyboard alone, under the harshest policy, and axe finds nothing', async () => {
  const { page } = visitor
  await open(page, '<p>text</p>', HARSH)
  await panel(page).waitFor()
  await expect.poll(() => panel(page).getByRole('status').textContent()).toMatch(/leaked/)
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('dialog')
  for (const name of ['Copy as JSON', 'Close']) {
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name)
  }
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  expect(visitor.complaints).toEqual([])
  await page.goto(
    `${host.page(`<head><title>Page</title>${host.stub}</head><body><main><h1>Page</h1></main>`)}?assent-debug`,
  )
  await panel(page).waitFor()
  for (const each of await page.locator('#assent-debug summary').all())
    // oxlint-disable-next-line no-await-in-loop
    if (await each.evaluate(summary => !(summary.parentElement as HTMLDetailsElement).open))
      await each.press('Enter')
  expect(await axeFindings(page, ['color-contrast', 'aria-dialog-name'])).toEqual([])
})
