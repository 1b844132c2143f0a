import { expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'

const KEY = 'f3a1c05e9b7d2468ace013579bdf02468ace13579bdf1122334455667788990a'

test('nothing set means loopback, port 8787, ./data and development', () => {
  expect(readConfig({}, {})).toEqual({
    data: `${process.cwd()}/data`,
    port: 8787,
    host: '127.0.0.1',
    url: 'http://127.0.0.1:8787',
    production: false,
    masterKeyFile: `${process.cwd()}/data/keys/master.key`,
    checkpointEvery: 1000,
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
  [{ ASSENT_MASTER_KEY: 'changeme' }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: '0'.repeat(64) }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: 'deadbeef'.repeat(8) }, 'ASSENT_MASTER_KEY must be 64 random hex digits'],
  [{ ASSENT_MASTER_KEY: KEY, ASSENT_MASTER_KEY_FILE: '/k' }, 'are both set: keep one'],
  [{ ASSENT_URL: 'consent.example' }, 'ASSENT_URL must be the address'],
  [{ ASSENT_URL: 'https://consent.example/path' }, 'without a path'],
  [{ ASSENT_URL: 'http://consent.example' }, 'ASSENT_URL must start with "https:"'],
  [{ ASSENT_HOST: '0.0.0.0' }, 'reachable from outside'],
  [{ ASSENT_PROT: '1' }, 'ASSENT_PROT is not a setting'],
])('%j is refused with what to do', (environment, words) => {
  expect(() => readConfig({}, environment)).toThrow(words)
})

test('every fault is named in one error', () => {
  const broken = { ASSENT_PORT: 'x', ASSENT_MASTER_KEY: 'y', ASSENT_URL: 'z' }
  expect(() => readConfig({}, broken)).toThrow(
    /3 fault\(s\):\n.*ASSENT_PORT.*\n.*ASSENT_URL.*\n.*ASSENT_MASTER_KEY/,
  )
})

test('https makes it production, and then it may listen to more than itself', () => {
  const config = readConfig(
    {},
    { ASSENT_URL: 'https://consent.example', ASSENT_HOST: '0.0.0.0', ASSENT_MASTER_KEY: KEY },
  )
  expect(config).toMatchObject({ production: true, host: '0.0.0.0', masterKey: KEY })
})

test('no message repeats a key', () => {
  expect(() => readConfig({}, { ASSENT_MASTER_KEY: `${KEY}ff` })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(KEY) }),
  )
})
