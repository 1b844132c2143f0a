import SqliteDatabase from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { anOptIn, PHONE } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }

let data: DataFolder
let server: Served
beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  server = await serve(data.folder)
})
afterAll(async () => {
  await server.end()
  data.remove()
})

const isAnywhere = (secret: Buffer): boolean =>
  readdirSync(data.folder)
    .filter(name => name.includes('.db'))
    .some(name => readFileSync(join(data.folder, name)).includes(secret))

test('beside a reader of an older state the answer says so, waits for nothing, and the server wipes it once that is done', async () => {
  await optInAt(server.url, anOptIn({ decidedAt: Date.now() }))
  const reader = new SqliteDatabase(join(data.folder, 'ledger.db'), { readonly: true })
  reader.exec('BEGIN')
  const { sealed } = reader.prepare<[], { sealed: Buffer }>('SELECT sealed FROM private_parts').get()!
  const { out } = await assent(['key', 'new', '--site', SITE, '--scope', 'erase', '--data', data.folder])
  const answer = await fetch(`${server.url}/v1/sites/${SITE}/erasures`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${out.trim()}` },
    body: JSON.stringify({ channel: 'sms', address: PHONE }),
  })
  expect(await answer.json()).toMatchObject({ erased: true, parts: 1, settled: false })
  expect(isAnywhere(sealed)).toBe(true)
  reader.close()
  await expect.poll(() => isAnywhere(sealed), PATIENCE).toBe(false)
})
