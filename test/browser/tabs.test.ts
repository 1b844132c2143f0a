import type { Browser } from 'playwright-core'
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

test('accepting in one tab counts in the other, as one entry', async () => {
  const before = world.size()
  const other = await visitor.context.newPage()
  await other.goto(`${world.loom}/shop/`)
  await ours(other, 'accept').waitFor()
  await visitor.page.goto(world.loom)
  await press(visitor.page, 'accept')
  await acknowledged(visitor, 1)
  await other.bringToFront()
  await eventually(() => ran(other)).toContain('tempo page')
  await eventually(() => ours(other, 'accept').count()).toBe(0)
  expect(world.size()).toBe(before + 1)
})

test('withdrawing in one tab stops the other', async () => {
  await visitor.page.goto(world.loom)
  await press(visitor.page, 'accept')
  await acknowledged(visitor, 1)
  const other = await visitor.context.newPage()
  await other.goto(`${world.loom}/shop/`)
  await eventually(() => ran(other)).toContain('tempo page')
  await visitor.page.bringToFront()
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await other.bringToFront()
  await eventually(() => ran(other)).toEqual([])
  await eventually(() => other.evaluate(() => document.cookie)).not.toContain('_tempo')
})

test('a page that comes back from the browser’s cache knows what was chosen meanwhile', async () => {
  await visitor.page.goto(world.loom)
  await ours(visitor.page, 'accept').waitFor()
  await visitor.page.evaluate(() =>
    addEventListener('pageshow', event => void ((window as { came?: boolean }).came = event.persisted)),
  )
  await visitor.page.goto(`${world.loom}/shop/`)
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  // Not `goBack`: that waits for a load, and a page from the cache is not loaded again.
  await visitor.page.evaluate(() => history.back())
  await eventually(() => visitor.page.evaluate(() => (window as { came?: boolean }).came)).toBe(true)
  await eventually(() => ours(visitor.page, 'accept').count()).toBe(0)
})

test('client-side navigation that replaces the whole body keeps the control, and gates what it brings', async () => {
  await visitor.page.goto(world.loom)
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  await visitor.page.evaluate(() => {
    history.pushState({}, '', '/shop/')
    const body = document.createElement('body')
    const frame = document.createElement('iframe')
    frame.dataset['consent'] = 'marketing'
    frame.dataset['src'] = '/vendor/vista.html'
    body.append(frame)
    document.body.replaceWith(body)
  })
  await ours(visitor.page, 'open').waitFor()
  expect(visitor.requests.filter(url => url.includes('vista'))).toEqual([])
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: true, analytics: true, marketing: true }),
  )
  await eventually(() => visitor.requests.some(url => url.endsWith('/vendor/vista.html'))).toBe(true)
})
