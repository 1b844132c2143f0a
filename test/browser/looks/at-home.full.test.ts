import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Layout } from '../../../shared/domain/appearance.ts'
import { chromiumPath } from '../../support/chromium.ts'
import { loom, startViews, type ViewsPage, type ViewsServer } from '../views-page.ts'

const installed = (path: string): string =>
  readFileSync(createRequire(import.meta.url).resolve(path), 'utf8').replace(/@charset[^;]*;/, '')
const own = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

/** As each is put into a page. */
const SHEETS: readonly (readonly [name: string, css: string])[] = [
  ['Bootstrap', installed('bootstrap/dist/css/bootstrap.css')],
  [
    "Tailwind's preflight",
    `@layer theme,base,components,utilities;@layer base{${installed('tailwindcss/preflight.css')}}`,
  ],
  ['Bulma', installed('bulma/css/bulma.css')],
  ["WordPress's block styles", own('wordpress.css')],
  ['a hostile sheet', own('hostile.css')],
]

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

const RECORD = {
  decidedAt: Date.UTC(2026, 10, 20, 9, 41),
  configuration: 'deadbeef',
  choices: { preferences: true, analytics: false, marketing: false },
  flags: 0,
  gpc: false,
  secret: '0123',
}

async function openPage(like: ViewsPage): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(views.page(like))
  await page.waitForSelector('html[data-shown]', { state: 'attached' })
  await page.evaluate(() => document.querySelectorAll('details').forEach(each => (each.open = true)))
  return page
}

/** Everything the browser draws by: of one element of each kind of ours, of what stands before and after it, and where it is. */
const drawn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const kinds = new Map<string, Element>()
    for (const element of document.querySelectorAll('#assent *')) {
      const kind = `${element.tagName}.${element.className}[${element.getAttribute('data-assent') ?? ''}]`
      if (!kinds.has(kind)) kinds.set(kind, element)
    }
    // A place of the page's own moves with the page, and is as wide.
    const isPlaced = document.querySelector('[data-assent-banner] > #assent') !== null
    const isOurs = (name: string): boolean =>
      !name.startsWith('--') &&
      !(isPlaced && /size|width|height|origin|inset|^(left|right|top|bottom)$/.test(name))
    return [...kinds].flatMap(([kind, element]) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      const where = (isPlaced ? [] : [x, y, width, height]).map(Math.round).join(' ')
      return [null, '::before', '::after'].flatMap(part => {
        const style = getComputedStyle(element, part)
        return [...style]
          .filter(isOurs)
          .map(name => `${kind}${part ?? ` at ${where}`} ${name}: ${style.getPropertyValue(name)}`)
      })
    })
  })

async function difference(like: ViewsPage, css: string): Promise<string[]> {
  const bare = await drawn(await openPage(like))
  const dressed = await drawn(await openPage({ ...like, css }))
  expect(bare.length).toBeGreaterThan(1_000)
  expect(dressed.length).toBe(bare.length)
  return dressed.filter((line, i) => line !== bare[i])
}

const inLayout = (layout: Layout): ViewsPage => ({
  site: { appearance: { ...loom.appearance, layout } },
  place: layout === 'inline',
})

describe.each(SHEETS)('beside %s', (_, css) => {
  test.each<[string, ViewsPage]>([
    ['the bar', { ...inLayout('bar'), gpc: true }],
    ['the box', { ...inLayout('box'), gpc: true }],
    ['the settings', { view: 'settings', record: RECORD, receipt: { id: 'x', index: 4217 } }],
  ])('%s is drawn as on a bare page, in every property', async (__, like) => {
    expect(await difference(like, css)).toEqual([])
  })
})

test.each(SHEETS.slice(0, -1))(
  'beside %s the question in a place of the page is drawn as on a bare one',
  async (_, css) => {
    expect(await difference(inLayout('inline'), css)).toEqual([])
  },
)

test('an important rule in a layer of the page wins over ours: that is seen here, and the README says so', async () => {
  const css = '@layer theirs { #assent button { color: rgb(255, 0, 0) !important } }'
  expect(await difference(inLayout('box'), css)).toContainEqual(
    expect.stringMatching(/^BUTTON.* color: rgb\(255, 0, 0\)$/),
  )
})
