import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { acceptedInOrder, pickEncoding } from '../../server/routes/accept.ts'
import { createCompressedFiles } from '../../server/routes/compressed.ts'
import {
  createTestApp,
  SITE,
  TEST_CONFIGURATION,
  TEST_CONFIGURATION_HASH,
  type TestApp,
} from '../support/app.ts'
import { textHash } from '../support/decisions.ts'
import { publishSite, someFiles } from '../support/ledger.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
})
afterEach(() => app.remove())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(`/s/${SITE}/${path}`, { headers, method })

test('assent.js is the published loader, byte for byte, with rules for caches', async () => {
  const response = await get('assent.js')
  expect(await response.text()).toBe('loader one')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe(
    'public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800',
  )
  expect(response.headers.get('etag')).toBe(`"${textHash('loader')}"`)
  expect(response.headers.get('vary')).toBe('Accept-Encoding')
})

test('a publication is served from the next request on, and what was published before stays by its hash', async () => {
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: someFiles('two') })
  expect(await (await get('assent.js')).text()).toBe('loader two')
  const older = await get(`first.en.${textHash('first.en')}.mjs`)
  expect(await older.text()).toBe('first en one')
})

test.each([
  ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
  ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
])('files come as %s to whoever takes it', async (encoding, decompress) => {
  const response = await get('assent.js', { 'Accept-Encoding': encoding })
  expect(response.headers.get('content-encoding')).toBe(encoding)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length)
  expect(decompress(bytes).toString()).toBe('loader one')
})

test('whoever has it gets 304 and no body, also when a cache made the tag weak', async () => {
  const tag = (await get('assent.js')).headers.get('etag')!
  for (const condition of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const response = await get('assent.js', { 'If-None-Match': condition })
    expect(response.status).toBe(304)
    expect(await response.text()).toBe('')
    expect(response.headers.get('etag')).toBe(tag)
  }
  expect((await get('assent.js', { 'If-None-Match': '"other"' })).status).toBe(200)
})

test('HEAD answers the same headers and no body', async () => {
  const [head, whole] = [await get('assent.js', {}, 'HEAD'), await get('assent.js')]
  expect(await head.text()).toBe('')
  expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers))
})

test.each<[address: string, accept: string | undefined, language: string]>([
  ['first.de.mjs', undefined, 'de'],
  ['first.de-AT.mjs', 'en', 'de'],
  ['first.x.mjs', 'de;q=0.9, en;q=0.1', 'de'],
  ['first.x.mjs', 'fr, de;q=0.1, en;q=0.2', 'en'],
  ['first.fr.mjs', 'de-CH', 'de'],
  ['first.fr.mjs', undefined, 'en'],
  ['first.x.mjs', 'de;q=0', 'en'],
])('%s for a reader of %s is in %s', async (address, accept, language) => {
  const response = await get(address, accept === undefined ? {} : { 'Accept-Language': accept })
  const text = await response.text()
  expect(text).toBe(
    `first ${language} one\nexport const text="${textHash(`first.${language}`)}",configuration="${TEST_CONFIGURATION_HASH}",language="${language}"\n`,
  )
  expect(response.headers.get('vary')).toBe('Accept-Encoding, Accept-Language')
})

test('a view is of the configuration its loader asks for; of the current one when that is unknown', async () => {
  const newer = Buffer.from(
    canonicalJson({ ...JSON.parse(TEST_CONFIGURATION.toString()), languages: ['en'] }),
  )
  await publishSite(app.ledger, SITE, { configuration: newer, files: someFiles('two') })
  const beginning = TEST_CONFIGURATION_HASH.slice(0, 8)
  const older = await (await get(`first.de.mjs?c=${beginning}`)).text()
  expect(older).toContain('first de one')
  expect(older).toContain(`configuration="${TEST_CONFIGURATION_HASH}"`)
  const answers = new Map<string, string>()
  for (const query of ['', '?c=00000000', `?c=${contentHash(newer).slice(0, 8)}`, "?c='", '?c=f'])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    answers.set(query, (await (await get(`first.de.mjs${query}`)).text()).split('\n')[0]!)
  expect(new Set(answers.values())).toEqual(new Set(['first en two']))
})

test('of a configuration published twice the newer files are served', async () => {
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: someFiles('two') })
  const newer = Buffer.from(canonicalJson({ ...JSON.parse(TEST_CONFIGURATION.toString()), more: 1 }))
  await publishSite(app.ledger, SITE, { configuration: newer, files: someFiles('three') })
  const view = await get(`first.de.mjs?c=${TEST_CONFIGURATION_HASH.slice(0, 8)}`)
  expect(await view.text()).toContain('first de two')
})

test('two languages of one address have two entity tags', async () => {
  const [en, de] = [await get('first.en.mjs'), await get('first.de.mjs')]
  expect(en.headers.get('etag')).not.toBe(de.headers.get('etag'))
})

test.each(['settings.de', 'embed.en'])(
  'the view %s is the exact bytes under its hash, for ever',
  async name => {
    const response = await get(`${name}.${textHash(name)}.mjs`)
    expect(await response.text()).toBe(`${name.replace('.', ' ')} one`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  },
)

test('the interface has no language', async () => {
  expect(await (await get(`ui.${textHash('ui')}.mjs`)).text()).toBe('ui one')
})

test.each([
  `ui.${'a'.repeat(64)}.mjs`,
  `first.de.${contentHash('nothing')}.mjs`,
  `settings.en.${textHash('first.en')}.mjs`,
  `first.de.${textHash('first.en')}.mjs`,
])('%s is 404: that was never published under this name', async address => {
  const response = await get(address)
  expect(response.status).toBe(404)
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('texts are readable by hash, the configuration as JSON', async () => {
  const configuration = await app.request(`/v1/sites/${SITE}/texts/${TEST_CONFIGURATION_HASH}`)
  expect(configuration.headers.get('content-type')).toBe('application/json')
  expect(await configuration.text()).toBe(TEST_CONFIGURATION.toString())
  const missing = await app.request(`/v1/sites/${SITE}/texts/${'a'.repeat(64)}`)
  expect(missing.status).toBe(404)
})

test('a site that was never published has no files', async () => {
  for (const path of ['/s/nowhere/assent.js', '/s/nowhere/first.en.mjs', '/log/nowhere/vkey'])
    expect((await app.request(path)).status).toBe(404)
})

test.each<[header: string | undefined, encoding: string]>([
  [undefined, 'identity'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0, gzip;q=0', 'identity'],
  ['*', 'br'],
  ['identity, br;q=0.5', 'identity'],
  ['br;q=frog', 'identity'],
])('Accept-Encoding %s gets %s', (header, encoding) => {
  expect(pickEncoding(header)).toBe(encoding)
})

test('a list of ten thousand languages is cut, not walked', () => {
  expect(acceptedInOrder(Array.from({ length: 10_000 }, () => 'de').join(',')).length).toBeLessThanOrEqual(32)
})

test('compressed files are made once, and the longest unused give way when the bound is reached', async () => {
  const files = createCompressedFiles(60)
  const first = files.encode('a', Buffer.from('a'), 'gzip')
  const again = files.encode('a', Buffer.from('a'), 'gzip')
  expect(await again).toBe(await first)
  const one = await files.encode('b', Buffer.from('b'), 'gzip')
  await files.encode('b', Buffer.from('b'), 'gzip')
  await files.encode('c', Buffer.from('c'), 'gzip')
  expect(await files.encode('b', Buffer.from('b'), 'gzip')).toBe(one)
  expect(await files.encode('a', Buffer.from('a'), 'gzip')).not.toBe(await first)
})
