/**
 * Takes pictures of the widget on the demo shop: each layout, light and dark, on a desktop and a telephone, and in Arabic; and
 * puts some of them together on one sheet, `looks.jpg`, as the README shows it.
 * Usage: node test/screenshots/take.ts FOLDER [look...]
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/page.ts'
import { loomSite, startFixture, type OwnServer } from '../browser/consent-host.ts'
import { LOOKS, type Look } from './looks.ts'

const SHOP = join(import.meta.dirname, '../../demo/loom')
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}
const SIZES = {
  desktop: { width: 1280, height: 720 },
  telephone: { width: 360, height: 720 },
} as const
const PAGES = { en: 'index.html', ar: 'index.ar.html' } as const

const [folder, ...wanted] = process.argv.slice(2)
if (!folder) throw new Error('name the folder that the pictures go to')
mkdirSync(folder, { recursive: true })

/** The shop as it is, with the stub where its own server puts it. */
const shop =
  (stub: () => string, isInline: boolean): OwnServer =>
  (_site, request, response, next) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const type = TYPES[extname(pathname)]
    if (!type) return next()
    const text = readFileSync(join(SHOP, pathname), 'utf8')
      .replace('<!-- assent -->', stub)
      .replace(/<main[^>]*>/, main =>
        isInline ? `<div class="wide" data-assent-banner></div>${main}` : main,
      )
    response.writeHead(200, { 'content-type': type }).end(text)
  }

async function take(browser: Browser, { name, appearance }: Look): Promise<void> {
  const site = loomSite()
  const host = await startFixture(
    { appearance: { ...site.appearance, ...appearance } },
    shop(() => host.stub, appearance.layout === 'inline'),
  )
  const { port } = new URL(host.page(''))
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [size, viewport] of Object.entries(SIZES))
      for (const [language, file] of Object.entries(PAGES)) {
        // oxlint-disable no-await-in-loop -- one page at a time, on a machine of two cores
        const context = await browser.newContext({ viewport, colorScheme, locale: language })
        const page = await context.newPage()
        const picture = (of: string): Promise<Buffer> =>
          page.screenshot({ path: join(folder!, `${name}-${of}-${size}-${colorScheme}-${language}.png`) })
        await page.goto(`http://www.loom.test:${port}/${file}`)
        await page.locator('#assent [data-assent=accept]').waitFor()
        await page.waitForTimeout(200)
        await picture('banner')
        await page.locator('#assent [data-assent=settings]').click()
        await page.locator('.assent-settings').waitFor()
        await page.waitForTimeout(200)
        await picture('settings')
        await context.close()
        // oxlint-enable no-await-in-loop
      }
  host.close()
}

const SHEET = [
  'bar-banner-desktop-light-en',
  'theme-settings-desktop-dark-en',
  'inline-banner-desktop-dark-ar',
  'theme-banner-desktop-light-en',
  'box-banner-telephone-dark-en',
  'inline-banner-telephone-light-en',
  'theme-banner-telephone-dark-ar',
  'box-settings-telephone-light-en',
]

async function sheet(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, deviceScaleFactor: 1 })
  const pictures = SHEET.map(name => {
    const bytes = readFileSync(join(folder!, `${name}.png`)).toString('base64')
    return `<img class="${/desktop|telephone/.exec(name)![0]}" src="data:image/png;base64,${bytes}">`
  })
  await page.setContent(`<style>
    body { margin: 0; padding: 12px; width: fit-content; display: grid; grid-template-columns: repeat(4, 230px); gap: 12px; background: #8b8f99 }
    img { display: block; width: 100%; border-radius: 6px } .desktop { grid-column: span 2 }
  </style>${pictures.join('')}`)
  await page.waitForTimeout(300)
  await page.locator('body').screenshot({ path: join(folder!, 'looks.jpg'), type: 'jpeg', quality: 56 })
}

const browser = await launchBrowser()
try {
  for (const look of LOOKS)
    // oxlint-disable-next-line no-await-in-loop -- as above
    if (wanted.length === 0 || wanted.includes(look.name)) await take(browser, look)
  await sheet(browser)
} finally {
  await browser.close()
}
