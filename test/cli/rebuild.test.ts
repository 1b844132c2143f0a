import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
beforeEach(async () => {
  data = await aDataFolder({ besides: ['quay'] })
  const server = await serve(data.folder)
  await postTo(server.url, JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] }))
  await server.end()
})
afterEach(() => data.remove())

const run = (...args: string[]) => assent([...args, '--data', data.folder])
function tamper(sql: string): void {
  const database = new SqliteDatabase(join(data.folder, 'ledger.db'))
  database.exec(sql)
  database.close()
}

test('what differs is named by verify and by --check, and made again; then nothing differs', async () => {
  tamper("UPDATE subjects SET standing = replace(standing, 'given', 'withdrawn')")
  const found = await run('verify')
  expect(found.code).toBe(1)
  expect(found.out).toMatch(
    /subjects\.standing: the standing of subject \S+ is not what its entries lead to: run assent rebuild/,
  )
  const check = await run('rebuild', '--check')
  expect(check).toMatchObject({ code: 1, out: expect.stringContaining('subjects.standing') })
  expect(await run('rebuild', '--check', '--json')).toMatchObject({ code: 1 })
  expect(await run('rebuild')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^harbor: made again from \d+ entries\nquay: made again from \d+ entries$/),
  })
  expect(await run('rebuild', '--check')).toMatchObject({
    code: 0,
    out: 'Every projection is what its entries say.',
  })
  expect((await run('verify')).code).toBe(0)
})

test('beside a running server it looks, and changes nothing: stop that first', async () => {
  const server = await serve(data.folder)
  try {
    expect(await run('rebuild', '--check')).toMatchObject({ code: 0 })
    expect(await assentProcess(['rebuild', '--data', data.folder])).toMatchObject({
      code: 1,
      err: expect.stringContaining('another process has it open: stop the server'),
    })
    const answer = await postTo(
      server.url,
      JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] }),
    )
    expect(answer.status).toBe(200)
  } finally {
    await server.end()
  }
  expect((await run('verify')).code).toBe(0)
})

test('a site whose entries are not the signed ones is refused, and holds up no other', async () => {
  tamper(`DROP TRIGGER entries_no_update; UPDATE entries SET entry = replace(entry, 'quay', 'wuay') WHERE site = 'harbor';
    UPDATE entries SET leaf = x'00' WHERE site = 'harbor' AND idx = 3; DELETE FROM publications WHERE site = 'quay'`)
  const { code, out, err } = await run('rebuild')
  expect(code).toBe(1)
  expect(err).toContain('refusing to rebuild harbor: at index 3, the leaf is not the hash of the entry')
  expect(err).toContain('restore the ledger.db that was signed')
  expect(out).toMatch(/^quay: made again from \d+ entries$/)
  expect(await run('rebuild', '--site', 'nowhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no log of "nowhere"'),
  })
  const check = await run('rebuild', '--check', '--site', SITE)
  expect(check.out).toContain('findings are not of projections: run assent verify.')
})
