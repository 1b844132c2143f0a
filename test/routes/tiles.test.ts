import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { hashLeaf } from '../../server/ledger/merkle.ts'
import { MAX_ENTRY_BYTES } from '../../server/ledger/entry.ts'
import { aSiteDecision, createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import { anEntry } from '../storage/contract.ts'

let app: TestApp
let size: number
let auditor: string
beforeAll(async () => {
  app = await createTestApp()
  const decisions = Array.from({ length: 60 }, () => aSiteDecision())
  for (let n = 0; n < 5; n++)
    // oxlint-disable-next-line no-await-in-loop
    await app.post(decisions.map(decision => ({ ...decision, id: aSiteDecision().id })))
  // An entry of exactly the length that two bytes can say.
  const least = Buffer.byteLength(JSON.stringify(anEntry('long', { configuration: '' }).entry))
  const long = anEntry('long', { configuration: 'x'.repeat(MAX_ENTRY_BYTES - least) })
  await app.ledger.store.append(SITE, [long])
  checkpoint(app.ledger, SITE)
  size = app.ledger.store.checkpoint(SITE)!.size
  auditor = app.key('audit')
})
afterAll(() => app.remove())

const get = (path: string, init?: RequestInit) => app.request(`/log/${SITE}/${path}`, init)
const audit = (path: string, headers: Record<string, string> = {}) =>
  get(`tile/entries/${path}`, { headers: { Authorization: `Bearer ${auditor}`, ...headers } })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { type: string; detail: string }),
})

test('a tile is bytes, cacheable for ever by anybody', async () => {
  for (const path of ['tile/0/000', `tile/0/001.p/${size - 256}`, 'tile/1/000.p/1']) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  }
  expect(await bytesOf(await get('tile/0/000'))).toHaveLength(8_192)
  expect(await bytesOf(await get(`tile/0/001.p/${size - 256}`))).toHaveLength((size - 256) * 32)
})

test('a narrower one that an earlier checkpoint implied is still there, a wider one not yet', async () => {
  const full = await bytesOf(await get('tile/0/000'))
  expect(await bytesOf(await get('tile/0/000.p/20'))).toEqual(full.subarray(0, 20 * 32))
  const wider = await problemOf(await get('tile/0/001'))
  expect(wider).toMatchObject({ status: 404, type: 'urn:assent:problem:unknown-tile' })
  expect(wider.detail).toBe(
    `The last checkpoint has ${size} entries, and this tile ${size - 256} of 256: ask for its width with .p/${size - 256}.`,
  )
})

test('nothing that no checkpoint speaks of is shown', async () => {
  await app.post([aSiteDecision()])
  expect(app.ledger.store.log(SITE).size).toBe(size + 1)
  for (const path of [
    `tile/0/001.p/${size - 255}`,
    'tile/0/002.p/1',
    'tile/1/000',
    'tile/63/000',
    'tile/2/000.p/1',
  ]) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await get(path)).status).toBe(404)
  }
  expect((await audit(`001.p/${size - 255}`)).status).toBe(404)
})

test.each([
  'tile/0/0',
  'tile/64/000',
  'tile/0/000.p/256',
  'tile/0/x000/001',
  'tile/00/000',
  'tile/a/b',
  'tile/0/000.p/0',
])('%s is no address of a tile, and the answer says how one is written', async path => {
  expect(await problemOf(await get(path))).toMatchObject({
    status: 404,
    type: 'urn:assent:problem:unknown-tile',
    detail: expect.stringContaining('x001/x234/067'),
  })
})

test('a log that is none has no tiles', async () => {
  expect(await problemOf(await app.request('/log/nobody/tile/0/000'))).toMatchObject({
    status: 404,
    type: 'urn:assent:problem:unknown-log',
  })
})

test('entries come in bundles for an auditor, private and compressed; each is the one of its leaf', async () => {
  const leaves = [
    ...(await bytesOf(await get('tile/0/000'))),
    ...(await bytesOf(await get(`tile/0/001.p/${size - 256}`))),
  ]
  const found: Buffer[] = []
  for (const path of ['000', `001.p/${size - 256}`]) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await audit(path, { 'Accept-Encoding': 'gzip, br' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      vary: 'Authorization, Accept-Encoding',
    })
    // oxlint-disable-next-line no-await-in-loop
    const bundle = gunzipSync(await bytesOf(response))
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
      found.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)))
  }
  expect(Buffer.concat(found.map(hashLeaf))).toEqual(Buffer.from(leaves))
  expect(found.at(-1)).toHaveLength(MAX_ENTRY_BYTES)
  const plain = await audit('000', { 'Accept-Encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect((await bytesOf(plain)).readUInt16BE(0)).toBe(found[0]!.length)
})

test.each<[string, () => string | undefined, number, string]>([
  ['without a key', () => undefined, 401, 'key-missing'],
  ['with a key nobody made', () => 'assent_harbor_x_y', 401, 'key-unknown'],
  ['with a key for something else', () => app.key('status', 'withdraw'), 403, 'key-wrong-scope'],
])('entries are not shown %s', async (_, key, status, slug) => {
  const given = key()
  const headers = given === undefined ? {} : { Authorization: `Bearer ${given}` }
  for (const path of ['tile/entries/000', 'tile/entries/nonsense', 'tile/entries/999']) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await get(path, { headers })
    expect(response.headers.get('cache-control')).toBe('no-store')
    // oxlint-disable-next-line no-await-in-loop
    expect(await problemOf(response)).toMatchObject({ status, type: `urn:assent:problem:${slug}` })
  }
})

test('with a key of another site neither', async () => {
  const response = await app.request('/log/loom/tile/entries/000', {
    headers: { Authorization: `Bearer ${auditor}` },
  })
  expect(await problemOf(response)).toMatchObject({ status: 403, type: 'urn:assent:problem:key-wrong-site' })
})

test('an entry one byte longer than two bytes can say is refused, and nothing of its batch is stored', async () => {
  const before = app.ledger.store.log(SITE).size
  const least = Buffer.byteLength(JSON.stringify(anEntry('longer', { configuration: '' }).entry))
  const longer = anEntry('longer', { configuration: 'x'.repeat(MAX_ENTRY_BYTES - least + 1) })
  await expect(app.ledger.store.append(SITE, [anEntry('beside'), longer])).rejects.toThrow(
    "couldn't append entries",
  )
  expect(app.ledger.store.log(SITE).size).toBe(before)
})

test('the keys of the log are told to everybody, for a minute', async () => {
  const response = await get('keys', { headers: { Origin: ORIGIN } })
  expect(response.headers.get('cache-control')).toBe('public, max-age=60')
  expect(await response.json()).toEqual({
    origin: `log.test/${SITE}`,
    keys: [{ vkey: app.ledger.signer(SITE).vkey, firstSize: 0 }],
  })
})
