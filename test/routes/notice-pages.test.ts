import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { createTestApp, SITE, TEST_CONFIGURATION, type TestApp } from '../support/app.ts'
import { aConfiguration, publishSite, someFiles } from '../support/ledger.ts'

const STYLE = 'body{color:red}'
const page = (language: string, edition: string): string =>
  `<!doctype html><html lang="${language}"><meta name="version" content="${edition}"><style>${STYLE}</style>${language} ${edition}`
const list = (language: string): string =>
  `<!doctype html><style>${STYLE}</style>${language}<ol reversed></ol>`

/** The files of a publication, with pages like those that are rendered. `edition`: twelve hex digits. */
const filesWith = (edition: string) =>
  someFiles().map(file => {
    if (file.kind === 'notice-page') return { ...file, bytes: Buffer.from(page(file.language!, edition)) }
    if (file.kind === 'notice-versions') return { ...file, bytes: Buffer.from(list(file.language!)) }
    return file
  })

const [ONE, TWO] = ['111111111111', '222222222222']
let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  app.ledger.advance(60_000)
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: filesWith(ONE) })
})
afterEach(() => app.remove())

const get = (path: string, headers: Record<string, string> = {}) =>
  app.request(`/s/${SITE}/${path}`, { headers })

test('the notice is a page for a while, in the language of its address', async () => {
  const response = await get('notice.de.html', { 'Accept-Language': 'en' })
  expect(await response.text()).toBe(page('de', ONE))
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-language': 'de',
    'cache-control': 'public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800',
    vary: 'Accept-Encoding, Accept-Language',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    'referrer-policy': 'no-referrer',
  })
})

test.each<[address: string, accept: string | undefined, language: string]>([
  ['notice', 'de-AT', 'de'],
  ['notice', undefined, 'en'],
  ['notice.fr.html', 'de', 'de'],
  ['notice.de-CH.html', 'en', 'de'],
  ['notice-versions.fr.html', 'de', 'de'],
])('%s for a reader of %s is in %s', async (address, accept, language) => {
  const response = await get(address, accept === undefined ? {} : { 'Accept-Language': accept })
  expect(response.headers.get('content-language')).toBe(language)
  expect(await response.text()).toContain(language)
})

test('nothing may run, load or frame a page, and only its own style sheet counts', async () => {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  for (const address of [
    'notice',
    'notice.en.html',
    `notice.en.${contentHash(page('en', ONE))}.html`,
    'notice-versions.en.html',
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const policy = (await get(address)).headers.get('content-security-policy')!
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  }
})

test('an older notice stays under its hash, byte for byte and for ever', async () => {
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: filesWith(TWO) })
  expect(await (await get('notice.en.html')).text()).toBe(page('en', TWO))
  const older = await get(`notice.en.${contentHash(page('en', ONE))}.html`)
  expect(await older.text()).toBe(page('en', ONE))
  expect(older.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
})

test.each([
  `notice.en.${'a'.repeat(64)}.html`,
  `notice.de.${contentHash(page('en', ONE))}.html`,
  `notice.en.${contentHash(list('en'))}.html`,
])('%s is 404, and says where the versions are listed', async address => {
  const response = await get(address)
  expect(response.status).toBe(404)
  expect(await response.text()).toContain(`/s/${SITE}/notice-versions.en.html`)
})

/** The versions a list names, in its order. */
async function listed(language = 'en') {
  const text = await (await get(`notice-versions.${language}.html`)).text()
  return [
    ...text.matchAll(
      /<li><a href="([^"]+)"><time datetime="([^"]+)">([^<]+)<\/time><\/a>(?:<code dir="ltr">(\w+)<\/code>)?<\/li>/g,
    ),
  ].map(([, href, at, said, version]) => ({ href, at, said, version }))
}

test('every version is listed with the date of its publication, the newest first, and can be read', async () => {
  app.ledger.advance(86_400_000)
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: filesWith(TWO) })
  const versions = await listed()
  expect(versions).toEqual([
    {
      href: expect.any(String),
      at: '2026-11-23T08:01:00.000Z',
      said: 'November 23, 2026 at 8:01 AM UTC',
      version: TWO,
    },
    {
      href: expect.any(String),
      at: '2026-11-22T08:01:00.000Z',
      said: 'November 22, 2026 at 8:01 AM UTC',
      version: ONE,
    },
    {
      href: expect.any(String),
      at: '2026-11-22T08:00:00.000Z',
      said: 'November 22, 2026 at 8:00 AM UTC',
      version: undefined,
    },
  ])
  const texts = await Promise.all(versions.map(async ({ href }) => (await get(href!)).text()))
  expect(texts).toEqual([page('en', TWO), page('en', ONE), 'notice-page en one'])
  expect((await listed('de'))[0]!.said).toBe('23. November 2026 um 08:01 UTC')
})

test('a publication that leaves the notice as it is adds no version; a rollback does', async () => {
  const before = await listed()
  const other = aConfiguration(SITE, { languages: ['en', 'de'], more: 1 })
  await publishSite(app.ledger, SITE, { configuration: other, files: filesWith(ONE) })
  expect(await listed()).toEqual(before)
  await publishSite(app.ledger, SITE, { configuration: other, files: filesWith(TWO) })
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files: filesWith(ONE) })
  expect((await listed()).map(({ version }) => version)).toEqual([ONE, TWO, ONE, undefined])
})

test('a site published before there were notices says what to do', async () => {
  const files = someFiles().filter(({ kind }) => !kind.startsWith('notice'))
  await publishSite(app.ledger, SITE, { configuration: TEST_CONFIGURATION, files })
  for (const address of ['notice', 'notice.en.html', 'notice-versions.en.html', 'notice.en.mjs']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const response = await get(address)
    expect(response.status).toBe(404)
    // oxlint-disable-next-line no-await-in-loop
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('publish it again') as string,
    })
  }
})

test('there is no notice of a site that does not exist', async () => {
  for (const path of ['/s/nowhere/notice', '/s/nowhere/notice.en.html', '/s/nowhere/notice-versions.en.html'])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await app.request(path)).status).toBe(404)
})
