import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { tellStory, WEAVER } from '../support/evidence.ts'
import { assent } from '../support/cli.ts'

let folder: string
let out: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-data-'))
  out = mkdtempSync(join(tmpdir(), 'assent-evidence-'))
  // Long enough ago that all of it lies behind whoever asks now.
  let time = Date.now() - 40 * 86_400_000
  const data = await openData(readConfig({ data: folder }, {}), () => time)
  const advance = (milliseconds: number) => void (time += milliseconds)
  await tellStory({ ...data.ledger, folders: data.folders, advance })
  await data.close()
})
afterAll(() => [folder, out].forEach(each => rmSync(each, { recursive: true, force: true })))

const evidence = (...args: string[]) =>
  assent([
    'evidence',
    'loom',
    '--channel',
    'email',
    '--address',
    WEAVER,
    '--program',
    'weekly',
    '--data',
    folder,
    ...args,
  ])

test('writes a page, an archive or a folder, for its owner alone, and the folder verifies', async () => {
  const place = (name: string) => join(out, name)
  const page = await evidence('--out', place('one.html'), '--language', 'en')
  expect(page).toMatchObject({ code: 0, err: '' })
  expect(page.out).toContain(`${WEAVER} by email, weekly: block (withdrawn), 7 entries`)
  expect(readFileSync(place('one.html'), 'utf8')).toContain('<h1>Evidence of consent</h1>')
  expect(await evidence('--out', place('one.zip'), '--reason', 'court')).toMatchObject({ code: 0 })
  expect(await evidence('--out', place('pack'))).toMatchObject({ code: 0 })
  for (const name of ['one.html', 'one.zip', 'pack/evidence.html'])
    expect([name, statSync(place(name)).mode & 0o077]).toEqual([name, 0])
  expect(statSync(place('pack')).mode & 0o077).toBe(0)
  // In the language of the form that was shown.
  expect(readFileSync(place('pack/evidence.html'), 'utf8')).toContain('lang="de"')
  const root = readFileSync(place('pack/checkpoint.txt'), 'utf8').split('\n')[2]!
  expect(spawnSync(process.execPath, [place('pack/verify.mjs'), root]).status).toBe(0)
  const [receipt] = readdirSync(place('pack/receipts'))
  expect(await assent(['verify', join(place('pack/receipts'), receipt!)])).toMatchObject({
    code: 0,
    out: expect.stringContaining('This receipt holds.'),
  })
  expect(await assent(['verify', '--data', folder])).toMatchObject({ code: 0 })
})

test('overwrites nothing, and reads nothing that it cannot write', async () => {
  const file = join(out, 'twice.html')
  expect((await evidence('--out', file)).code).toBe(0)
  const before = readFileSync(file)
  expect(await evidence('--out', file)).toMatchObject({
    code: 2,
    err: expect.stringContaining('is there already'),
  })
  expect(readFileSync(file)).toEqual(before)
  const missing = await evidence('--out', join(out, 'no', 'such', 'folder'))
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('make its folder first') })
})

test.each([
  [['--language', 'fr'], /--language is one of/],
  [['--reason', 'curiosity'], /--reason is one of/],
  [['--as-of', 'yesterday'], /RFC 3339/],
])('%j is not understood', async (args, says) => {
  expect(await evidence('--out', join(out, 'never.html'), ...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(says),
  })
})

test('of an address nobody named it says so', async () => {
  const run = await assent([
    'evidence',
    'loom',
    '--channel',
    'email',
    '--address',
    'nobody@mail.example',
    '--program',
    'weekly',
    '--data',
    folder,
    '--out',
    join(out, 'nobody.html'),
  ])
  expect(run).toMatchObject({ code: 1, out: expect.stringContaining('block (never_asked), 0 entries') })
})
