import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Appearance, Layout } from '../../../shared/domain/appearance.ts'
import { axeFindings } from '../../support/axe.ts'
import { chromiumPath } from '../../support/chromium.ts'
import { THEMED } from '../../screenshots/looks.ts'
import { loom, startViews, type ViewsPage, type ViewsServer } from '../views-page.ts'

let browser: Browser
let views: ViewsServer

beforeAll(async () => {
  views = await startViews()
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  await views?.close()
})

async function openPage(like: ViewsPage, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(views.page(like))
  await page.waitForSelector('html[data-shown]')
  return page
}

const looking = (appearance: Partial<Appearance>): ViewsPage => ({
  site: { appearance: { ...loom.appearance, ...appearance } },
  place: appearance.layout === 'inline',
})

const DESKTOP = { width: 1280, height: 800 }
const TELEPHONE = { width: 360, height: 640 }
const ZOOMED = { width: 320, height: 200 }

/** Every pair of layout, size, scheme, language, theme and forced colours stands in one of them. */
const PAIRS: readonly (readonly [
  layout: Layout,
  size: { readonly width: number; readonly height: number },
  scheme: 'light' | 'dark',
  language: 'en' | 'ar' | 'de',
  theme: 'ours' | 'theirs',
  forced: 'none' | 'active',
])[] = [
  ['bar', DESKTOP, 'light', 'en', 'ours', 'none'],
  ['bar', TELEPHONE, 'dark', 'ar', 'theirs', 'active'],
  ['bar', ZOOMED, 'light', 'de', 'theirs', 'none'],
  ['box', DESKTOP, 'dark', 'de', 'ours', 'active'],
  ['box', TELEPHONE, 'light', 'en', 'theirs', 'none'],
  ['box', ZOOMED, 'dark', 'ar', 'ours', 'none'],
  ['inline', DESKTOP, 'light', 'ar', 'theirs', 'none'],
  ['inline', TELEPHONE, 'dark', 'de', 'ours', 'none'],
  ['inline', ZOOMED, 'dark', 'en', 'theirs', 'active'],
]

describe.each(PAIRS)(
  '%s, %o, %s, %s, theme %s, forced colours %s',
  (layout, viewport, colorScheme, language, theme, forcedColors) => {
    const like: ViewsPage = {
      ...looking({ ...(theme === 'theirs' && { theme: THEMED.theme! }), layout }),
      language,
      gpc: true,
    }
    const options = { viewport, colorScheme, forcedColors }

    test('accepting and refusing are alike, side by side and large enough, and everything can be seen', async () => {
      const page = await openPage(like, options)
      const buttons = await page.locator('#assent button').evaluateAll(all =>
        all.map(button => {
          button.scrollIntoView({ block: 'nearest' })
          const { x, y, width, height } = button.getBoundingClientRect()
          const { fontSize, fontWeight, color, backgroundColor, borderColor } = getComputedStyle(button)
          const isOnTop = document.elementFromPoint(x + width / 2, y + height / 2) === button
          const look = { fontSize, fontWeight, color, backgroundColor, borderColor }
          return { act: (button as HTMLElement).dataset['assent'], x, y, width, height, isOnTop, look }
        }),
      )
      expect(buttons.map(({ act }) => act)).toEqual(['accept', 'reject', 'settings'])
      const [accept, reject] = buttons
      expect(reject!.look).toEqual(accept!.look)
      expect([reject!.y, reject!.width, reject!.height]).toEqual([accept!.y, accept!.width, accept!.height])
      for (const { x, width, height, isOnTop } of buttons) {
        expect(isOnTop).toBe(true)
        expect(height).toBeGreaterThanOrEqual(44)
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(viewport.width)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        viewport.width,
      )
    })

    test('axe finds nothing, in the question and in the settings', async () => {
      const page = await openPage(like, options)
      // Forced colours are the reader's, and what lies over itself in a slit of a screen axe cannot tell.
      const isTold = forcedColors === 'none' && viewport !== ZOOMED
      const looked = ['button-name', ...(isTold ? ['color-contrast'] : [])]
      expect(await axeFindings(page, looked)).toEqual([])
      const settings = await openPage({ ...like, view: 'settings' }, options)
      expect(await axeFindings(settings, looked)).toEqual([])
    })

    test('what the keyboard reaches is not covered, the last link included', async () => {
      const page = await openPage(like, options)
      await page.getByRole('link', { name: 'Journal' }).focus()
      const isClear = (): Promise<string | undefined> =>
        page.evaluate(() => {
          const { left, top, width, height } = document.activeElement!.getBoundingClientRect()
          return document.elementFromPoint(left + width / 2, top + height / 2)?.id
        })
      // In a place of the page the question itself comes before the last link.
      for (let i = 0; i < 8 && !(await isLast(page)); i++) await page.keyboard.press('Tab')
      await expect.poll(isClear).toBe('last')
    })
  },
)

const isLast = (page: Page): Promise<boolean> => page.evaluate(() => document.activeElement?.id === 'last')

test.each(['bar', 'box'] as const)('the %s is reached before anything of the page', async layout => {
  const page = await openPage(looking({ layout }), { viewport: DESKTOP })
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['assent'])).toBe('notice')
})

test('a bar is wide, a box is small and stands where its position says, also from right to left', async () => {
  const place = async (appearance: Partial<Appearance>, language: 'en' | 'ar' = 'en') => {
    const page = await openPage({ ...looking(appearance), language }, { viewport: DESKTOP })
    const { x, width } = (await page.locator('#assent section').boundingBox())!
    return { start: Math.round(x), end: Math.round(DESKTOP.width - x - width), width: Math.round(width) }
  }
  const bar = await place({ layout: 'bar', position: 'bottom-end' })
  expect(bar.width).toBeGreaterThan(1_000)
  expect(bar.start).toBe(bar.end)
  expect(await place({ layout: 'box', position: 'bottom-start' })).toMatchObject({ start: 16, width: 448 })
  expect(await place({ layout: 'box', position: 'bottom-end' })).toMatchObject({ end: 16, width: 448 })
  expect(await place({ layout: 'box', position: 'bottom-start' }, 'ar')).toMatchObject({ end: 16 })
  const middle = await place({ layout: 'box', position: 'bottom' })
  expect([middle.start, middle.width]).toEqual([middle.end, 448])
})

test('a configuration from before there were layouts looks as it did', async () => {
  for (const [position, width] of [
    ['bottom', 1_152],
    ['bottom-start', 448],
  ] as const) {
    const { accent, corner, scheme } = loom.appearance
    const like: ViewsPage = { site: { appearance: { accent, corner, scheme, position } } }
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const page = await openPage(like, { viewport: DESKTOP })
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect((await page.locator('#assent section').boundingBox())!.width).toBe(width)
  }
})

test.each(['bar', 'box', 'inline'] as const)('the %s is not printed', async layout => {
  const page = await openPage(looking({ layout }), { viewport: DESKTOP })
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('#assent section').isVisible()).toBe(false)
})
