import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noticeVersion } from '../../widget/render/notice-document.ts'
import { axeFindings } from '../support/axe.ts'
import {
  acknowledged,
  hostsOf,
  launchBrowser,
  newVisitor,
  NOTHING,
  ours,
  press,
  whatIsKept,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'
import { loom, startViews, type ViewsPage, type ViewsServer } from './views-page.ts'

const LANGUAGES = ['en', 'de', 'ar'] as const
type Language = (typeof LANGUAGES)[number]

const DEMO: Readonly<Record<Language, string>> = { en: '/', de: '/index.de.html', ar: '/index.ar.html' }
const TITLE: Readonly<Record<Language, string>> = {
  en: 'Privacy notice of Loomwork',
  de: 'Datenschutzhinweise von Loomwork',
  ar: 'إشعار الخصوصية لدى \u2068Loomwork\u2069',
}
const REVISED: Readonly<Record<Language, string>> = {
  en: 'November 1, 2026',
  de: '1. November 2026',
  ar: '1 نوفمبر 2026',
}

let world: World
let browser: Browser
let views: ViewsServer

beforeAll(async () => {
  ;[world, views, browser] = await Promise.all([startWorld(), startViews(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await views?.close()
  await world?.stop()
})

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const visitor = await newVisitor(browser, options)
  onTestFinished(visitor.leave)
  await visitor.page.goto(world.loom + path)
  return visitor
}

/** A page of the harshest policy with the view in it. */
async function openView(like: ViewsPage = {}, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(views.page({ view: 'notice', ...like }))
  await page.waitForSelector('html[data-shown]')
  return page
}

const notice = (page: Page): Locator => page.locator('.assent-notice dialog')
const link = (page: Page): Locator => page.locator('#assent a[data-assent=notice]')
/** What the focus is on, by name or text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: at } = document
    return (at as HTMLElement).dataset['assent'] ?? at!.id ?? at!.tagName
  })

/** What stands at the top of a notice, and whether the date comes before every heading of it. */
const top = (root: Locator) =>
  root.evaluate(element => {
    const time = element.querySelector('time')!
    const headings = [...element.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    return {
      title: headings[0]!.textContent,
      revised: [time.dateTime, time.textContent],
      version: element.querySelector('code')!.textContent,
      dateIsFirst: headings.every(
        heading => (time.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
      ),
    }
  })

const expectedTop = (language: Language) => ({
  title: TITLE[language],
  revised: [loom.notice.lastRevised, REVISED[language]],
  version: noticeVersion(loom),
  dateIsFirst: true,
})

describe('on the demo site', () => {
  test.each(LANGUAGES)(
    'the banner’s link opens the notice before any decision, with the right version and the date on top (%s)',
    async language => {
      const visitor = await visit(DEMO[language])
      const { page } = visitor
      await link(page).click()
      await notice(page).waitFor()
      expect(await top(notice(page))).toEqual(expectedTop(language))
      expect(await notice(page).isVisible()).toBe(true)
      // Reading is no decision.
      expect(await whatIsKept(visitor)).toEqual(NOTHING)
      expect(hostsOf(visitor.requests)).toEqual(['consent.test', 'www.loom.test'])
      await page.keyboard.press('Escape')
      await notice(page).waitFor({ state: 'detached' })
      expect(await focused(page)).toBe('notice')
      expect(await ours(page, 'reject').isVisible()).toBe(true)
      expect(await whatIsKept(visitor)).toEqual(NOTHING)
      expect(visitor.complaints).toEqual([])
    },
  )

  test.each(LANGUAGES)(
    'the settings’ link opens it after a decision, and both give the focus back (%s)',
    async language => {
      const visitor = await visit(DEMO[language])
      const { page } = visitor
      await press(page, 'accept')
      await acknowledged(visitor, 1)
      await press(page, 'open')
      await link(page).click()
      await notice(page).waitFor()
      expect(await top(notice(page))).toEqual(expectedTop(language))
      await page.keyboard.press('Escape')
      await notice(page).waitFor({ state: 'detached' })
      expect(await page.locator('dialog.assent-settings').isVisible()).toBe(true)
      expect(await focused(page)).toBe('notice')
      await page.keyboard.press('Escape')
      await page.locator('dialog.assent-settings').waitFor({ state: 'detached' })
      expect(await focused(page)).toBe('open')
      expect(visitor.posted).toHaveLength(1)
      expect(visitor.complaints).toEqual([])
    },
  )

  test('its address is a page, which opens in a tab of its own for whoever asks for one', async () => {
    const { page, context } = await visit('/')
    const address = `${world.host}/s/loom/notice.en.html`
    expect(await link(page).getAttribute('href')).toBe(address)
    const opened = context.waitForEvent('page')
    await link(page).click({ modifiers: ['Control'] })
    const tab = await opened
    await tab.waitForURL(address)
    expect(await top(tab.locator('main'))).toEqual(expectedTop('en'))
    expect(await notice(page).count()).toBe(0)
    await link(page).click()
    expect(await notice(page).locator('[data-assent=page]').getAttribute('href')).toBe(address)
  })

  test('the site’s own code opens it, before anything of ours has come too', async () => {
    const { page } = await visit('/')
    await page.addInitScript(() =>
      document.addEventListener('DOMContentLoaded', () => window.assent?.open('notice')),
    )
    await page.reload()
    await notice(page).waitFor()
    expect(await notice(page).count()).toBe(1)
  })

  test.each(LANGUAGES)(
    'with JavaScript off the link of the page leads to the whole notice (%s)',
    async language => {
      const { page, complaints } = await visit(DEMO[language], { javaScriptEnabled: false })
      await page.locator('footer p > a').click()
      await page.waitForURL(`${world.host}/s/loom/notice.${language}.html`)
      // Evaluating works without the page’s own scripts.
      expect(await top(page.locator('main'))).toEqual(expectedTop(language))
      for (const { title } of loom.notice.sections)
        expect(await page.getByRole('heading', { name: title[language]!, exact: true }).isVisible()).toBe(
          true,
        )
      await page.locator('footer p > a').click()
      const versions = page.locator('main li a')
      expect(await versions.count()).toBe(1)
      await versions.click()
      expect(page.url()).toMatch(/notice\.\w\w\.[0-9a-f]{64}\.html$/)
      expect(await top(page.locator('main'))).toEqual(expectedTop(language))
      // Its style sheet counts under its own policy.
      expect(await page.locator('body').evaluate(body => getComputedStyle(body).maxWidth)).not.toBe('none')
      expect(complaints).toEqual([])
    },
  )

  test('every language of the page leads to the others', async () => {
    const { page } = await visit('/')
    await page.goto(`${world.host}/s/loom/notice`)
    for (const language of ['de', 'ar', 'en'] as const) {
      await page.locator(`nav a[lang=${language}]`).click()
      await page.waitForURL(`${world.host}/s/loom/notice.${language}.html`)
      expect(await page.locator('h1').textContent()).toBe(TITLE[language])
    }
  })
})

describe('accessibility', () => {
  test.each(LANGUAGES)('axe finds nothing in the view, light or dark (%s)', async language => {
    const page = await openView({ language })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await axeFindings(page, ['color-contrast', 'button-name', 'heading-order'])).toEqual([])
    }
  })

  test.each(LANGUAGES)('axe finds nothing in the pages, light or dark (%s)', async language => {
    // axe itself is a script, which the pages’ own policy refuses.
    const { page } = await visit('/', { bypassCSP: true })
    for (const name of ['notice', 'notice-versions'])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(`${world.host}/s/loom/${name}.${language}.html`)
        expect(await axeFindings(page, ['color-contrast', 'page-has-heading-one', 'html-has-lang'])).toEqual(
          [],
        )
      }
  })

  test('the view holds the focus, starts at its title, and goes round', async () => {
    const page = await openView()
    expect(await focused(page)).toBe('assent-notice')
    const links = await notice(page).locator('a, button').count()
    expect(links).toBeGreaterThan(10)
    await page.keyboard.press('Shift+Tab')
    expect(
      await page.evaluate(() => document.activeElement!.matches('.assent-notice a:not([data-assent])')),
    ).toBe(true)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('page')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('close')
    for (let i = 0; i < links; i++) {
      await page.keyboard.press('Tab')
      expect(
        await page.evaluate(() => document.querySelector('dialog')!.contains(document.activeElement)),
      ).toBe(true)
    }
    expect(await focused(page)).toBe('close')
    await page.keyboard.press('Enter')
    expect(await notice(page).count()).toBe(0)
  })

  test('a click into its text leaves the keyboard inside: Escape closes the notice and nothing else', async () => {
    const page = await openView({ view: 'first' })
    await link(page).click()
    await notice(page).locator('time').click()
    expect(await page.evaluate(() => document.activeElement!.className)).toBe('assent-notice-text')
    await page.keyboard.press('Escape')
    await notice(page).waitFor({ state: 'detached' })
    expect(await page.locator('#assent > section').isVisible()).toBe(true)
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
  })

  test('the arrows scroll it from where it starts', async () => {
    const page = await openView()
    await page.keyboard.press('PageDown')
    await expect.poll(() => notice(page).evaluate(dialog => dialog.scrollTop)).toBeGreaterThan(100)
  })

  test('a link to a part of it goes there, and leaves the address of the page alone', async () => {
    const page = await openView()
    const before = page.url()
    await notice(page).locator('a[href="#assent-notice-withdrawal"]').first().click()
    expect(await focused(page)).toBe('assent-notice-withdrawal')
    await expect
      .poll(() =>
        page
          .locator('#assent-notice-withdrawal')
          .evaluate(part => part.getBoundingClientRect().bottom <= innerHeight),
      )
      .toBe(true)
    expect(page.url()).toBe(before)
  })

  const NARROW: [string, BrowserContextOptions][] = [
    ['320 px', { viewport: { width: 320, height: 568 } }],
    ['400 % zoom', { viewport: { width: 320, height: 200 } }],
  ]
  for (const [layout, options] of NARROW)
    test.each(LANGUAGES)(`nothing is cut off or scrolls sideways at ${layout} (%s)`, async language => {
      const isTooWide = (root: Locator): Promise<string[]> =>
        root.evaluate(element =>
          [element, ...element.querySelectorAll('*')]
            .filter(each => !each.closest('.assent-unseen, thead'))
            .filter(each => {
              const { left, right } = each.getBoundingClientRect()
              return left < -0.5 || right > innerWidth + 0.5
            })
            .map(each => each.outerHTML.slice(0, 80)),
        )
      const page = await openView({ language }, options)
      expect(await isTooWide(notice(page))).toEqual([])
      expect(await notice(page).evaluate(dialog => dialog.scrollWidth - dialog.clientWidth)).toBe(0)
      const { page: plain } = await visit('/', options)
      await plain.goto(`${world.host}/s/loom/notice.${language}.html`)
      expect(await isTooWide(plain.locator('body'))).toEqual([])
      expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    })
})

describe('on a page of the harshest policy', () => {
  test('breaks nothing, needs no inline style, and leaves nothing behind', async () => {
    const page = await openView({ view: 'first' })
    await link(page).click()
    await notice(page).waitFor()
    expect(await page.locator('.assent-notice [style], .assent-notice [onclick]').count()).toBe(0)
    await notice(page).locator('[data-assent=close]').click()
    expect(
      await page.evaluate(() => [
        (window as never as { violations?: string[] }).violations,
        document.querySelectorAll('.assent-notice').length,
        // The banner’s own.
        document.adoptedStyleSheets.length,
      ]),
    ).toEqual([undefined, 0, 1])
  })

  test('opened twice, it stands there once', async () => {
    const page = await openView()
    await page.evaluate(() => {
      const { handle } = window as never as { handle: { open(view: string): void } }
      handle.open('notice')
    })
    await expect.poll(() => focused(page)).toBe('assent-notice')
    expect(await page.locator('.assent-notice').count()).toBe(1)
    expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(1)
  })

  test('a hostile style sheet changes nothing in it', async () => {
    const css = `
      * { letter-spacing: 9px !important; text-transform: uppercase !important; margin: 33px !important }
      dialog, section, header, p, table, h2, h3, a { position: absolute !important; left: -9999px !important; color: #fff !important; background: #fff !important }
      button, a { display: none !important } div { height: 0 !important; overflow: hidden !important } *::before { content: 'ad' !important }`
    const looks = (page: Page): Promise<unknown[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('.assent-notice *')].map(element => {
          const { x, y, width, height } = element.getBoundingClientRect()
          const { color, backgroundColor, fontSize, display, letterSpacing } = getComputedStyle(element)
          return [
            element.tagName,
            ...[x, y, width, height].map(Math.round),
            color,
            backgroundColor,
            fontSize,
            display,
            letterSpacing,
          ]
        }),
      )
    const plain = await looks(await openView())
    expect(plain.length).toBeGreaterThan(100)
    expect(await looks(await openView({ css }))).toEqual(plain)
  })
})
