import { afterAll, beforeAll, expect, test } from 'vitest'
import { aSiteDecision, SITE } from '../support/app.ts'
import { aSecret } from '../support/decisions.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
beforeAll(async () => {
  data = await aDataFolder()
})
afterAll(() => data.remove())

type Decision = ReturnType<typeof aSiteDecision>
interface Entries {
  readonly entries: readonly { readonly id: string; readonly index?: number; readonly duplicate?: boolean }[]
}

const ROUNDS = 10
const SENDERS = 8
const now = () => Date.now()
const decide = (n: number): Decision => aSiteDecision({ decidedAt: now() - 1_000, secret: aSecret(n) })

/** Index under which each decision was acknowledged. */
const acknowledged = new Map<string, number>()
/** Sent, and never answered: the browser would send them again. */
const unanswered = new Map<string, Decision>()

async function send(url: string, batch: readonly Decision[]): Promise<void> {
  for (const decision of batch) unanswered.set(decision.id, decision)
  const response = await postTo(url, JSON.stringify({ decisions: batch }))
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  const { entries } = (await response.json()) as Entries
  for (const { id, index } of entries) {
    expect(index).toEqual(expect.any(Number))
    expect(acknowledged.get(id) ?? index).toBe(index)
    acknowledged.set(id, index!)
    unanswered.delete(id)
  }
}

/** Posts without a pause until the server is gone. */
async function sendUntilCut(url: string, sender: number): Promise<void> {
  for (let n = 0; ; n++) {
    const batch = Array.from({ length: 1 + (n % 3) }, () => decide(sender))
    try {
      await send(url, batch)
    } catch (fault) {
      if (fault instanceof TypeError) return
      throw fault
    }
  }
}

test(
  'over ten kill -9 under load nothing acknowledged is lost, and nothing sent again is doubled',
  { timeout: 120_000 },
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const server = await serve(data.folder)
      const before = acknowledged.size
      const senders = Array.from({ length: SENDERS }, (_, n) => sendUntilCut(server.url, n + 1))
      // Killed at another moment of the work each time, once the load is on.
      await expect
        .poll(() => acknowledged.size - before, { interval: 1, timeout: 20_000 })
        .toBeGreaterThan(20 + round * 7)
      await server.end('SIGKILL')
      await Promise.all(senders)
    }
    const cutOff = unanswered.size
    expect(cutOff).toBeGreaterThan(0)

    const server = await serve(data.folder)
    for (const decision of unanswered.values()) await send(server.url, [decision])
    expect(await server.end()).toBe(0)

    const ids = await data.read(store => {
      const found: string[] = []
      for (let index = 0; index < store.log(SITE).size; index++) {
        const { entry } = store.entry(SITE, index)!
        if (entry.type !== 'decision') continue
        found.push(entry.id)
        expect(acknowledged.get(entry.id)).toBe(index)
      }
      return found
    })
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(ids)).toEqual(new Set(acknowledged.keys()))
    console.log(
      `kill: ${acknowledged.size} acknowledged over ${ROUNDS} kills, ${cutOff} cut off and sent again`,
    )
  },
)
