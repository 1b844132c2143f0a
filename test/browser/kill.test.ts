import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decisionBodies, type Offer } from '../bench/decision-body.ts'
import {
  acknowledged,
  eventually,
  launchBrowser,
  newVisitor,
  ours,
  press,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

const ROUNDS = 10
const SENDERS = 4

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** Other visitors: ids and bodies not answered yet, and ids that were. */
const unanswered = new Map<string, string>()
const answered = new Set<string>()

async function post(body: string): Promise<void> {
  const id = /"id":"([^"]+)"/.exec(body)![1]!
  unanswered.set(id, body)
  const answer = await fetch(`${world.local}/v1/sites/loom/decisions`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: world.loom },
    body,
  })
  const { entries } = (await answer.json()) as { entries: { id: string; index?: number }[] }
  if (answer.status !== 200 || entries[0]?.index === undefined) throw new Error(JSON.stringify(entries))
  answered.add(id)
  unanswered.delete(id)
}

/** Posts without a pause until the server is gone. */
async function postUntilCut(body: () => string): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await post(body())
    } catch (fault) {
      if (fault instanceof TypeError) return // the connection broke
      throw fault
    }
  }
}

async function offered(): Promise<Offer> {
  const view = await (await fetch(`${world.local}/s/loom/first.en.mjs`)).text()
  const [, text, configuration] = /text="(\w+)",configuration="(\w+)"/.exec(view)!
  return {
    text: text!,
    configuration: configuration!,
    choices: { preferences: true, analytics: false, marketing: true },
  }
}

/** Ends the tab's process at once: no page of it gets to do anything more. */
async function crash({ context }: Visitor, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  devtools.send('Page.crash').catch(() => {}) // It never answers: the tab is gone.
  await crashed
  await page.close()
}

/** The visitor decides, and the server and the tab are killed: before, during or after the request by turns. */
async function decideAndDie(visitor: Visitor, round: number): Promise<void> {
  const button = round % 2 === 0 ? 'accept' : 'reject'
  await visitor.page.goto(world.loom)
  await ours(visitor.page, 'accept').waitFor()
  const down = round % 3 === 1 ? world.kill() : undefined
  await down
  const posting = visitor.page.waitForRequest(/\/decisions$/)
  await press(visitor.page, button)
  if (round % 3 === 2) await posting
  else posting.catch(() => {}) // It may never be posted from this page.
  await Promise.all([down ?? world.kill(), crash(visitor, visitor.page)])
}

test(
  'over ten kill -9 of server and tab, every decision made in the widget arrives exactly once',
  { timeout: 300_000 },
  async () => {
    const offer = await offered()
    const before = world.size()
    const decided: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      // oxlint-disable no-await-in-loop
      const others = Array.from({ length: SENDERS }, () => postUntilCut(decisionBodies(offer)))
      const visitor = await newVisitor(browser)
      await decideAndDie(visitor, round)
      await Promise.all(others)
      await world.start()
      const page = await visitor.context.newPage()
      await page.goto(world.loom)
      await eventually(() => visitor.posted.length).toBe(1)
      await acknowledged({ ...visitor, page }, 1)
      expect(await ours(page, 'accept').count(), 'the browser remembers: nobody is asked again').toBe(0)
      decided.push(visitor.posted[0]!.id)
      expect(await world.entry(visitor.posted[0]!.id, visitor.posted[0]!.secret)).toMatchObject({
        method: 'banner',
        choices: { analytics: round % 2 === 0 },
      })
      await visitor.leave()
      // oxlint-enable no-await-in-loop
    }
    const cutOff = unanswered.size
    await Promise.all(Array.from(unanswered.values(), post))
    expect(unanswered.size).toBe(0)
    await eventually(() => world.size()).toBe(before + answered.size + ROUNDS)
    expect(new Set(decided).size).toBe(ROUNDS)
    expect(await world.verify()).not.toMatch(/finding/i)
    console.log(
      `kill: ${ROUNDS} decisions of the widget, ${answered.size} of others, ${cutOff} cut off and sent again`,
    )
  },
)
