import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openNote, parseVerifierKey, signNote } from '../../server/ledger/note.ts'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { firstKeyFile } from '../../server/ledger/signing-keys.ts'
import { keyIdOf, type LogKeys } from '../../shared/domain/log-keys.ts'
import { readDuration } from '../../server/cli/duration.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { foldersIn } from '../support/ledger.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'

let data: DataFolder
let server: Served | undefined
let folder: string
beforeEach(async () => {
  data = await aDataFolder()
  folder = mkdtempSync(join(tmpdir(), 'assent-keys-'))
})
afterEach(async () => {
  await server?.end()
  server = undefined
  data.remove()
  rmSync(folder, { recursive: true })
})

const logKey = (...args: string[]) => assent(['log-key', ...args, '--data', data.folder])
const keys = async () => JSON.parse((await logKey('list', SITE, '--json')).out) as LogKeys
const get = async (path: string) => (await fetch(`${server!.url}/log/${SITE}/${path}`)).text()
const kept = () => readFileSync(join(data.folder, 'checkpoints', SITE), 'utf8')

async function decide(): Promise<string> {
  const decision = aSiteDecision({ secret: aSecret(), decidedAt: Date.now() })
  expect((await postTo(server!.url, JSON.stringify({ decisions: [decision] }))).status).toBe(200)
  return decision.id
}

async function receiptFile(id: string, name: string): Promise<string> {
  const response = await fetch(`${server!.url}/v1/sites/${SITE}/receipts/${id}`, {
    headers: { Authorization: `Assent ${aSecret()}` },
  })
  const file = join(folder, name)
  writeFileSync(file, await response.text())
  return file
}

test('a running server signs with the new key as soon as another process has rotated it', async () => {
  server = await serve(data.folder, { environment: { ASSENT_CHECKPOINT_MS: '3600000' } })
  const before = (await get('vkey')).trim()
  const old = await receiptFile(await decide(), 'old.json')
  const rotated = await assentProcess(['log-key', 'rotate', SITE, '--overlap', '0', '--data', data.folder])
  expect(rotated).toMatchObject({ code: 0, out: expect.stringContaining('its private half is destroyed') })
  const after = (await get('vkey')).trim()
  expect(after).not.toBe(before)
  const late = await receiptFile(await decide(), 'late.json')
  const note = await get('checkpoint')
  expect(openNote(note, parseVerifierKey(after)!)).toBeDefined()
  expect(openNote(note, parseVerifierKey(before)!)).toBeUndefined()

  // Whoever holds the document of all keys checks old and new with it; whoever pinned one key, what that one signed.
  const all = join(folder, 'keys.json')
  writeFileSync(all, await get('keys'))
  const check = (file: string, key: string) => assent(['verify', file, '--key', key])
  expect((await check(old, all)).code).toBe(0)
  expect((await check(late, all)).code).toBe(0)
  expect((await check(old, before)).code).toBe(0)
  expect(await check(late, before)).toMatchObject({ code: 1, out: expect.stringContaining('unexpected-key') })
})

test('list says what signs, what counts and where the private halves are; as JSON what the server answers', async () => {
  const before = (await keys()).keys[0]!.vkey
  await logKey('rotate', SITE)
  const { out } = await logKey('list', SITE)
  expect(out).toMatch(
    new RegExp(
      `^${keyIdOf(before)}  signs beside the next until \\S+Z, counts from 0 entries on; private half in keys/`,
    ),
  )
  expect(out).toMatch(/signs, counts from \d+ entries on; private half in keys\//)
  server = await serve(data.folder)
  expect(await keys()).toEqual(JSON.parse(await get('keys')))
  await logKey('retire', SITE)
  expect((await logKey('list', SITE)).out).toMatch(
    /ended, counts from 0 entries to \d+; private half not here/,
  )
  expect(await logKey('retire', SITE)).toMatchObject({
    code: 0,
    out: expect.stringContaining('there is none to end'),
  })
})

describe('compromised', () => {
  test('replaces the key at once; receipts of later sizes are named, and fetched again they hold', async () => {
    server = await serve(data.folder, { environment: { ASSENT_CHECKPOINT_MS: '3600000' } })
    const early = await receiptFile(await decide(), 'early.json')
    const good = Number((await get('checkpoint')).split('\n')[1])
    const file = join(folder, 'good.checkpoint')
    writeFileSync(file, await get('checkpoint'))
    const id = await decide()
    const late = await receiptFile(id, 'late.json')
    const leaked = (await keys()).keys[0]!.vkey
    const { code, out } = await logKey('compromised', SITE, '--last-good', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ site: SITE, compromised: leaked, lastGood: { size: good } })
    const all = join(folder, 'keys.json')
    writeFileSync(all, await get('keys'))
    const check = (receipt: string) => assent(['verify', receipt, '--key', all])
    expect(await check(early)).toMatchObject({
      code: 0,
      out: expect.stringContaining('counts only if the log extends'),
    })
    expect(await check(late)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`counts up to ${good} entries`),
    })
    expect((await check(await receiptFile(id, 'again.json'))).code).toBe(0)
    await server.end()
    expect(await assent(['verify', '--data', data.folder])).toMatchObject({ code: 0 })
    expect((await logKey('list', SITE)).out).toMatch(
      /compromised \(index \d+\), counts from 0 entries to \d+; private half not here/,
    )
  })

  test('a checkpoint somebody else made with the key is not taken for the last good one', async () => {
    const leaked = firstKeyFile(foldersIn(data.folder), SITE).signer!
    const [, size] = kept().split('\n')
    const file = join(folder, 'forged.checkpoint')
    const forged = formatCheckpoint({ origin: leaked.name, size: Number(size), root: Buffer.alloc(32, 1) })
    writeFileSync(file, signNote(forged, leaked))
    const before = await keys()
    expect(await logKey('compromised', SITE, '--last-good', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not extend the checkpoint'),
    })
    expect(await keys()).toEqual(before)
  })
})

test.each<[string, string[], number, string]>([
  ['no site', ['rotate'], 2, 'log-key rotate <site>'],
  ['a site that is none', ['rotate', 'nobody'], 1, 'There is no site "nobody"'],
  ['a time that is none', ['rotate', SITE, '--overlap', 'soon'], 2, '--overlap takes a time'],
  ['a time beyond a year', ['rotate', SITE, '--overlap', '400d'], 2, '--overlap takes a time'],
  ['a key the log never had', ['compromised', SITE, '--key', '00000000'], 1, 'never had a key 00000000'],
  ['a size beyond the log', ['compromised', SITE, '--last-good', '999999'], 1, 'the largest has'],
  ['a file that is none', ['compromised', SITE, '--last-good', 'nowhere'], 2, 'nowhere is neither'],
])('%s is refused, and changes nothing', async (_, args, code, why) => {
  const before = await keys()
  expect(await logKey(...args)).toMatchObject({ code, err: expect.stringContaining(why) })
  expect(await keys()).toEqual(before)
})

test('where there is no ledger, none is made', async () => {
  const { code, err } = await assent(['log-key', 'rotate', SITE, '--data', join(folder, 'nothing')])
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('There is no ledger') })
})

test('times are read in the units people write', () => {
  expect(['0', '10s', '90m', '12h', '30d', '366d'].map(readDuration)).toEqual([
    0, 10_000, 5_400_000, 43_200_000, 2_592_000_000, 31_622_400_000,
  ])
  for (const wrong of ['', '0d', '-1d', '1', '1.5h', '367d', '30 d', 'd', '999999999d'])
    expect(readDuration(wrong)).toBeUndefined()
})
