import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acknowledged,
  eventually,
  launchBrowser,
  newVisitor,
  ours,
  press,
  ran,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser
let visitor: Visitor
let warnings: string[]

/** Two domains of one owner, and somebody else's. */
const HERE = 'www.loom.test'
const THERE = 'loom-shop.test'
const ELSEWHERE = 'vista.example'

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
  const policy = `default-src 'none'; script-src 'nonce-n' ${world.host}; connect-src ${world.host}; require-trusted-types-for 'script'; trusted-types 'none'`
  const serve = (address: string, html: string) =>
    world.plain.serve(address, `<!doctype html><html lang="en">${html}`, {
      'content-security-policy': policy,
    })
  const stub = world.snippet.replace('<script', '<script nonce="n"')
  const marked = `<script nonce="n" type="text/plain" data-consent="analytics">(window.ran ??= []).push('analytics')</script>`
  const there = world.plain.origin(THERE)
  serve(
    `${HERE}/`,
    `${stub}<a id="shop" href="${there}/">Shop</a> <a id="prices" href="${there}/#prices">Prices</a>
     <a id="planted" href="${there}/#assent=${'a'.repeat(32)}">Shop</a>
     <form action="${there}/"><input name="q" value="wool"><button>Search</button></form>`,
  )
  serve(
    `${THERE}/`,
    `${stub}${marked}<a id="back" href="${world.plain.origin(HERE)}/">Back</a><h2 id="prices" >Prices</h2>`,
  )
  serve(`${ELSEWHERE}/`, '<p>elsewhere')
  await world.publish('loom', configuration => ({
    ...configuration,
    origins: [...configuration.origins, there],
    choice: { ...configuration.choice, handOver: true },
  }))
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
  warnings = []
  visitor.context.on('console', message => {
    if (message.text().startsWith('Assent:')) warnings.push(message.text())
  })
  await goHome()
})
afterEach(() => visitor.leave())

const cookieOf = async (host: string): Promise<string | undefined> =>
  (await visitor.context.cookies()).find(({ name, domain }) => name === 'assent_loom' && domain === host)
    ?.value
const handed = () => visitor.requests.filter(url => url.includes('/hand-overs'))
/** The part that listens for clicks comes last of all. */
const listens = (): Promise<unknown> =>
  visitor.page.waitForFunction(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).some(
      ({ name, responseEnd }) =>
        name.includes('/parts.') && responseEnd > 0 && responseEnd + 50 < performance.now(),
    ),
  )
const goHome = async (): Promise<void> => {
  await visitor.page.goto(`${world.plain.origin(HERE)}/`)
  await listens()
}
const arrived = async (page: Page = visitor.page): Promise<void> => {
  await page.waitForURL(`${world.plain.origin(THERE)}/**`)
  await ours(page, 'open').waitFor()
}

test('a yes goes along with a click: no second question, one entry, and its proof opens there, too', async () => {
  const { page } = visitor
  await press(page, 'accept')
  await acknowledged(visitor, 1)
  const size = world.size()
  await page.click('#shop')
  await arrived()
  await eventually(() => cookieOf(THERE)).toBe(await cookieOf(HERE))
  await eventually(() => ran(page)).toEqual(['analytics'])
  await eventually(() => page.locator('#assent').count()).toBe(0)
  expect(page.url()).toBe(`${world.plain.origin(THERE)}/`)
  expect(world.size()).toBe(size)
  const { entries } = await world.history(visitor.posted[0]!.secret!)
  expect(entries.map(({ id }) => id)).toEqual([visitor.posted[0]!.id])
  await page.reload()
  await ours(page, 'open').waitFor()
  expect(await page.locator('#assent').count()).toBe(0)
  expect([visitor.complaints, warnings]).toEqual([[], []])
})

test('a no goes along as well, and nothing that tells who said it', async () => {
  const { page } = visitor
  await press(page, 'reject')
  await acknowledged(visitor, 1)
  await page.click('#shop')
  await arrived()
  await eventually(() => cookieOf(THERE)).toBe(await cookieOf(HERE))
  expect((await cookieOf(THERE))!.split('.')).toHaveLength(5)
  expect(await ran(page)).toEqual([])
})

test('it goes along into a new tab, by the keyboard, with a form, and to a place within the page', async () => {
  const { page, context } = visitor
  await press(page, 'accept')
  await eventually(() => cookieOf(HERE)).toBeDefined()
  const leaves: [string, () => Promise<unknown>][] = [
    ['a new tab', () => page.click('#shop', { modifiers: ['Control'] })],
    ['the middle button', () => page.click('#shop', { button: 'middle' })],
    ['the keyboard', () => page.press('#shop', 'Enter')],
    ['a form', () => page.click('form button')],
    ['a place', () => page.click('#prices')],
  ]
  for (const [how, leave] of leaves) {
    // oxlint-disable no-await-in-loop -- one after the other
    await context.clearCookies({ domain: THERE })
    const before = new Set(context.pages())
    await leave()
    const there = async () =>
      context
        .pages()
        .find(
          each => each.url().startsWith(world.plain.origin(THERE)) && (each === page || !before.has(each)),
        )
    await eventually(there).toBeDefined()
    await eventually(() => cookieOf(THERE)).toBe(await cookieOf(HERE))
    const opened = (await there())!
    const rest = { 'a form': '?q=wool', 'a place': '#prices' }[how] ?? ''
    await eventually(() => opened.url()).toBe(`${world.plain.origin(THERE)}/${rest}`)
    if (opened === page) await goHome()
    else await opened.close()
    // Nobody copies a token from a link.
    expect(await page.locator('#shop').getAttribute('href')).toBe(`${world.plain.origin(THERE)}/`)
    // oxlint-enable no-await-in-loop
  }
  expect([visitor.complaints, warnings]).toEqual([[], []])
})

test('a withdrawal follows its grant to the other domain, and a newer choice there stands', async () => {
  const { page } = visitor
  await press(page, 'accept')
  await acknowledged(visitor, 1)
  await page.click('#shop')
  await eventually(() => cookieOf(THERE)).toBe(await cookieOf(HERE))
  await goHome()
  await page.evaluate(() => {
    window.assent!.withdraw()
  })
  await acknowledged(visitor, 2)
  await page.click('#shop')
  await arrived()
  await eventually(() => cookieOf(THERE)).toBe(await cookieOf(HERE))
  // What ran there goes with the page, which is loaded again.
  await eventually(() => ran(page)).toEqual([])
  // Decided there, later than here.
  await page.evaluate(() => window.assent!.decide({ analytics: true }))
  await acknowledged(visitor, 3)
  const newer = await cookieOf(THERE)
  await goHome()
  await page.click('#shop')
  await arrived()
  await eventually(() => handed().filter(url => url.endsWith('/taken')).length).toBe(3)
  await page.waitForTimeout(300)
  expect(await cookieOf(THERE)).toBe(newer)
  // And goes back by itself.
  await page.click('#back')
  await eventually(() => cookieOf(HERE)).toBe(newer)
  expect(warnings).toEqual([])
})

test('where nothing was decided nothing goes along, and a token that somebody wrote into a link is taken out', async () => {
  const { page } = visitor
  await ours(page, 'accept').waitFor()
  await page.waitForLoadState('networkidle')
  await page.click('#planted')
  await ours(page, 'accept').waitFor()
  expect(page.url()).toBe(`${world.plain.origin(THERE)}/`)
  expect(handed()).toEqual([])
  expect(await cookieOf(THERE)).toBeUndefined()
  await expect(ours(page, 'accept').count()).resolves.toBe(1)
})

test('a token works once, for who comes from the other domain, and never in the browser of somebody else', async () => {
  const { page } = visitor
  await press(page, 'accept')
  await acknowledged(visitor, 1)
  const asked = page.waitForRequest(request => request.url().endsWith('/hand-overs'))
  await page.click('#shop')
  const { token } = JSON.parse((await asked).postData()!) as { token: string }
  await eventually(() => cookieOf(THERE)).toBeDefined()
  const address = `${world.plain.origin(THERE)}/#assent=${token}`
  // Once more, from the right place.
  await page.goto('about:blank')
  await visitor.context.clearCookies({ domain: THERE })
  await page.goto(address, { referer: `${world.plain.origin(HERE)}/` })
  await eventually(() => warnings).toEqual([expect.stringContaining('it was taken already')])
  expect(await cookieOf(THERE)).toBeUndefined()
  // A fresh one, in a link of a stranger's.
  const fresh = 'b'.repeat(32)
  const left = await fetch(`${world.local}/v1/sites/loom/hand-overs`, {
    method: 'POST',
    headers: { origin: world.plain.origin(HERE), 'content-type': 'text/plain' },
    body: JSON.stringify({ token: fresh, to: world.plain.origin(THERE), choice: await cookieOf(HERE) }),
  })
  expect(left.status).toBe(200)
  const stranger = await visitor.context.newPage()
  await stranger.goto(`${world.plain.origin(THERE)}/#assent=${fresh}`, {
    referer: `${world.plain.origin(ELSEWHERE)}/`,
  })
  await eventually(() => warnings.slice(1)).toEqual([
    expect.stringContaining('did not come from a page of this site'),
  ])
  expect(stranger.url()).toBe(`${world.plain.origin(THERE)}/`)
  // Not even asked for: it still opens for whom it was meant.
  await stranger.goto(`${world.plain.origin(THERE)}/#assent=nonsense`)
  await eventually(() => warnings.slice(2)).toEqual([expect.stringContaining('is none of ours')])
  expect(await cookieOf(THERE)).toBeUndefined()
})

test('who has a record of their own there keeps it', async () => {
  const { page } = visitor
  await page.goto(`${world.plain.origin(THERE)}/`)
  await press(page, 'accept')
  await acknowledged(visitor, 1)
  const own = await cookieOf(THERE)
  await goHome()
  await press(page, 'accept')
  await acknowledged(visitor, 2)
  await page.click('#shop')
  await arrived()
  await eventually(() => warnings).toEqual([expect.stringContaining('a record of its own')])
  expect(await cookieOf(THERE)).toBe(own)
  // Who takes everything back takes that back, too: under the record it belongs to.
  await goHome()
  await page.evaluate(() => {
    window.assent!.withdraw()
  })
  await acknowledged(visitor, 3)
  await page.click('#shop')
  await acknowledged(visitor, 4)
  const [there, here, ...withdrawals] = visitor.posted
  expect(withdrawals).toMatchObject([
    { type: 'withdrawal', method: 'api', secret: here!.secret },
    { type: 'withdrawal', method: 'api', secret: there!.secret },
  ])
  await eventually(() => page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
})
