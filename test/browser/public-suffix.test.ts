import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually, launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFixture(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const kept = async () =>
  (await visitor.context.cookies())
    .filter(({ name }) => !name.startsWith('assent_'))
    .map(({ name, domain, path }) => `${name} ${domain} ${path}`)
    .toSorted()

test.each([
  [
    'www.invented-loom.co.uk',
    ['.invented-loom.co.uk', '.www.invented-loom.co.uk', 'www.invented-loom.co.uk'],
  ],
  ['invented-loom.github.io', ['.invented-loom.github.io', 'invented-loom.github.io']],
  ['localhost', ['localhost']],
  ['127.0.0.1', ['127.0.0.1']],
])(
  'on %s a cookie goes under whichever domain it was set, and no list of public suffixes is needed',
  async (name, domains) => {
    const { page, context } = visitor
    await page.goto(host.page(`${host.stub}<p>text`, {}, { host: name, path: '/a/page' }))
    await press(page, 'accept')
    const expected = domains.flatMap(domain =>
      ['/', '/a'].map(path => ({ name: '_tempo', value: '1', domain, path })),
    )
    await context.addCookies(expected)
    expect(await kept()).toEqual(expected.map(({ domain, path }) => `_tempo ${domain} ${path}`).toSorted())
    // What the browser is asked to set, and what it would keep.
    await page.evaluate(() => window.assent!.withdraw())
    await eventually(kept).toEqual([])
    // The browser refuses what would reach a neighbour, so asking costs nothing.
    const stuck = await page.evaluate(() => {
      const labels = location.hostname.split('.')
      return labels
        .map((_, first) => labels.slice(first).join('.'))
        .filter((domain, i) => {
          document.cookie = `probe${i}=1;domain=${domain}`
          return document.cookie.includes(`probe${i}=1`)
        })
    })
    expect(stuck.toSorted()).toEqual(
      [...new Set(domains.map(domain => domain.replace(/^\./, '')))].toSorted(),
    )
  },
)
