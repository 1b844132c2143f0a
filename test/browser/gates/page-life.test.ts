import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, ran, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

const packaged = createRequire(import.meta.url)
const LIBRARIES: Readonly<Record<string, string>> = {
  turbo: join(dirname(packaged.resolve('@hotwired/turbo/package.json')), 'dist/turbo.es2017-umd.js'),
  htmx: join(dirname(packaged.resolve('htmx.org/package.json')), 'dist/htmx.js'),
}

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture(
      { gating: { more: true, aliases: { ads: 'marketing' } } },
      (site, request, response, next) => {
        const library = LIBRARIES[/^\/lib\/(\w+)/.exec(request.url ?? '')?.[1] ?? '']
        if (library !== undefined)
          response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(library))
        else answerExits(site, request, response, next)
      },
    ),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const says = (name: string): string => `(window.ran??=[]).push('${name}')`
/** A page that has something of each kind: two scripts in order, one by another tool's attribute, a frame, a style sheet. */
const marked = (name: string): string => `<h1>${name}</h1>
  <script type="text/plain" data-consent="marketing" src="/runs/${name}-100"></script>
  <script type="text/plain" data-consent="marketing">${says(`${name} after`)}</script>
  <script type="text/plain" data-category="ads">${says(`${name} alias`)}</script>
  <link rel="stylesheet" data-consent="marketing" data-href="/exit/${name}.css">
  <iframe data-consent="marketing" data-src="/exit/${name}.html" title="t"></iframe>`
const opened = (name: string) => [`${name} after`, `${name} alias`, `${name}-100`]
const exits = () => host.seen.filter(path => path.includes('/exit/')).toSorted()
const accept = (page: Page) => page.locator('#assent [data-assent=accept]').click()
const known = (page: Page) => page.locator('[data-assent=open]').first().waitFor({ state: 'attached' })

/** How each kind of client-side navigation gets from one page to the next: what its page has, and what is clicked. */
const NAVIGATIONS: Readonly<Record<string, { head: string; link: (next: string) => string }>> = {
  Turbo: { head: '<script src="/lib/turbo"></script>', link: next => `<a href="${next}">go</a>` },
  htmx: {
    head: '<script src="/lib/htmx"></script>',
    link: next => `<button hx-get="${next}" hx-target="body" hx-swap="innerHTML">go</button>`,
  },
  'the History API with innerHTML': {
    head: `<script>window.go = async next => {
      const parsed = new DOMParser().parseFromString(await (await fetch(next)).text(), 'text/html')
      history.pushState(null, '', next)
      document.querySelector('main').innerHTML = parsed.querySelector('main').innerHTML
    }</script>`,
    link: next => `<button onclick="go('${next}')">go</button>`,
  },
  'a view transition that swaps head and body, as Astro’s': {
    head: `<script>window.go = async next => {
      const parsed = new DOMParser().parseFromString(await (await fetch(next)).text(), 'text/html')
      document.startViewTransition(() => {
        history.pushState(null, '', next)
        for (const old of [...document.head.children]) if (!old.matches('script')) old.remove()
        document.body.replaceWith(parsed.body)
      })
    }</script>`,
    link: next => `<button onclick="go('${next}')">go</button>`,
  },
}

test.each(Object.entries(NAVIGATIONS))(
  'after %s the next page waits like the first, the banner is there, and what is granted runs once',
  async (_name, { head, link }) => {
    const { page } = visitor
    const top = `<head>${host.stub}${head}</head><body>`
    const next = new URL(host.page(`${top}<main>${marked('next')}</main>`)).pathname
    const third = new URL(host.page(`${top}<main>${marked('third')}</main>`)).pathname
    await page.goto(host.page(`${top}<main>${link(next)}${marked('first')}</main>`))
    await known(page)
    await page.getByText('go', { exact: true }).click()
    await page.getByRole('heading', { name: 'next' }).waitFor()
    await page.waitForTimeout(400)
    expect([await ran(page), exits()]).toEqual([[], []])
    await accept(page)
    const ranNow = async () => (await ran(page)).toSorted()
    await expect.poll(ranNow).toEqual(opened('next'))
    await expect.poll(exits).toEqual(['www.loom.test/exit/next.css', 'www.loom.test/exit/next.html'])
    await page.evaluate(html => {
      document.querySelector('main')!.innerHTML = html
      ;(window as { htmx?: { process(of: Element): void } }).htmx?.process(document.body)
      document.querySelector('main')!.querySelector<HTMLElement>('a,button')!.click()
    }, link(third))
    await page.getByRole('heading', { name: 'third' }).waitFor()
    await expect.poll(ranNow).toEqual([...opened('next'), ...opened('third')].toSorted())
    await page.waitForTimeout(300)
    expect(await ranNow()).toHaveLength(6)
    expect(exits()).toHaveLength(4)
    expect(await page.locator('[data-assent=open]').count()).toBe(1)
    expect(visitor.complaints).toEqual([])
  },
)

test('a decision in another tab opens everything here, once', async () => {
  const address = host.page(`${host.stub}<body>${marked('page')}`)
  const { page } = visitor
  await page.goto(address)
  const other = await visitor.context.newPage()
  await other.goto(address)
  await known(other)
  await accept(page)
  for (const each of [page, other])
    // oxlint-disable-next-line no-await-in-loop
    await expect.poll(async () => (await ran(each)).toSorted()).toEqual(opened('page'))
  await expect.poll(exits).toHaveLength(4)
})

test('a page that comes back from the back-forward cache applies what was decided meanwhile, once', async () => {
  const { page } = visitor
  const address = host.page(`${host.stub}<body>${marked('page')}`)
  await page.goto(address)
  await known(page)
  await page.evaluate(() => Object.assign(window, { isTheSame: true }))
  await page.goto(host.page(`${host.stub}<body><p>other`))
  await accept(page)
  await expect.poll(() => host.taken.length).toBe(1)
  // What comes from there is not loaded, so there is no load to wait for.
  await page.goBack({ waitUntil: 'commit' })
  await expect.poll(async () => (await ran(page)).toSorted()).toEqual(opened('page'))
  expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true)
  await expect.poll(() => exits().length).toBe(2)
})
