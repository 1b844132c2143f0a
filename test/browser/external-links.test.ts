import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
import { HARSH_STYLED, loomSite, startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  const { appearance } = loomSite()
  ;[host, browser] = await Promise.all([
    startFixture({
      appearance: { ...appearance, externalLinks: { ownHosts: ['weave.example'], mark: true } },
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => void (visitor = await newVisitor(browser)))
afterEach(() => visitor.leave())

const NOTE = 'leads to another website, which the privacy notice here does not cover'
const LINKS = `<main><h1>Shop</h1>
<p><a id="own" href="/shop">Shop</a> <a id="below" href="https://shop.weave.example/">Yarn</a>
<a id="origin" href="http://www.loom.test:8789/">Home</a> <a id="mail" href="mailto:a@weave.example">Write</a>
<a id="other" href="https://dye.example/">Dyes</a> <a id="alike" href="https://notweave.example/">Alike</a>
<a id="hint" href="https://wool.example/" aria-describedby="said">Wool</a> <span id="said">from the hills</span></p></main>`

/** As a screen reader is told it, by the browser itself. */
async function described(page: Page): Promise<Record<string, string>> {
  const devtools = await page.context().newCDPSession(page)
  const { nodes } = await devtools.send('Accessibility.getFullAXTree')
  await devtools.detach()
  return Object.fromEntries(
    nodes
      .filter(({ role }) => role?.value === 'link')
      .map(({ name, description }) => [String(name?.value), String(description?.value ?? '')]),
  )
}

async function open(body: string, language = 'en'): Promise<Page> {
  const { page } = visitor
  const html = `<title>Shop</title>${host.stub}${body}`
  await page.goto(
    host.page(
      language === 'en'
        ? html
        : `<script nonce="n">document.documentElement.lang="${language}"</script>${html}`,
      HARSH_STYLED,
    ),
  )
  await press(page, 'reject')
  await page.locator('#assent-external').waitFor({ state: 'attached' })
  return page
}

test('a link to another host is announced as one, once, beside what describes it already; those of the owner are not', async () => {
  const page = await open(LINKS)
  expect(await described(page)).toEqual({
    Shop: '',
    Yarn: '',
    Home: '',
    Write: '',
    Dyes: NOTE,
    Alike: NOTE,
    Wool: `from the hills ${NOTE}`,
  })
  expect(await axeFindings(page, ['link-name'])).toEqual([])
  expect(visitor.complaints).toEqual([])
})

test('links that come or change later follow, and those of a body that was replaced', async () => {
  const page = await open(LINKS)
  await page.evaluate(() => {
    document.querySelector<HTMLAnchorElement>('#other')!.href = '/dyes'
    document.querySelector<HTMLAnchorElement>('#own')!.href = 'https://dye.example/shop'
  })
  await expect.poll(() => described(page)).toMatchObject({ Dyes: '', Shop: NOTE })
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = 'https://late.example/'
    link.textContent = 'Late'
    const body = document.createElement('body')
    body.append(link)
    document.body.replaceWith(body)
  })
  await expect.poll(() => described(page)).toEqual({ Late: NOTE })
})

test('the arrow stands after such a link, and nowhere where the page draws something itself', async () => {
  const { page } = visitor
  await open(`<style nonce="n">#alike::after{content:''}</style>${LINKS}`)
  const after = (id: string) =>
    page.evaluate(which => getComputedStyle(document.getElementById(which)!, '::after').content, id)
  expect(await after('other')).toContain('\u2197')
  expect(await after('own')).toBe('none')
  expect(await after('alike')).toBe('""')
  const [name] = Object.keys(await described(page)).filter(each => each.startsWith('Dyes'))
  expect(name).toBe('Dyes')
})

test("the page's own nodes stay as they are", async () => {
  const page = await open(LINKS)
  const words = (): Promise<string[]> =>
    page.evaluate(() => [...document.querySelectorAll('main a')].map(link => link.innerHTML))
  expect(await words()).toEqual(['Shop', 'Yarn', 'Home', 'Write', 'Dyes', 'Alike', 'Wool'])
})

test('it is said in the language of the page', async () => {
  const page = await open(LINKS, 'de')
  expect((await described(page))['Dyes']).toContain('führt zu einer anderen Website')
})
