import { cpSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aSiteDecision } from '../support/app.ts'
import { aBackupPlace, type BackupPlace } from '../support/backups.ts'
import { assent } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
let place: BackupPlace
beforeAll(async () => {
  data = await aDataFolder()
  place = await aBackupPlace()
  const server = await serve(data.folder)
  const decisions = Array.from({ length: 60 }, () => aSiteDecision({ decidedAt: Date.now() - 10 }))
  await postTo(server.url, JSON.stringify({ decisions }))
  await server.end()
}, 30_000)
afterAll(() => {
  data.remove()
  place.remove()
})

const PAGE = 4096

test('a copy of the database that is cut off anywhere does not pass verify', async () => {
  const { size } = statSync(join(data.folder, 'ledger.db'))
  expect(size).toBeGreaterThan(20 * PAGE)
  expect((await assent(['verify', '--data', data.folder])).code).toBe(0)
  const cuts = [0, 1, 100, PAGE, PAGE + 1, size / 2, size - PAGE, size - 1]
  for (const cut of cuts) {
    const copy = place.path(`cut-${cut}`)
    cpSync(data.folder, copy, { recursive: true })
    truncateSync(join(copy, 'ledger.db'), cut)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { code, out, err } = await assent(['verify', '--data', copy])
    expect([cut, code]).toEqual([cut, 1])
    expect(out + err).not.toContain('everything holds')
    expect(out + err).not.toBe('')
  }
})
