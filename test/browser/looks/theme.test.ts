import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import { chromiumPath } from '../../support/chromium.ts'
import { newVisitor, press } from '../../support/page.ts'
import { THEMED } from '../../screenshots/looks.ts'
import { HARSH, loomSite, startFixture, type Fixture } from '../consent-host.ts'
import { loom, startViews, type ViewsPage, type ViewsServer } from '../views-page.ts'

let browser: Browser
let views: ViewsServer

beforeAll(async () => {
  views = await startViews()
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  })
})
afterAll(async () => {
  await browser?.close()
  await views?.close()
})

const site: Partial<SiteConfiguration> = { appearance: { ...loom.appearance, ...THEMED } }
const FRAME =
  'data-consent="marketing" data-service="vista" data-src="https://vista.example/1" width="640" height="360"'
/** Colours of the theme, as computed styles write them. */
const OWN = {
  light: { background: 'rgb(255, 250, 242)', text: 'rgb(43, 29, 20)', accent: 'rgb(122, 46, 29)' },
  dark: { background: 'rgb(33, 25, 21)', text: 'rgb(246, 236, 226)', accent: 'rgb(240, 163, 94)' },
} as const

async function openPage(like: ViewsPage, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(views.page({ ...like, site, css: 'body{font-family:Georgia,serif}' }))
  await page.waitForSelector('html[data-shown]')
  return page
}

const look = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate(element => {
      const { backgroundColor, color, fontFamily, fontSize, borderRadius, boxShadow } =
        getComputedStyle(element)
      return { backgroundColor, color, fontFamily, fontSize, borderRadius, boxShadow }
    })

for (const scheme of ['light', 'dark'] as const) {
  const { background, text, accent } = OWN[scheme]

  test.each<[string, ViewsPage, string, string]>([
    ['the question', {}, '#assent section', '[data-assent=accept]'],
    ['the settings', { view: 'settings' }, '.assent-settings', '[data-assent=save]'],
    ['the notice', { view: 'notice' }, '.assent-notice dialog', ''],
  ])(`%s wears the theme (${scheme})`, async (_, like, box, button) => {
    const page = await openPage(like, scheme)
    expect(await look(page, box)).toMatchObject({
      backgroundColor: background,
      color: text,
      fontFamily: 'Georgia, serif',
      fontSize: '17px',
      borderRadius: '6px',
    })
    // oxlint-disable-next-line vitest/no-conditional-expect -- the notice has no button
    if (button) expect((await look(page, button)).backgroundColor).toBe(accent)
  })

  test(`the placeholder of an embed wears it, too (${scheme})`, async () => {
    const page = await openPage({ view: 'embed', frame: FRAME }, scheme)
    expect(await look(page, '.assent-embed > [role=group]')).toMatchObject({ color: text, fontSize: '17px' })
    expect((await look(page, '.assent-embed [data-assent=accept]')).backgroundColor).toBe(accent)
  })
}

/** A published site whose parts and pages are served, too. */
async function published(changes: Partial<SiteConfiguration>): Promise<Fixture> {
  const host = await startFixture(changes)
  onTestFinished(() => host.close())
  return host
}

test('the button that reopens the settings wears it, light and dark', async () => {
  const host = await published({ appearance: { ...loomSite().appearance, ...THEMED } })
  for (const scheme of ['light', 'dark'] as const) {
    // oxlint-disable no-await-in-loop -- one page after the other
    const visitor = await newVisitor(browser, { colorScheme: scheme })
    await visitor.page.goto(host.page(`${host.stub}<p>text`, HARSH))
    await press(visitor.page, 'reject')
    const { backgroundColor, color } = await look(visitor.page, 'body > [data-assent=open]')
    expect([backgroundColor, color]).toEqual([OWN[scheme].background, OWN[scheme].text])
    await visitor.leave()
    // oxlint-enable no-await-in-loop
  }
})

test('what a page says of its buttons does not reach the one that reopens the settings', async () => {
  const host = await published({})
  const css =
    'button{width:100%;margin:9px;text-transform:uppercase;letter-spacing:4px;opacity:.2;transform:scale(3)}'
  const boxes: unknown[] = []
  for (const sheet of ['', `<style>${css}</style>`]) {
    // oxlint-disable no-await-in-loop -- as above
    const visitor = await newVisitor(browser)
    await visitor.page.goto(host.page(`${host.stub}${sheet}<p>text`))
    await press(visitor.page, 'reject')
    const control = visitor.page.locator('body > [data-assent=open]')
    boxes.push(await control.boundingBox(), await control.evaluate(each => getComputedStyle(each).opacity))
    await visitor.leave()
    // oxlint-enable no-await-in-loop
  }
  expect(boxes.slice(2)).toEqual(boxes.slice(0, 2))
  expect(boxes[0]).toMatchObject({ height: expect.toSatisfy((height: number) => height >= 44) as number })
})

const PLACE = '<div data-assent-banner></div>'
const inline = (): Promise<Fixture> =>
  published({ appearance: { ...loomSite().appearance, layout: 'inline' } })

test.each([
  ['in its place, where the page has one', PLACE, true],
  ['as a bar over the page, where it has none', '', false],
])('inline: it stands %s', async (_, place, isPlaced) => {
  const host = await inline()
  const visitor = await newVisitor(browser)
  onTestFinished(() => visitor.leave())
  await visitor.page.goto(host.page(`${host.stub}<h1>Shop</h1>${place}<p>text`, HARSH))
  await visitor.page.locator('#assent [data-assent=reject]').waitFor()
  expect(await visitor.page.locator('[data-assent-banner] > #assent').count()).toBe(isPlaced ? 1 : 0)
  const position = await visitor.page
    .locator('#assent section')
    .evaluate(box => getComputedStyle(box).position)
  expect(position).toBe(isPlaced ? 'static' : 'fixed')
  await visitor.page.locator('#assent [data-assent=reject]').click()
  await expect.poll(() => host.taken.length).toBe(1)
  expect(visitor.complaints).toEqual([])
})

test('inline: it moves into a place that a framework builds later, and settings open over it', async () => {
  const host = await inline()
  const visitor = await newVisitor(browser)
  onTestFinished(() => visitor.leave())
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<h1>Shop</h1>`, HARSH))
  await page.locator('body > #assent').waitFor({ state: 'attached' })
  await page.locator('body > [data-assent=open]').waitFor({ state: 'attached' })
  await expect.poll(() => host.seen.some(path => path.includes('/parts.'))).toBe(true)
  await page.evaluate(() => {
    setTimeout(() => {
      const place = document.createElement('div')
      place.dataset['assentBanner'] = ''
      document.body.append(place)
    }, 300)
  })
  await page.locator('[data-assent-banner] > #assent').waitFor({ state: 'attached' })
  await page.locator('[data-assent-banner] [data-assent=settings]').click()
  await page.locator('.assent-settings').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('[data-assent-banner] [data-assent=accept]').click()
  await expect.poll(() => page.locator('#assent').count()).toBe(0)
})
