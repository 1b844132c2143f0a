import { renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './support/world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
}, 60_000)
afterAll(() => world?.stop())

const health = async (): Promise<number> => (await fetch(`${world.local}/healthz`)).status

test('health fails within five seconds once the database is gone from under a running server', async () => {
  expect(await health()).toBe(200)
  const file = join(world.data, 'ledger.db')
  renameSync(file, `${file}.away`)
  await expect.poll(health, { timeout: 5000 }).toBe(503)
  renameSync(`${file}.away`, file)
  await expect.poll(health, { timeout: 5000 }).toBe(200)
  truncateSync(file, 0)
  await expect.poll(health, { timeout: 5000 }).toBe(503)
})
