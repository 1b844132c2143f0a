import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assentProcess } from './support/cli.ts'
import { serve, type Served } from './support/serve.ts'
import { askServer, selfSigned, startTlsProxy, type Certificate, type TlsProxy } from './support/tls-proxy.ts'

const PAGE = 'https://www.kiln.example'
/** Small enough to reach: a batch of 64 and then little. */
const LIMITS = {
  ASSENT_LIMIT_BURST: '64',
  ASSENT_LIMIT_PER_MINUTE: '1',
  ASSENT_LIMIT_SITE_PER_HOUR: '150',
}

let folder: string
let files: Certificate
let proxy: TlsProxy
let server: Served
let snippet: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-production-'))
  files = selfSigned(folder)
  proxy = await startTlsProxy(files)
  const flags = {
    name: 'Kiln',
    address: '4 Kiln Row, Leeds',
    country: 'GB',
    email: 'privacy@kiln.example',
    website: PAGE,
    server: proxy.https,
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
  const begun = await assentProcess(['init', ...args, '--analytics'], {}, { cwd: folder })
  if (begun.code !== 0) throw new Error(begun.err)
  snippet = begun.out
  server = await serve(join(folder, 'data'), { environment: { ...inProduction(), ...LIMITS } })
  proxy.forwardTo(server.url)
}, 60_000)

afterAll(async () => {
  await server.end()
  proxy.close()
  rmSync(folder, { recursive: true })
})

const inProduction = () => ({ ASSENT_URL: proxy.https, ASSENT_TRUSTED_PROXIES: '127.0.0.1' })
const ask = (path: string, options: Parameters<typeof askServer>[1] = {}) =>
  askServer(`${proxy.https}${path}`, { ca: files.cert, ...options })

let made = 0
async function decisions(count: number) {
  const { body } = await ask('/s/kiln/first.en.mjs')
  const [, shown, configuration] = /text="(\w+)",configuration="(\w+)"/.exec(body)!
  return Array.from({ length: count }, () => ({
    id: `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    type: 'decision',
    decidedAt: Date.now(),
    configuration,
    text: shown,
    language: 'en',
    method: 'banner',
    choices: { analytics: false },
  }))
}

const post = async (count: number, from: string, headers: Record<string, string> = {}) =>
  ask('/v1/sites/kiln/decisions', {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin: PAGE, ...headers },
    body: JSON.stringify({ decisions: await decisions(count) }),
    from,
  })

async function entries(): Promise<number> {
  const { out } = await assentProcess(['site', 'list', '--json'], {}, { cwd: folder })
  return (JSON.parse(out) as { sites: { entries: number }[] }).sites[0]!.entries
}

const slug = (answer: { body: string }): string =>
  (JSON.parse(answer.body) as { type: string }).type.slice(19)

test('behind a TLS proxy the snippet’s script is served over https, and answers say that only https will do', async () => {
  expect(snippet).toContain(`${proxy.https}/s/kiln/`)
  const loader = await ask('/s/kiln/assent.js')
  expect(loader.status).toBe(200)
  expect(loader.body).toContain('"kiln"')
  expect(loader.headers['strict-transport-security']).toBe('max-age=31536000')
  const described = JSON.parse((await ask('/v1/openapi.json')).body) as { servers: unknown }
  expect(described.servers).toEqual([{ url: proxy.https }])
})

test('over plain http pages are sent to https, and what is posted is refused, never redirected', async () => {
  const page = await askServer(`${proxy.http}/s/kiln/first.en.mjs?c=abc`)
  expect(page.status).toBe(308)
  expect(page.headers.location).toBe(`${proxy.https}/s/kiln/first.en.mjs?c=abc`)
  // A browser must not believe it over http (RFC 6797, 7.2).
  expect(page.headers['strict-transport-security']).toBeUndefined()

  const evil = await askServer(proxy.http, { headers: { host: 'evil.example' } })
  expect(evil.headers.location).toBe(`${proxy.https}/`)

  for (const method of ['POST', 'OPTIONS', 'DELETE']) {
    // oxlint-disable-next-line no-await-in-loop
    const refused = await askServer(`${proxy.http}/v1/sites/kiln/decisions`, { method })
    expect(refused.status).toBe(403)
    expect(slug(refused)).toBe('https-required')
    expect(refused.headers.location).toBeUndefined()
    expect(refused.headers['access-control-allow-origin']).toBe('*')
  }
})

test('whoever comes past the proxy is refused, but for health checks of the machine itself', async () => {
  const lie = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' }
  const past = await askServer(`${server.url}/s/kiln/assent.js`, { from: '127.9.9.9', headers: lie })
  expect(past.status).toBe(403)
  expect(slug(past)).toBe('untrusted-proxy')
  expect(past.body).toContain(proxy.https)
  for (const path of ['/healthz', '/readyz'])
    // oxlint-disable-next-line no-await-in-loop
    expect((await askServer(`${server.url}${path}`, { from: '127.9.9.9' })).status).toBe(200)
  const silent = await askServer(`${server.url}/s/kiln/assent.js`)
  expect(silent.status).toBe(403)
  expect(silent.body).toContain('set X-Forwarded-Proto')
})

test('limits count by the address the proxy saw, and what a client writes there changes nothing', async () => {
  const before = await entries()
  expect((await post(64, '127.50.1.1')).status).toBe(200)
  const over = await post(1, '127.50.1.2', { 'x-forwarded-for': '198.51.100.7' })
  expect(over.status).toBe(429)
  expect(slug(over)).toBe('rate-limited')
  expect(Number(over.headers['retry-after'])).toBeGreaterThan(0)
  expect(over.headers['access-control-expose-headers']).toBe('Retry-After')
  expect(over.headers['access-control-allow-origin']).toBe('*')
  expect((await post(64, '127.60.1.1')).status).toBe(200)
  // From a third network: its own bucket is full, but the site's hour is not 22 decisions longer.
  const hour = await post(23, '127.70.1.1')
  expect(hour.status).toBe(429)
  expect(hour.body).toContain('Too much came from this site')
  expect((await post(22, '127.70.1.1')).status).toBe(200)
  // Nothing of what was refused became an entry.
  expect(await entries()).toBe(before + 150)
})

test('no answer of any kind sets a cookie', async () => {
  const { paths } = JSON.parse((await ask('/v1/openapi.json')).body) as { paths: Record<string, object> }
  const asked = Object.keys(paths).map(path =>
    path
      .replace('{site}', 'kiln')
      .replace('{file}', 'first.en.mjs')
      .replace(/\{\w+\}/g, 'en'),
  )
  expect(asked.length).toBeGreaterThan(10)
  for (const path of [...asked, '/s/kiln/assent.js', '/nowhere']) {
    // oxlint-disable-next-line no-await-in-loop
    const { headers } = await ask(path)
    expect([path, headers['set-cookie']]).toEqual([path, undefined])
  }
})

test('with a certificate of its own it needs no proxy', { timeout: 60_000 }, async () => {
  // Two servers do not share a data folder.
  await server.end()
  const own = {
    ASSENT_URL: 'https://localhost',
    ASSENT_TLS_CERT: files.cert,
    ASSENT_TLS_KEY: files.key,
  }
  const running = await serve(join(folder, 'data'), { environment: own })
  expect(running.url).toMatch(/^https:/)
  const loader = await askServer(`${running.url}/s/kiln/assent.js`, {
    ca: files.cert,
    from: '127.9.9.9',
    headers: { 'x-forwarded-proto': 'http' },
  })
  expect(loader.status).toBe(200)
  expect(loader.headers['strict-transport-security']).toBe('max-age=31536000')
  const plain = connect(Number(new URL(running.url).port), '127.0.0.1')
  plain.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  expect(await text(plain).catch(() => '')).not.toContain('200')
  expect(await running.end()).toBe(0)
})

test(
  'what cannot be served safely does not start, and says why in one sentence',
  { timeout: 60_000 },
  async () => {
    const refusal = async (environment: Record<string, string>) => {
      const args = ['serve', '--data', join(folder, 'data'), '--port', '0']
      const { code, err } = await assentProcess(args, environment)
      expect(code).toBeGreaterThan(0)
      return err
    }
    const https = { ASSENT_URL: 'https://consent.example' }
    const own = { ...https, ASSENT_TLS_CERT: files.cert, ASSENT_TLS_KEY: files.key }
    expect(await refusal(https)).toContain('nothing here ends TLS')
    expect(await refusal({ ASSENT_URL: 'http://consent.example' })).toContain('must start with "https:"')
    expect(await refusal({ ASSENT_SECRET: 'changeme' })).toContain('the one secret is ASSENT_MASTER_KEY')
    expect(await refusal({ ASSENT_MASTER_KEY: 'changeme' })).toContain('must be 64 random hex digits')
    expect(await refusal({ ...own, ASSENT_TLS_CERT: join(folder, 'none') })).toContain(
      'check ASSENT_TLS_CERT',
    )
    expect(await refusal({ ...own, ASSENT_TLS_KEY: join(folder, 'none') })).toContain('check ASSENT_TLS_KEY')
    expect(await refusal({ ...own, ASSENT_TLS_KEY: files.cert })).toContain('chmod 600')
    const other = join(folder, 'other')
    writeFileSync(other, 'not a key', { mode: 0o600 })
    expect(await refusal({ ...own, ASSENT_TLS_KEY: other })).toContain('a pair that fits')
    chmodSync(files.key, 0o644)
    expect(await refusal(own)).toContain(`chmod 600 ${files.key}`)
    chmodSync(files.key, 0o600)
    writeFileSync(join(folder, 'weak.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    expect(await refusal({ ASSENT_MASTER_KEY_FILE: join(folder, 'weak.key') })).toContain(
      '64 random hex digits',
    )
    expect(readFileSync(join(folder, 'data/keys/master.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  },
)
