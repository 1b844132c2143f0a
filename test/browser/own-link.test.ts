import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, ours, press, type Visitor } from '../support/page.ts'
import { HARSH, HARSH_STYLED, loomSite, startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let told: string[]

beforeAll(async () => {
  const { appearance } = loomSite()
  ;[host, browser] = await Promise.all([
    startFixture({ appearance: { ...appearance, control: 'own-link' } }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.mood = 'answers'
  visitor = await newVisitor(browser)
  told = []
  visitor.page.on('console', message => told.push(message.text()))
})
afterEach(() => visitor.leave())

const LINK = '<footer><a id="own" href="/cookies" data-assent-open="settings">Cookie settings</a></footer>'
const control = (page: Page) => page.locator('body > [data-assent=open]')

async function answered(body: string): Promise<Page> {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<title>Shop</title><p>text</p>${body}`, HARSH_STYLED))
  await press(page, 'reject')
  await control(page).waitFor({ state: 'attached' })
  return page
}
/** Longer than the part waits before it looks. */
const aMoment = (page: Page): Promise<void> => page.waitForTimeout(1_500)

test("the owner's link opens the settings, takes the focus back, and no button of ours is seen", async () => {
  const page = await answered(LINK)
  await aMoment(page)
  expect(await control(page).isVisible()).toBe(false)
  await page.locator('#own').focus()
  await page.keyboard.press('Enter')
  await page.locator('.assent-settings').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.assent-settings').waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('own')
  expect(page.url()).not.toContain('/cookies')
  expect(told.filter(line => line.startsWith('Assent'))).toEqual([])
  expect(visitor.complaints).toEqual([])
})

test.each([
  ['has none', ''],
  ['has one that nobody sees', `<div hidden>${LINK}</div>`],
  ['has one in a closed menu', `<details><summary>More</summary>${LINK}</details>`],
  ['has one that is made transparent', `<div class="gone">${LINK}</div>`],
  ['has one moved out of the page', `<div class="away">${LINK}</div>`],
  ['has one without words', LINK.replace('Cookie settings', '')],
  ['has one that no keyboard reaches', LINK.replace('<a ', '<a tabindex="-1" ')],
  ['has one that is no link', LINK.replaceAll('<a ', '<span ')],
  ['has one that leads to the notice', LINK.replace('="settings"', '="notice"')],
])('on a page that %s, the button comes all the same, and the owner is told', async (_, body) => {
  const style = '<style nonce="n">.gone{opacity:0}.away{position:absolute;left:-9999px}</style>'
  const page = await answered(style + body)
  await control(page).waitFor({ state: 'visible' })
  await press(page, 'open')
  await page.locator('.assent-settings').waitFor()
  expect(told.filter(line => line.includes('data-assent-open="settings"'))).toHaveLength(1)
})

test('a link that comes later takes the place of the button, and one that goes gives it back', async () => {
  const page = await answered('')
  await control(page).waitFor({ state: 'visible' })
  await page.evaluate(() => {
    const link = document.createElement('button')
    link.dataset['assentOpen'] = 'settings'
    link.textContent = 'Cookie settings'
    document.body.append(link)
  })
  await control(page).waitFor({ state: 'hidden' })
  await page.evaluate(() => document.querySelector('[data-assent-open]')!.remove())
  await expect.poll(() => control(page).isVisible()).toBe(true)
})

test('where the part does not come, the button is there for everybody', async () => {
  await visitor.page.route(/\/parts\./, route => route.abort())
  const page = await answered(LINK)
  await expect.poll(() => control(page).isVisible()).toBe(true)
})

test('after "Choose" in a banner that is gone, the focus is on the link of the owner', async () => {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<title>Shop</title><p>text</p>${LINK}`, HARSH))
  await press(page, 'settings')
  await page.locator('.assent-settings [data-assent=reject]').click()
  await page.locator('.assent-settings').waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('own')
  expect(await ours(page, 'accept').count()).toBe(0)
})
