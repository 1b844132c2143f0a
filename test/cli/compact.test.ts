import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSiteDecision } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
beforeEach(async () => {
  data = await aDataFolder()
  const server = await serve(data.folder)
  await postTo(server.url, JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] }))
  await server.end()
})
afterEach(() => data.remove())

test('what is in a file and in no row is gone afterwards, and the ledger is as it was', async () => {
  const path = join(data.folder, 'ledger.db')
  const database = new SqliteDatabase(path)
  // As a page keeps it that was left without being wiped.
  database.pragma('secure_delete = OFF')
  database.exec('CREATE TABLE left_behind (words TEXT)')
  database.exec("INSERT INTO left_behind VALUES ('a trace of somebody')")
  database.exec('DROP TABLE left_behind')
  database.close()
  expect(readFileSync(path).includes('a trace of somebody')).toBe(true)
  expect(await assent(['compact', '--data', data.folder])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ledger\.db: written anew, .* before, .* now$/m),
  })
  expect(readFileSync(path).includes('a trace of somebody')).toBe(false)
  expect((await assent(['verify', '--data', data.folder])).code).toBe(0)
})

test('while a server has it open nothing is done, and it says what to do', async () => {
  const server = await serve(data.folder)
  try {
    expect(await assentProcess(['compact', '--data', data.folder])).toMatchObject({
      code: 1,
      err: expect.stringContaining('another process has it open: stop the server'),
    })
  } finally {
    await server.end()
  }
})
