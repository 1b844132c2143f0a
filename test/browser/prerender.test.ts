import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBare, type Devtools } from '../support/devtools.ts'
import { eventually } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'
import { answerExits } from './gates/files.ts'

/*
 * Chromium prerenders nothing for a page that somebody is attached to. So the page asks the test's own server what to do next,
 * and is attached to only once there is nothing left to prerender.
 */
let host: Fixture
let browser: Devtools
/** The page that waits to be told what to do. */
let waits: ServerResponse | undefined
/** What the browser said each request of a page is for. */
const purposes: string[] = []

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({}, (site, request, response, next) => {
      if (request.url === '/next') waits = response
      else {
        purposes.push(`${request.url}: ${String(request.headers['sec-purpose'])}`)
        answerExits(site, request, response, next)
      }
    }),
    launchBare(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
let visitor: string
beforeEach(async () => {
  host.taken.length = host.seen.length = purposes.length = 0
  waits = undefined
  ;({ browserContextId: visitor } = await browser.ask<{ browserContextId: string }>(
    'Target.createBrowserContext',
  ))
})
afterEach(() => browser.ask('Target.disposeBrowserContext', { browserContextId: visitor }))

const DECIDE = (granted: boolean): string =>
  `assent.decide({ preferences: ${granted}, analytics: ${granted}, marketing: ${granted} })`
const GO = 'document.querySelector("#next").click()'
const MARKED = `<script type="text/plain" data-consent="marketing" src="/exit/script.js"></script>
  <script type="text/plain" data-consent="marketing">(window.ran ??= []).push('inline')</script>
  <iframe data-consent="marketing" data-src="/exit/frame.html" title="t"></iframe>
  <img data-consent="marketing" data-src="/exit/picture.svg" alt="">`
const OPENED = ['frame.html', 'picture.svg', 'script.js']
const exits = (): string[] =>
  host.seen.flatMap(path => (path.includes('/exit/') ? [path.split('/').at(-1)!] : [])).toSorted()
const cookies = async (): Promise<string[]> => {
  const { cookies: all } = await browser.ask<{ cookies: { name: string }[] }>('Storage.getCookies', {
    browserContextId: visitor,
  })
  return all.map(({ name }) => name)
}
/** Has the page do this, and waits until it asks again: a prerendered page asks nothing. */
const tell = async (does: string): Promise<void> => {
  await eventually(() => waits).toBeDefined()
  const response = waits!
  waits = undefined
  response.end(does)
}

/** A page that prerenders the next one, and obeys. @returns the address of the next, once that is there */
async function openBefore(next: string): Promise<string> {
  const { pathname } = new URL(next)
  const obeys = `for (;;) await new Function(await (await fetch('/next')).text())()`
  const page = host.page(`${host.stub}<body><a id="next" href="${pathname}">next</a>
    <script type="speculationrules">{"prerender":[{"source":"list","urls":["${pathname}"],"eagerness":"immediate"}]}</script>
    <script>(async () => { ${obeys} })()</script>`)
  await browser.ask('Target.createTarget', { url: page, browserContextId: visitor })
  // As a page of its own, with everything it needs.
  await eventually(() => host.seen.filter(path => path.includes('/assent.js')).length).toBe(2)
  expect(purposes).toContain(`${pathname}: prefetch;prerender`)
  return next
}
/** What a page that is there after all was before, and what it has now. */
const state = (page: string) =>
  browser.evaluate<object>(
    page,
    `({ wasPrerendered: performance.getEntriesByType('navigation')[0].activationStart > 0,
        ran: window.ran ?? [], banners: document.querySelectorAll('body > #assent').length })`,
  )
const next = (): string => host.page(`${host.stub}<body><p>next</p>${MARKED}`)
/** Longer than gates take to see a change of the page. */
const aMoment = (): Promise<void> => new Promise(done => setTimeout(done, 500))

test('a prerendered page asks nothing, keeps nothing and records nothing that nobody granted; shown, it asks once', async () => {
  const page = await openBefore(next())
  await aMoment()
  expect([exits(), await cookies(), host.taken]).toEqual([[], [], []])
  await tell(GO)
  await eventually(() => state(page)).toEqual({ wasPrerendered: true, ran: [], banners: 1 })
  expect([exits(), await cookies(), host.taken]).toEqual([[], [], []])
})

test('what was granted while a page lay prerendered counts as soon as it is shown, and nobody is asked again', async () => {
  const page = await openBefore(next())
  await aMoment()
  await tell(DECIDE(true))
  await eventually(() => host.taken.length).toBeGreaterThan(0)
  await tell(GO)
  await eventually(() => state(page)).toEqual({ wasPrerendered: true, ran: ['script', 'inline'], banners: 0 })
  await eventually(exits).toEqual(OPENED)
  // Where there are no locks both pages may send it; the ledger has it once.
  expect(new Set(host.taken.map(({ id }) => id)).size).toBe(1)
})

test('what was taken back while a page lay prerendered is not there any more once it is shown', async () => {
  const before = host.page(`${host.stub}<body><script>(async () => {
    await new Function(await (await fetch('/next')).text())() })()</script>`)
  await browser.ask('Target.createTarget', { url: before, browserContextId: visitor })
  await tell(DECIDE(true))
  await eventually(() => host.taken.length).toBe(1)
  host.seen.length = 0
  const page = await openBefore(next())
  await eventually(exits).toEqual(OPENED)
  await tell('assent.withdraw()')
  await eventually(() => host.taken.some(({ type }) => type === 'withdrawal')).toBe(true)
  // What ran is gone with the page, and so is the page that prerenders: that one is asked for anew.
  await tell(GO)
  await aMoment()
  expect(await state(page)).toMatchObject({ ran: [], banners: 0 })
  expect(exits()).toEqual(OPENED)
})
