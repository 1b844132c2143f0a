import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acknowledged,
  eventually,
  launchBrowser,
  lookAround,
  newVisitor,
  ours,
  press,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'
import { exitsOf, HINT_NAMES, WAY_NAMES, watchLeaks, type Leaks } from './leaks.ts'

let world: World
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
  const pages = { gated: world.snippet + exitsOf(world.plain, true), bare: exitsOf(world.plain, false) }
  for (const [name, html] of Object.entries(pages))
    // `localhost` is a secure context, where a page may keep things in every way there is.
    world.plain.serve(
      `localhost/${name}`,
      `<!doctype html><html lang="en"><title>Page</title><body>${html}<p>text`,
      name === 'bare' ? { 'set-cookie': 'server=1' } : {},
    )
  world.plain.serve('localhost/worker.js', '')
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const NOTHING_LEFT: Omit<Leaks, 'hosts'> = { heard: [], hints: [], kept: [], setCookies: [], credentials: [] }
const OWN = ['consent.test', 'localhost']
const KINDS = ['cookie', 'local', 'session', 'database', 'cache', 'worker']

async function open(name: 'gated' | 'bare'): Promise<() => Promise<Leaks>> {
  const leaks = await watchLeaks(visitor.context, visitor.page, world.plain)
  await visitor.page.goto(`${world.plain.origin('localhost')}/${name}`, { waitUntil: 'domcontentloaded' })
  return leaks
}

test('a page that asks nobody is caught in every way in which it leaks', async () => {
  const leaks = await open('bare')
  await eventually(async () => (await leaks()).heard).toEqual(WAY_NAMES)
  await eventually(async () => (await leaks()).kept).toEqual(KINDS)
  expect(await leaks()).toMatchObject({
    hints: HINT_NAMES,
    setCookies: ['server=1'],
    hosts: ['localhost', 'vista.example'],
  })
})

test('P1 P2 before a choice nothing is kept in any way, no answer sets a cookie, and no other host hears of the visit', async () => {
  const leaks = await open('gated')
  await ours(visitor.page, 'accept').waitFor()
  await lookAround(visitor.page, 5)
  await visitor.page.mouse.move(40, 40)
  expect(await leaks()).toEqual({ ...NOTHING_LEFT, hosts: OWN })
  expect(visitor.posted).toEqual([])
})

test('P3 after a refusal it stays so, beside one record of the choice: after a reload, going back, and in a second tab', async () => {
  const before = world.size()
  const leaks = await open('gated')
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  const refused = async (): Promise<void> => {
    await lookAround(visitor.page, 1)
    expect(await leaks()).toEqual({ ...NOTHING_LEFT, kept: ['cookie'], hosts: OWN })
    expect((await visitor.context.cookies()).map(({ name }) => name)).toEqual(['assent_loom'])
  }
  await refused()
  await visitor.page.reload()
  await refused()
  await visitor.page.goto(`${world.plain.origin('localhost')}/gated?next`)
  await visitor.page.evaluate(() => history.back())
  await eventually(() => visitor.page.evaluate(() => location.search)).toBe('')
  await refused()
  const second = await visitor.context.newPage()
  await second.goto(`${world.plain.origin('localhost')}/gated`)
  await ours(second, 'open').waitFor()
  await refused()
  expect(world.size()).toBe(before + 1)
})

test('P3 P4 after a grant everything of that purpose is let through, each once, and nothing of another', async () => {
  const { page } = visitor
  const leaks = await open('gated')
  await ours(page, 'accept').waitFor()
  const from = world.plain.seen.length
  await page.evaluate(() => window.assent!.decide({ preferences: true, analytics: true, marketing: false }))
  await acknowledged(visitor, 1)
  await lookAround(page, 1)
  expect(await leaks()).toEqual({ ...NOTHING_LEFT, kept: ['cookie'], hosts: OWN })
  await page.evaluate(() => window.assent!.decide({ marketing: true }))
  await eventually(async () => (await leaks()).heard).toEqual(WAY_NAMES)
  const exits = world.plain.seen.slice(from).filter(address => address.includes('/exit/'))
  // A browser asks again for a stream that broke off.
  for (const way of WAY_NAMES.filter(way => way !== 'events'))
    expect([way, exits.filter(address => address.endsWith(`/${way}`)).length]).toEqual([way, 1])
})

test('P5 while the ledger is away the banner answers, nothing leaks, and the decision arrives once when it is back', async () => {
  const before = world.size()
  const leaks = await open('gated')
  await ours(visitor.page, 'accept').waitFor()
  await world.kill()
  await press(visitor.page, 'reject')
  await eventually(() => ours(visitor.page, 'accept').count()).toBe(0)
  await lookAround(visitor.page, 1)
  expect((await leaks()).heard).toEqual([])
  await world.start()
  await visitor.page.reload()
  await acknowledged(visitor, 1)
  await eventually(() => world.size()).toBe(before + 1)
  await visitor.page.reload()
  await lookAround(visitor.page, 1)
  expect(world.size()).toBe(before + 1)
  expect((await leaks()).heard).toEqual([])
})
