import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  eventually,
  launchBrowser,
  lookAround,
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

const unsent = (): Promise<string[]> =>
  visitor.page.evaluate(() => Object.keys(localStorage).filter(key => key.includes('_out_')))

test('a consent server that is down costs the page nothing and grants nothing', async () => {
  await world.kill()
  try {
    await visitor.page.goto(`${world.loom}/shop/`, { waitUntil: 'load', timeout: 5000 })
    await lookAround(visitor.page, 2)
    expect(await visitor.page.getByRole('heading', { name: 'Patterns' }).isVisible()).toBe(true)
    expect(await ran(visitor.page)).toEqual([])
    expect(await visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
    expect(visitor.complaints).toEqual([])
  } finally {
    await world.start()
  }
})

test('a consent server that hangs does not hold back the page’s load, and grants nothing', async () => {
  const hanging = world.plain.origin('consent.test')
  world.plain.hang('consent.test/s/loom/assent.js')
  world.plain.hang('consent.test/s/loom/first.en.mjs')
  const stub = world.snippet.replaceAll(world.host, hanging)
  const gated = `<script type="text/plain" data-consent="analytics">window.ran = ['ran']</script>`
  world.plain.serve(
    'www.loom.test/hanging',
    `<!doctype html><html lang="en"><head>${stub}${gated}</head><body>Here</body>`,
  )
  const address = `${world.plain.origin('www.loom.test')}/hanging`
  await visitor.page.goto(address, { waitUntil: 'load', timeout: 5000 })
  await eventually(() => world.plain.seen).toContain('consent.test/s/loom/first.en.mjs')
  expect(await ran(visitor.page)).toEqual([])
  // Who has decided before asks for the loader alone.
  await visitor.page.evaluate(() => {
    document.cookie = `assent_loom=v1.${Date.now().toString(36)}.00000000.analytics:0.0`
  })
  await visitor.page.goto(address, { waitUntil: 'load', timeout: 5000 })
  await eventually(() => world.plain.seen).toContain('consent.test/s/loom/assent.js')
  expect(await ran(visitor.page)).toEqual([])
  expect(await visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
})

test('a decision made while the server is gone counts at once, and arrives exactly once when it is back', async () => {
  const before = world.size()
  // The banner is there before the loader is, which opens the gates: it must not be on its way when the server goes.
  await visitor.page.goto(`${world.loom}/shop/`, { waitUntil: 'networkidle' })
  await ours(visitor.page, 'accept').waitFor()
  await world.kill()
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('tempo page')
  await eventually(unsent).toHaveLength(1)
  await world.start()
  await visitor.page.reload()
  await eventually(unsent).toEqual([])
  expect(world.size()).toBe(before + 1)
  const { id, secret, choices } = visitor.posted[0]!
  expect(await world.entry(id, secret)).toMatchObject({ choices })
  await visitor.page.reload()
  await lookAround(visitor.page, 1)
  expect(world.size()).toBe(before + 1)
})

test('a crash right after the answer loses nothing that was acknowledged', async () => {
  const before = world.size()
  await visitor.page.goto(world.loom)
  await press(visitor.page, 'reject')
  await eventually(() => visitor.posted.length).toBe(1)
  await eventually(unsent).toEqual([])
  await world.kill()
  await world.start()
  expect(world.size()).toBe(before + 1)
  expect(await world.entry(visitor.posted[0]!.id)).toMatchObject({ id: visitor.posted[0]!.id })
  expect(await world.verify()).toContain('loom')
})
