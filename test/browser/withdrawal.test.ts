import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acknowledged,
  eventually,
  launchBrowser,
  newVisitor,
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
  await visitor.page.goto(`${world.loom}/shop/`)
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('adrift')
  await acknowledged(visitor, 1)
})
afterEach(() => visitor.leave())

const optional = async (): Promise<string[]> => {
  const { cookies, local } = await whatIsKept(visitor)
  return [...cookies, ...local].filter(name => !name.startsWith('assent_'))
}

test('withdrawing removes what the scripts left, on the parent domain and below a path too', async () => {
  expect((await optional()).toSorted()).toEqual([
    '_adrift .loom.test /',
    '_tempo .loom.test /',
    '_tempo_page www.loom.test /shop',
    'adrift.seen',
    'loom_theme www.loom.test /',
  ])
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await eventually(optional).toEqual([])
})

test('withdrawing stops what ran: the page is fresh afterwards and nothing optional comes back', async () => {
  await visitor.page.evaluate(() => void ((window as { same?: true }).same = true))
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await visitor.page.waitForFunction(() => !('same' in window))
  await visitor.page.waitForLoadState('load')
  const from = visitor.requests.length
  await visitor.page.goto(world.loom)
  await visitor.page.waitForFunction(() => document.querySelector('[data-assent="open"]') !== null)
  expect(await ran(visitor.page)).toEqual([])
  expect(visitor.requests.slice(from).filter(url => url.includes('/vendor/'))).toEqual([])
  expect(await optional()).toEqual([])
})

test('a withdrawal is an entry of its own under the same subject, and takes nothing back from the log', async () => {
  const size = world.size()
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await eventually(() => world.size()).toBe(size + 1)
  const [granted, withdrawn] = await Promise.all(
    visitor.posted.map(({ id }) => world.entry(id, visitor.posted[0]!.secret)),
  )
  expect(withdrawn).toMatchObject({
    type: 'withdrawal',
    subject: granted!['subject'],
    choices: { preferences: false, analytics: false, marketing: false },
  })
  expect(granted).toMatchObject({ choices: { analytics: true } })
})

test('withdrawing one purpose in the settings leaves the others', async () => {
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: true, analytics: true, marketing: false }),
  )
  await eventually(optional).not.toContain('adrift.seen')
  await eventually(() => ran(visitor.page)).toContain('tempo')
  expect((await optional()).toSorted()).toEqual([
    '_tempo .loom.test /',
    '_tempo_page www.loom.test /shop',
    'loom_theme www.loom.test /',
  ])
  expect(await ran(visitor.page)).not.toContain('adrift')
})

test('withdrawing takes no more presses than accepting took, plus the one that opens the settings', async () => {
  await press(visitor.page, 'open')
  await press(visitor.page, 'reject')
  await eventually(optional).toEqual([])
})
