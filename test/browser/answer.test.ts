import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
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
beforeEach(async () => void (visitor = await newVisitor(browser)))
afterEach(() => visitor.leave())

interface Demo {
  readonly site: 'harbor' | 'loom'
  readonly path: string
  readonly program: string
  readonly number: string
}
const DEMOS: readonly [Demo, Demo] = [
  { site: 'harbor', path: '/services.html', program: 'harbor-offers', number: '+447400987651' },
  { site: 'loom', path: '/', program: 'weekly', number: '+12025550187' },
]

/** The cookie question answered, then text messages and nothing else agreed to; answers the receipt number shown. */
async function optIn(page: Page, { site, path, number }: Demo): Promise<string> {
  await page.goto(world[site] + path)
  await press(page, 'reject')
  await fillIn(page, number)
  const receipt = page.locator('[data-receipt=sms]')
  await receipt.waitFor()
  return receipt.innerText()
}

async function fillIn(page: Page, number: string): Promise<void> {
  const form = page.locator('[data-assent-form] .assent-form')
  await form.locator('[name=sms]').check()
  await form.locator('[name=sms-address]').fill(number)
  const age = form.locator('[name=of-age]')
  if ((await age.count()) > 0) await age.check()
  await form.getByRole('button', { name: 'Sign up' }).click()
}

/** Without scripts, as a person who kept the address of the page. */
async function stopMessages({ site, number }: Demo): Promise<void> {
  const other = await newVisitor(browser, { javaScriptEnabled: false })
  await other.page.goto(`${world.host}/s/${site}/opt-out.en.html`)
  await other.page.locator('[name=sms-address]').fill(number)
  await other.page.getByRole('button', { name: 'Stop messages' }).click()
  await other.page.getByText('gets no more messages').locator('visible=true').waitFor()
  await other.leave()
}

/** Noon in New York, and the afternoon in London: whenever this runs, nobody's quiet hours. */
const AWAKE = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 17 * 3_600_000).toISOString()

const ask = async ({ site, program, number }: Demo, key: string): Promise<Record<string, unknown>> => {
  const asked = new URLSearchParams({ channel: 'sms', address: number, program, sendAt: AWAKE })
  const answer = await fetch(`${world.local}/v1/sites/${site}/status?${asked}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return (await answer.json()) as Record<string, unknown>
}

/** Types and ids of the log's entries about an address's subject, and whether each has its sealed row. */
function entriesOf(site: string, receipt: string): { type: string; id: string; sealed: boolean }[] {
  const database = new Database(join(world.data, 'ledger.db'), { readonly: true })
  try {
    const rows = database
      .prepare<[string], { entry: string; sealed: 0 | 1 }>(
        `SELECT entry, EXISTS (SELECT 1 FROM private_parts p WHERE p.site = e.site AND p.idx = e.idx) AS sealed
         FROM entries e WHERE site = ? ORDER BY idx`,
      )
      .all(site)
      .map(({ entry, sealed }) => ({
        ...(JSON.parse(entry) as { type: string; id: string; subject?: string }),
        sealed: sealed === 1,
      }))
    const { subject } = rows.find(({ id }) => id === receipt)!
    return rows.filter(row => row.subject === subject).map(({ type, id, sealed }) => ({ type, id, sealed }))
  } finally {
    database.close()
  }
}

const bytesHold = (text: string): string[] => [
  ...readdirSync(world.data, { withFileTypes: true, recursive: true })
    .filter(file => file.isFile() && !file.name.endsWith('.new'))
    .filter(file => readFileSync(join(file.parentPath, file.name)).includes(text))
    .map(file => file.name),
  ...(world.log().includes(text) ? ['the log'] : []),
]

test.each(DEMOS)('on $site entry, sealed row and answer agree, and the number is nowhere', async demo => {
  const key = await world.key(demo.site)
  expect(await ask(demo, key)).toMatchObject({ decision: 'block', reason: 'never_asked' })
  const receipt = await optIn(visitor.page, demo)
  expect(await ask(demo, key)).toMatchObject({
    decision: 'send',
    reason: 'ok_express',
    entry: { id: receipt },
    text: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(entriesOf(demo.site, receipt)).toEqual([{ type: 'opt-in', id: receipt, sealed: true }])
  await stopMessages(demo)
  expect(await ask(demo, key)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(entriesOf(demo.site, receipt).map(({ type }) => type)).toEqual(['opt-in', 'opt-out'])
  const digits = demo.number.slice(1)
  for (const spelling of [digits, digits.slice(-9), Buffer.from(digits).toString('hex')])
    expect(bytesHold(spelling)).toEqual([])
  // The search can find: what the log and the files do hold.
  expect(bytesHold('listening')).toContain('the log')
  expect(bytesHold(receipt)).toContain('ledger.db-wal')
  expect(await world.verify()).toMatch(/holds/)
})

test('a yes decided before the no and delivered after it, from another tab, stays a no; both are kept', async () => {
  const demo = { ...DEMOS[0], number: '+447400987652' }
  const key = await world.key('harbor')
  const receipt = await optIn(visitor.page, demo)

  const tab = await visitor.context.newPage()
  let deliver = (): void => {}
  await tab.route('**/opt-ins', async route => {
    await new Promise<void>(done => (deliver = done))
    await route.continue()
  })
  await tab.goto(world.harbor + demo.path)
  const asked = tab.waitForRequest('**/opt-ins')
  await fillIn(tab, demo.number)
  await asked
  await stopMessages(demo)
  deliver()
  await tab.locator('[data-receipt=sms]').waitFor()
  expect(await ask(demo, key)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(entriesOf('harbor', receipt).map(({ type }) => type)).toEqual(['opt-in', 'opt-out', 'opt-in'])
})

test('a yes of a clock ten years ahead stays a no too', async () => {
  const demo = { ...DEMOS[0], number: '+447400987653' }
  const key = await world.key('harbor')
  const receipt = await optIn(visitor.page, demo)
  await stopMessages(demo)
  const ahead = await newVisitor(browser)
  await ahead.page.clock.setSystemTime(Date.now() + 10 * 365 * 86_400_000)
  const second = await optIn(ahead.page, demo)
  await ahead.leave()
  expect(await ask(demo, key)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(entriesOf('harbor', receipt).map(({ id }) => id)).toContain(second)
})
