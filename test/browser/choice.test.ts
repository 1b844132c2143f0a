import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acknowledged,
  eventually,
  hostsOf,
  launchBrowser,
  lookAround,
  newVisitor,
  NOTHING,
  ours,
  press,
  ran,
  whatIsKept,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const OWN_HOSTS = ['consent.test', 'www.loom.test']
const vendorRequests = (): string[] => visitor.requests.filter(url => url.includes('/vendor/'))
const consentCookie = expect.stringMatching(/^assent_loom www\.loom\.test \/$/)

async function open(path = '/'): Promise<void> {
  await visitor.page.goto(world.loom + path)
  await ours(visitor.page, 'accept').waitFor()
}

test('where the origin is not one of the site, the browser shows its owner what to add, and the answer waits', async () => {
  const { page } = visitor
  world.plain.serve(
    'vista.example/',
    `<!doctype html><html lang="en"><title>New</title>${world.snippet}<body>`,
  )
  const origin = world.plain.origin('vista.example')
  const told: string[] = []
  page.on('console', message => message.type() === 'error' && told.push(message.text()))
  await page.goto(`${origin}/`)
  const [refused] = await Promise.all([
    page.waitForResponse(response => response.url().endsWith('/decisions')),
    press(page, 'reject'),
  ])
  expect(refused.status()).toBe(403)
  // As the network panel shows it.
  expect(await refused.json()).toMatchObject({
    detail: `Add "${origin}" to "origins" in the configuration of "loom" and publish that.`,
  })
  await eventually(() => told.join()).toContain('403')
  expect((await whatIsKept(visitor)).local).toHaveLength(1)
})

test('before a choice nothing optional is asked for, nothing is stored, and no other host hears of the visit', async () => {
  const before = world.size()
  await open('/shop/')
  await lookAround(visitor.page)
  expect(hostsOf(visitor.requests)).toEqual(OWN_HOSTS)
  expect(vendorRequests()).toEqual([])
  expect(await ran(visitor.page)).toEqual([])
  expect(await whatIsKept(visitor)).toEqual(NOTHING)
  // A preconnect or a look-up of a name is no request, so it would not be among them.
  const links = await visitor.page.evaluate(() =>
    Array.from(document.querySelectorAll('link'), link => link.href),
  )
  expect(hostsOf(links)).toEqual(OWN_HOSTS)
  expect(visitor.posted).toEqual([])
  expect(world.size()).toBe(before)
  expect(visitor.complaints).toEqual([])
})

test('after twenty page views without a click nothing was granted and nothing optional ran', async () => {
  const before = world.size()
  for (let view = 0; view < 20; view++) {
    // oxlint-disable-next-line no-await-in-loop
    await open(view % 2 ? '/' : '/shop/')
    // oxlint-disable-next-line no-await-in-loop
    expect(await ran(visitor.page)).toEqual([])
  }
  expect(vendorRequests()).toEqual([])
  expect(visitor.posted).toEqual([])
  expect(await whatIsKept(visitor)).toEqual(NOTHING)
  expect(world.size()).toBe(before)
})

test('declining keeps everything optional away, now and after a reload, and is one entry', async () => {
  const before = world.size()
  await open('/shop/')
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  const declined = async (): Promise<void> => {
    await lookAround(visitor.page)
    expect(await ran(visitor.page)).toEqual([])
    expect(vendorRequests()).toEqual([])
    expect(hostsOf(visitor.requests)).toEqual(OWN_HOSTS)
    expect(await whatIsKept(visitor)).toEqual({ ...NOTHING, cookies: [consentCookie] })
    expect(await ours(visitor.page, 'accept').count()).toBe(0)
  }
  await declined()
  await visitor.page.reload()
  await declined()
  expect(world.size()).toBe(before + 1)
  const [decision] = visitor.posted
  expect(visitor.posted).toHaveLength(1)
  expect(await world.entry(decision!.id)).toMatchObject({
    type: 'decision',
    method: 'banner',
    choices: { preferences: false, analytics: false, marketing: false },
  })
  // A person who only ever refused is nobody's subject.
  expect(await world.entry(decision!.id)).not.toHaveProperty('subject')
  expect(decision).not.toHaveProperty('secret')
})

test('declining leaves no preference cookie, though the page works; allowing preferences leaves it', async () => {
  const themeCookies = async (): Promise<string[]> =>
    (await visitor.context.cookies()).map(({ name }) => name).filter(name => name === 'loom_theme')
  await open()
  await press(visitor.page, 'reject')
  await visitor.page.getByRole('button', { name: 'Indigo' }).click()
  expect(await visitor.page.locator('html').getAttribute('data-theme')).toBe('indigo')
  expect(await themeCookies()).toEqual([])
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: true, analytics: false, marketing: false }),
  )
  await eventually(themeCookies).toEqual(['loom_theme'])
})

test('accepting runs each held-back script exactly once, in order, without a reload, and is one entry', async () => {
  const before = world.size()
  await open('/shop/')
  await visitor.page.evaluate(() => void ((window as { same?: true }).same = true))
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toHaveLength(4)
  await lookAround(visitor.page, 2)
  const order = await ran(visitor.page)
  expect(order.toSorted()).toEqual(['adrift', 'pica', 'tempo', 'tempo page'])
  expect(order.filter(name => name !== 'adrift')).toEqual(['tempo', 'tempo page', 'pica'])
  expect(await visitor.page.evaluate(() => (window as { same?: true }).same)).toBe(true)
  expect(
    vendorRequests()
      .map(url => url.replace(/.*vendor/, ''))
      .toSorted(),
  ).toEqual(['/adrift.js', '/tempo.js', '/vista.css', '/vista.html'])
  await acknowledged(visitor, 1)
  expect(world.size()).toBe(before + 1)
  const { id, secret } = visitor.posted[0]!
  expect(await world.entry(id, secret)).toMatchObject({
    type: 'decision',
    method: 'banner',
    choices: { preferences: true, analytics: true, marketing: true },
    subject: expect.stringMatching(/^[0-9a-f]{44}$/) as string,
  })
  expect(visitor.complaints).toEqual([])
})

test('what was allowed once runs on every later page, once each, with no banner', async () => {
  await open()
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('advert')
  await visitor.page.goto(`${world.loom}/shop/`)
  await eventually(() => ran(visitor.page)).toHaveLength(4)
  await lookAround(visitor.page, 1)
  expect((await ran(visitor.page)).toSorted()).toEqual(['adrift', 'pica', 'tempo', 'tempo page'])
  expect(await ours(visitor.page, 'accept').count()).toBe(0)
})

test('content that comes late waits like any other, and runs once when it may', async () => {
  await open('/shop/')
  await visitor.page.getByRole('button', { name: 'Load more' }).click()
  await visitor.page.getByText('Ring overshot').waitFor()
  await lookAround(visitor.page, 1)
  expect(await ran(visitor.page)).toEqual([])
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('tempo late')
  await visitor.page.goto(`${world.loom}/shop/`)
  await visitor.page.getByRole('button', { name: 'Load more' }).click()
  await eventually(() => ran(visitor.page)).toContain('tempo late')
  expect((await ran(visitor.page)).filter(name => name === 'tempo late')).toHaveLength(1)
})

test('a service that nobody approved stays blocked even with consent', async () => {
  await open('/shop/')
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('pica')
  await lookAround(visitor.page, 2)
  expect(await ran(visitor.page)).not.toContain('nimbus')
  expect(visitor.requests.filter(url => url.includes('nimbus'))).toEqual([])
})

test('accepting, declining and withdrawing are each one entry with the browser’s and the server’s time', async () => {
  const before = world.size()
  const started = Date.now()
  await open()
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: true, analytics: true, marketing: true }),
  )
  await acknowledged(visitor, 2)
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await eventually(() => visitor.posted.length).toBe(3)
  await eventually(() => world.size()).toBe(before + 3)
  const secret = visitor.posted[1]!.secret
  const entries = await Promise.all(
    visitor.posted.map(({ id, secret: own }) => world.entry(id, own ?? secret)),
  )
  expect(entries.map(({ type }) => type)).toEqual(['decision', 'decision', 'withdrawal'])
  for (const { decidedAt, receivedAt } of entries as { decidedAt: number; receivedAt: number }[]) {
    expect(decidedAt).toBeGreaterThanOrEqual(started)
    expect(receivedAt).toBeGreaterThanOrEqual(started)
    expect(receivedAt).toBeLessThanOrEqual(Date.now())
  }
  const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
  const { entries: told } = await world.history(secret!)
  expect(told).toHaveLength(2)
  for (const { decidedAt, receivedAt } of told) {
    expect(decidedAt).toMatch(RFC_3339)
    expect(receivedAt).toMatch(RFC_3339)
  }
  expect(await world.verify()).toMatch(/loom/)
})

test('who declines can read the page; the video says why it is missing and offers the choice in place', async () => {
  await open('/shop/')
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  await eventually(() => visitor.page.getByRole('heading', { name: 'Patterns' }).isVisible()).toBe(true)
  expect(await visitor.page.getByText('What is said in the film').isVisible()).toBe(true)
  const frame = visitor.page.locator('iframe.video')
  const allow = visitor.page.locator('main [data-assent="accept"]')
  await allow.waitFor()
  expect(await frame.getAttribute('src')).toBeNull()
  await allow.click()
  await eventually(() => visitor.requests.some(url => url.endsWith('/vendor/vista.html'))).toBe(true)
  await acknowledged(visitor, 2)
  const { id, secret } = visitor.posted[1]!
  expect(await world.entry(id, secret)).toMatchObject({ method: 'embed', choices: { marketing: true } })
})

test('the settings explain in words what statistics cookies do, before anything is switched on', async () => {
  await open()
  await press(visitor.page, 'settings')
  const dialog = visitor.page.getByRole('dialog')
  await dialog.waitFor()
  expect(await dialog.getByText('Counts which pages are used').isVisible()).toBe(true)
  expect(await dialog.getByText('Statistics only').isVisible()).toBe(true)
  expect(await ran(visitor.page)).toEqual([])
})
