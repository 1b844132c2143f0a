import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { aWitnessKey } from '../support/witness.ts'

const KEY = 'f3a1c05e9b7d2468ace013579bdf02468ace13579bdf1122334455667788990a'

const HTTPS = { ASSENT_URL: 'https://consent.example' }

test('nothing set means loopback, port 8787, ./data and development', () => {
  expect(readConfig({}, {})).toEqual({
    data: `${process.cwd()}/data`,
    port: 8787,
    host: '127.0.0.1',
    url: 'http://127.0.0.1:8787',
    production: false,
    trustedProxies: [],
    regionHeaders: [],
    limits: { perMinute: 120, burst: 240, sitePerHour: 100_000 },
    masterKeyFile: `${process.cwd()}/data/keys/master.key`,
    providersFile: `${process.cwd()}/data/keys/providers.json`,
    holdHours: 48,
    checkpointEvery: 1000,
    witnesses: [],
    witnessEvery: 10_000,
    accessLog: false,
    logLevel: 'info',
  })
})

test('the command line wins over the environment', () => {
  const config = readConfig(
    { port: '1', data: '/a' },
    { ASSENT_PORT: '2', ASSENT_DATA: '/b', ASSENT_HOST: '::1' },
  )
  expect(config).toMatchObject({ port: 1, data: '/a', host: '::1', url: 'http://[::1]:1' })
})

test.each<[environment: Record<string, string>, words: string]>([
  [{ ASSENT_PORT: 'http' }, 'ASSENT_PORT must be a port'],
  [{ ASSENT_PORT: '65536' }, 'ASSENT_PORT must be a port'],
  [{ ASSENT_METRICS_PORT: 'on' }, 'ASSENT_METRICS_PORT must be a port'],
  [{ ASSENT_ACCESS_LOG: 'yes' }, 'ASSENT_ACCESS_LOG must be 1'],
  [{ ASSENT_LOG_LEVEL: 'debug' }, 'ASSENT_LOG_LEVEL must be one of info, warn, error'],
  [{ ASSENT_MASTER_KEY: 'changeme' }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: '0'.repeat(64) }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: 'deadbeef'.repeat(8) }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: KEY, ASSENT_MASTER_KEY_FILE: '/k' }, 'are both set: keep one'],
  [{ ASSENT_URL: 'consent.example' }, 'ASSENT_URL must be the address'],
  [{ ASSENT_URL: 'https://consent.example/path' }, 'without a path'],
  [{ ASSENT_URL: 'http://consent.example' }, 'ASSENT_URL must start with "https:"'],
  [{ ASSENT_HOST: '0.0.0.0' }, 'reachable from outside'],
  [
    { ASSENT_MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex') },
    '64 random hex',
  ],
  [{ ASSENT_URL: 'http://203.0.113.9' }, 'ASSENT_URL must start with "https:"'],
  [{ ASSENT_PROT: '1' }, 'ASSENT_PROT is not a setting: write ASSENT_PORT, or unset it'],
  [{ ASSENT_SECRET: 'changeme' }, 'ASSENT_SECRET is not a setting: the one secret is ASSENT_MASTER_KEY'],
  [{ ASSENT_TRUSTED_PROXY: '::1' }, 'ASSENT_TRUSTED_PROXY is not a setting: write ASSENT_TRUSTED_PROXIES'],
  [{ ASSENT_WHATEVER: '1' }, 'ASSENT_WHATEVER is not a setting: "assent serve --help" lists them'],
  [HTTPS, 'nothing here ends TLS: name the proxy that does in ASSENT_TRUSTED_PROXIES'],
  [
    { ...HTTPS, ASSENT_TRUSTED_PROXIES: '' },
    'ASSENT_TRUSTED_PROXIES must be addresses or networks of your own',
  ],
  [{ ...HTTPS, ASSENT_TRUSTED_PROXIES: '127.0.0.1,0.0.0.0/0' }, 'ASSENT_TRUSTED_PROXIES must be addresses'],
  [{ ...HTTPS, ASSENT_TRUSTED_PROXIES: 'caddy' }, 'ASSENT_TRUSTED_PROXIES must be addresses'],
  [{ ASSENT_REGION_HEADER: 'CF-IPCountry' }, 'ASSENT_REGION_HEADER is believed from a trusted proxy only'],
  [{ ASSENT_REGION_HEADER: 'a,b,c' }, 'ASSENT_REGION_HEADER must be the name of a header, or two'],
  [{ ...HTTPS, ASSENT_TLS_CERT: '/c' }, 'ASSENT_TLS_CERT and ASSENT_TLS_KEY go together'],
  [{ ASSENT_TLS_CERT: '/c', ASSENT_TLS_KEY: '/k' }, 'ASSENT_TLS_CERT needs ASSENT_URL'],
  [{ ASSENT_LIMIT_BURST: '63' }, 'ASSENT_LIMIT_BURST must be a number of decisions, at least 64'],
  [{ ASSENT_LIMIT_PER_MINUTE: '0' }, 'ASSENT_LIMIT_PER_MINUTE must be a number'],
])('%j is refused with what to do', (environment, words) => {
  expect(() => readConfig({}, environment)).toThrow(words)
})

test('every fault is named in one error', () => {
  const broken = { ASSENT_PORT: 'x', ASSENT_MASTER_KEY: 'y', ASSENT_URL: 'z' }
  expect(() => readConfig({}, broken)).toThrow(
    /^The settings have 3 fault\(s\):\n.*ASSENT_PORT.*\n.*ASSENT_URL.*\n.*ASSENT_MASTER_KEY/,
  )
})

test('https makes it production, and then it may listen to more than itself', () => {
  const proxied = { ...HTTPS, ASSENT_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' }
  expect(readConfig({}, { ...proxied, ASSENT_HOST: '0.0.0.0', ASSENT_MASTER_KEY: KEY })).toMatchObject({
    production: true,
    host: '0.0.0.0',
    masterKey: KEY,
    trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
  })
  expect(readConfig({}, { ...HTTPS, ASSENT_TLS_CERT: '/c', ASSENT_TLS_KEY: '/k' })).toMatchObject({
    production: true,
    tls: { cert: '/c', key: '/k' },
  })
})

test('no message repeats a key', () => {
  expect(() => readConfig({}, { ASSENT_MASTER_KEY: `${KEY}ff` })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(KEY) }),
  )
})

describe('who cosigns', () => {
  const { vkey } = aWitnessKey()
  const read = (ASSENT_WITNESSES: string) => readConfig({}, { ASSENT_WITNESSES }).witnesses

  test('stands in the setting itself or in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assent-config-'))
    const file = join(folder, 'witnesses')
    writeFileSync(file, `# the other operator\nhttps://w.example ${vkey}\n`)
    try {
      expect(read(file)).toEqual(read(`https://w.example ${vkey}`))
      expect(read(file)).toMatchObject([{ url: 'https://w.example', vkey }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    ['/nowhere', 'ASSENT_WITNESSES names a file that cannot be read: "/nowhere"'],
    [`http://w.example ${vkey}`, 'ASSENT_WITNESSES line 1 must name an https address'],
    [`https://w.example ${vkey}, https://v.example key`, 'ASSENT_WITNESSES line 2 holds no verifier key'],
  ])('%s is refused with what is wrong', (setting, words) => {
    expect(() => read(setting)).toThrow(words)
  })
})
