import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import {
  HARBOR,
  OFFERS,
  PERSON,
  RESEARCH,
  startPreferences,
  VISITS,
  type PreferencesServer,
} from '../support/preferences-server.ts'

let browser: Browser
let server: PreferencesServer
let visitor: Visitor
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startPreferences({
    providers: { [HARBOR]: { email: { log: true, from: 'news@harbor.example' } } },
  })
  await server.signUp()
  await server.signUp({ program: RESEARCH })
})
afterEach(async () => {
  await visitor?.leave()
  await server.close()
})

async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
  visitor = await newVisitor(browser, options)
  page = visitor.page
  await page.goto(server.origin + path)
}

const LANGUAGES = ['en', 'de', 'ar'] as const
const own = (language = 'en'): string => server.link('preferences').replace('.en.', `.${language}.`)
const stopAll = (): Locator => page.locator('[data-assent="stop-all"]:visible')
const program = (id: string): Locator => page.locator(`li[data-program="${id}"]:visible`)
const said = (text: string): Locator => page.getByText(text).locator('visible=true').first()
/** Rules that must have been applied, or finding nothing would mean nothing. */
const LOOKED = ['color-contrast', 'document-title', 'html-has-lang', 'button-name', 'label', 'target-size']
const wide = (): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

describe.each(LANGUAGES)('in %s', language => {
  test('axe finds nothing, with everything open, stopped, and with a fault; and nothing is wider than 360 px', async () => {
    await open(own(language), { viewport: { width: 360, height: 640 } })
    expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr')
    for (const summary of await page.locator('summary:visible').all()) {
      // oxlint-disable-next-line no-await-in-loop
      await summary.click()
    }
    expect(await axeFindings(page, LOOKED)).toEqual([])
    expect(await wide()).toBe(0)
    await stopAll().click()
    expect(await axeFindings(page, LOOKED)).toEqual([])
    await program(OFFERS).locator('button:visible').click()
    await page.locator('[aria-invalid="true"]').waitFor()
    expect(await axeFindings(page, LOOKED)).toEqual([])
    expect(await wide()).toBe(0)
  })

  test('axe finds nothing where the header of a message leads, nor without a link; in the dark', async () => {
    await open(server.link('unsubscribe', { program: OFFERS }), { locale: language, colorScheme: 'dark' })
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    // One of them has no field to be filled in, the other one few buttons.
    expect(
      await axeFindings(
        page,
        LOOKED.filter(rule => rule !== 'label'),
      ),
    ).toEqual([])
    await page.goto(`${server.origin}/s/${HARBOR}/preferences.${language}.html`)
    expect(
      await axeFindings(
        page,
        LOOKED.filter(rule => rule !== 'target-size'),
      ),
    ).toEqual([])
  })
})

test('without scripts: stopped with one click, started again with the box and its words, all on record', async () => {
  await open(own(), { javaScriptEnabled: false })
  await program(OFFERS).getByRole('button', { name: 'Stop' }).click()
  expect(server.status(OFFERS).reason).toBe('withdrawn')
  await said('If that was a mistake').waitFor()
  server.ledger.advance(2_000)
  const box = program(OFFERS).getByRole('checkbox', { name: 'Yes, send me offers' })
  expect(await box.isChecked()).toBe(false)
  await box.check()
  await program(OFFERS).getByRole('checkbox', { name: 'I am 16 or older.' }).check()
  await program(OFFERS).getByRole('button', { name: 'Start' }).click()
  await said('Started: Harborline offers.').waitFor()
  expect(server.status(OFFERS).decision).toBe('send')
  await said('What is on record').click()
  expect(await page.getByRole('link', { name: 'Download receipt' }).count()).toBe(4)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download receipt' }).first().click()
  expect((await download).suggestedFilename()).toMatch(/^receipt-[\w-]+\.json$/)
  expect(visitor.complaints).toEqual([])
})

test('by keyboard: "stop everything" is the first thing the page offers, and Enter does it', async () => {
  await open(own())
  // Past the way back and the languages.
  for (let n = 0; n < 5; n++) {
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('Tab')
  }
  expect(await stopAll().evaluate(button => button === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await said('Everything is stopped.').waitFor()
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(server.status(VISITS).decision).toBe('send')
})

/** By Tab alone, past whatever else can be reached. */
async function tabTo(name: string): Promise<void> {
  for (let n = 0; n < 8; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one key after the other
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    if (await page.locator(`[name="${name}"]:focus`).count()) return
  }
  throw new Error(`"${name}" is not reached`)
}

test('by keyboard: a changed address, from the summary to its answer', async () => {
  await open(own())
  await page.locator('summary:visible').first().focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('robin.hale@post.example')
  await tabTo(`move.${OFFERS}`)
  await page.keyboard.press('Space')
  await tabTo(`move-of-age.${OFFERS}`)
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await said('Changed: no advertising goes to the old one any more.').waitFor()
  expect(server.status(OFFERS).reason).toBe('withdrawn')
  expect(server.status(OFFERS, 'robin.hale@post.example').reason).toBe('pending_double_optin')
})

/** Clicks it takes until something is so; typing is not counted, though only starting needs any. */
function counting(): { click(target: Locator): Promise<void>; readonly clicks: number } {
  let clicks = 0
  return {
    async click(target) {
      clicks++
      await target.click()
    },
    get clicks() {
      return clicks
    },
  }
}

test('stopping takes no more clicks than starting, by every road of a message', async () => {
  const starting = counting()
  await open(`/s/${HARBOR}/opt-in.${OFFERS}.en.html`)
  await starting.click(page.locator('[name="email"]'))
  await page.locator('[name="email-address"]').fill('kim@mail.example')
  await starting.click(page.locator('[name="of-age"]'))
  await starting.click(page.getByRole('button', { name: 'Sign up' }))
  expect(server.status(OFFERS, 'kim@mail.example').decision).toBe('send')

  const roads: readonly [string, () => Locator][] = [
    [server.link('unsubscribe', { program: OFFERS }), () => page.locator('[data-assent="stop-one"]:visible')],
    [server.link('unsubscribe', { program: OFFERS }), stopAll],
    [own(), stopAll],
    [own(), () => program(OFFERS).getByRole('button', { name: 'Stop' })],
  ]
  for (const [path, button] of roads) {
    server.ledger.advance(10_000)
    // oxlint-disable no-await-in-loop -- one road after the other
    await server.signUp()
    expect(server.status(OFFERS).decision).toBe('send')
    await page.goto(server.origin + path)
    const stopping = counting()
    await stopping.click(button())
    expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(stopping.clicks).toBe(1)
    expect(stopping.clicks).toBeLessThanOrEqual(starting.clicks)
    // oxlint-enable no-await-in-loop
  }
})

test('a link scanner opens everything and presses nothing: then a person stops', async () => {
  const before = server.size()
  await open(server.link('unsubscribe', { program: OFFERS }))
  const links = await page.locator('a[href]').evaluateAll(all => all.map(a => (a as HTMLAnchorElement).href))
  const mine = links.filter(link => link.startsWith(server.origin)).concat(page.url())
  for (const link of mine) {
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(['GET', 'HEAD'].map(method => fetch(link, { method })))
  }
  expect(mine.length).toBeGreaterThan(3)
  expect(server.size()).toBe(before)
  await page.locator('[data-assent="stop-one"]:visible').click()
  await said('Stopped: Harborline offers.').waitFor()
  expect(server.status(OFFERS).reason).toBe('withdrawn')
  expect(server.status(RESEARCH).decision).toBe('hold')
})

test('the language can be changed on the way, and it stays the same person’s page', async () => {
  await open(own())
  await page.getByRole('link', { name: 'Deutsch' }).click()
  await said('Sie bekommen dies seit dem').waitFor()
  await stopAll().click()
  await said('Alles ist beendet.').waitFor()
  expect(server.status(OFFERS).reason).toBe('withdrawn')
  expect(await page.content()).not.toContain(PERSON)
})
