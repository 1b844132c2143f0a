import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { aSiteDecision, ORIGIN, SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { readExposition, type Family } from '../support/exposition.ts'
import { foldersIn } from '../support/ledger.ts'
import { anOptIn, MAIL, marketingConfiguration, publishPrograms } from '../support/marketing.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'

let data: DataFolder
let server: Served
let metrics: string

beforeAll(async () => {
  data = await aDataFolder()
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  await publishPrograms({ ...opened.ledger, folders: foldersIn(data.folder) })
  await opened.close()
  server = await serve(data.folder, {
    environment: { ASSENT_METRICS_PORT: '0', ASSENT_LIMIT_BURST: '64', ASSENT_LIMIT_PER_MINUTE: '1' },
  })
  metrics = String(server.lines().find(line => line['event'] === 'metrics')!['address'])
})
afterAll(async () => {
  await server.end()
  data.remove()
})

async function scrape(): Promise<Map<string, Family>> {
  const answer = await fetch(metrics)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return readExposition(await answer.text())
}

const valueOf = (families: Map<string, Family>, name: string, labels: Record<string, string> = {}) =>
  [...families.values()]
    .flatMap(family => family.samples)
    .find(s => s.name === name && Object.entries(labels).every(([key, value]) => s.labels[key] === value))
    ?.value

const configuration = contentHash(marketingConfiguration())
const decision = (changes = {}) => aSiteDecision({ decidedAt: Date.now() - 10, configuration, ...changes })
const post = (...decisions: object[]) => postTo(server.url, JSON.stringify({ decisions }))

test('what the server did is counted, by reason and never by person', async () => {
  const before = await scrape()
  expect(valueOf(before, 'assent_refused_total')).toBeUndefined()
  await post(decision(), decision({ configuration: '0'.repeat(64) }), decision({ choices: {} }))
  await fetch(`${server.url}/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
    body: JSON.stringify({
      optIns: [anOptIn({ channel: 'email', address: MAIL, decidedAt: Date.now() - 10 })],
    }),
  })
  const key = (await assent(['key', 'new', '--data', data.folder, '--site', SITE, '--scope', 'status'])).out
  for (const address of [MAIL, 'stranger@mail.example'])
    await fetch(
      `${server.url}/v1/sites/${SITE}/status?channel=email&program=offers&address=${encodeURIComponent(address)}`,
      { headers: { Authorization: `Bearer ${key.trim()}` } },
    )
  expect((await post(...Array.from({ length: 64 }, () => decision()))).status).toBe(429)

  const after = await scrape()
  const more = (name: string, labels = {}) =>
    (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0)
  expect({
    entries: more('assent_log_entries', { site: SITE }),
    commits: more('assent_commits_total', { database: 'ledger' }),
    keyCommits: more('assent_commits_total', { database: 'subject-keys' }),
    appended: more('assent_append_seconds_count'),
    inCommits: more('assent_commit_entries_sum'),
    unknown: more('assent_refused_total', { reason: 'unknown-configuration' }),
    incomplete: more('assent_refused_total', { reason: 'incomplete-choices' }),
    limited: more('assent_limited_total', { by: 'address' }),
    send: more('assent_status_answers_total', { decision: 'send' }),
    block: more('assent_status_answers_total', { decision: 'block' }),
    failures: more('assent_commit_failures_total'),
    suspended: valueOf(after, 'assent_log_suspended', { site: SITE }),
    contradicted: valueOf(after, 'assent_log_contradicted', { site: SITE }),
  }).toEqual({
    entries: 2,
    commits: 2,
    keyCommits: 1,
    appended: 2,
    inCommits: 2,
    unknown: 1,
    incomplete: 1,
    limited: 1,
    send: 1,
    block: 1,
    failures: 0,
    suspended: 0,
    contradicted: 0,
  })
  expect(valueOf(after, 'assent_checkpoint_age_seconds', { site: SITE })).toBeLessThan(60)
  expect(valueOf(after, 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
  await expect
    .poll(async () => valueOf(await scrape(), 'assent_log_unsigned_entries', { site: SITE }), {
      timeout: 15_000,
    })
    .toBe(0)
})

test('the labels are of closed lists, and no sample names an address, a secret or an id', async () => {
  const families = await scrape()
  const own = [...families].filter(([name]) => name.startsWith('assent_')).flatMap(([, f]) => f.samples)
  expect(own.length).toBeGreaterThan(40)
  const used = new Set(own.flatMap(sample => Object.keys(sample.labels)))
  expect(used).toEqual(new Set(['site', 'database', 'kind', 'reason', 'by', 'decision', 'le', 'version']))
  const text = await (await fetch(metrics)).text()
  for (const word of [MAIL, 'mail.example', '127.0.0', decision().secret!]) expect(text).not.toContain(word)
})

describe('the figures are this machine’s alone', () => {
  const ask = async (path: string, options: { method?: string; host?: string } = {}) => {
    const { port } = new URL(metrics)
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method: options.method ?? 'GET',
      headers: { host: options.host ?? `127.0.0.1:${port}` },
    }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return [answer.statusCode, await text(answer)] as const
  }

  test('on a port that answers nothing else, to no other host', async () => {
    expect((await ask('/metrics'))[0]).toBe(200)
    expect((await ask('/healthz'))[0]).toBe(404)
    expect((await ask('/metrics', { method: 'POST' }))[0]).toBe(405)
    expect((await ask('/metrics', { host: 'rebound.example' }))[0]).toBe(403)
    expect(new URL(metrics).hostname).toBe('127.0.0.1')
  })

  test('and the public port knows no such address', async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
  })

  test('a port that is taken is said at the start, and nothing goes on running', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const other = await aDataFolder()
    const { code, err } = await assentProcess(['serve', '--data', other.folder, '--port', '0'], {
      ASSENT_METRICS_PORT: String((taken.address() as AddressInfo).port),
    })
    expect(code).toBe(1)
    expect(err).toContain('set another ASSENT_METRICS_PORT')
    taken.close()
    other.remove()
  })
})

test.each([
  ['a sample before its family', 'a 1\n', 'not understood'],
  ['no number', '# HELP a a\n# TYPE a gauge\na one\n', 'not understood'],
  ['a series twice', '# HELP a a\n# TYPE a gauge\na{b="1"} 1\na{b="1"} 2\n', 'twice'],
  ['another name under it', '# HELP a a\n# TYPE a gauge\nb 1\n', 'not of a'],
  ['a line that is not ended', '# HELP a a\n# TYPE a gauge\na 1', 'not ended'],
  [
    'buckets that shrink',
    '# HELP a a\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    'cumulative',
  ],
])('the parser of this test refuses %s', (_, exposition, why) => {
  expect(() => readExposition(exposition)).toThrow(why)
})

test('each hook says how far behind it is, and whether it is told at all', async () => {
  const hook = (...args: string[]) => assent(['hook', ...args, '--data', data.folder])
  const scope = ['--as', 'processor', '--purposes', 'analytics', '--json']
  const added = await hook(
    'add',
    '--site',
    SITE,
    '--url',
    'http://localhost:9/',
    '--recipient',
    'Rowan',
    ...scope,
  )
  const { id } = JSON.parse(added.out) as { id: string }
  await hook('pause', id)
  await hook('replay', id, '--from', '0')
  const found = await scrape()
  const entries = valueOf(found, 'assent_log_entries', { site: SITE })
  expect(valueOf(found, 'assent_hook_behind_entries', { site: SITE, hook: id })).toBe(entries)
  expect(valueOf(found, 'assent_hook_paused', { hook: id })).toBe(1)
  expect(valueOf(found, 'assent_hook_failures', { hook: id })).toBe(0)
  await hook('remove', id)
  expect(valueOf(await scrape(), 'assent_hook_paused', { hook: id })).toBeUndefined()
})
