import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { createLog } from '../../server/cli/log.ts'
import { readConfig } from '../../server/config.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { DESCRIPTIONS } from '../../server/routes/description.ts'
import { aSiteDecision, ORIGIN, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { foldersIn } from '../support/ledger.ts'
import { anOptIn, anOptOut, marketingConfiguration, publishPrograms } from '../support/marketing.ts'
import { aDataFolder, serve, type DataFolder, type Served } from '../support/serve.ts'

/** Words nobody else would write, one for each thing a request can carry. */
const MARKER = {
  address: 'mk-address@marker.example',
  phone: '+12025550147',
  secret: '01995a10c0de5ec7e75ec7e75ec7e75ec7e75ec7e750',
  agent: 'MarkerAgent/7.7',
  query: 'mk-query',
  header: 'mk-header',
  path: 'mk-path',
  form: 'mk-form',
  key: 'mk-key',
} as const

let data: DataFolder
let server: Served
let key: string

beforeAll(async () => {
  data = await aDataFolder()
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  await publishPrograms({ ...opened.ledger, folders: foldersIn(data.folder) })
  await opened.close()
  server = await serve(data.folder, { environment: { ASSENT_ACCESS_LOG: '1' } })
  const made = await assent(['key', 'new', '--data', data.folder, '--site', SITE, '--scope', 'status'])
  key = made.out.trim()
})
afterAll(async () => {
  await server.end()
  data.remove()
})

const configuration = contentHash(marketingConfiguration())
const decidedAt = Date.now() - 10

const headers = (more: Record<string, string> = {}) => ({
  'User-Agent': MARKER.agent,
  Referer: `https://${MARKER.header}.example/${MARKER.path}`,
  Cookie: `assent_harbor=${MARKER.header}`,
  'Accept-Language': MARKER.header,
  'X-Forwarded-For': '203.0.113.77',
  'X-Marker': MARKER.header,
  ...more,
})
const fromPage = { Origin: ORIGIN, 'Content-Type': 'text/plain;charset=UTF-8' }
const form = { Origin: ORIGIN, 'Content-Type': 'application/x-www-form-urlencoded' }

/** Every route by its description, filled with markers where something varies. */
const paths = (): string[] =>
  Object.values(DESCRIPTIONS)
    .flatMap(({ paths: all }) => all)
    .map(path => path.replace('{site}', SITE).replaceAll(/\{\w+\}/g, MARKER.path))

const bodies: Record<string, object> = {
  decisions: {
    decisions: [
      aSiteDecision({ decidedAt, configuration, secret: MARKER.secret }),
      aSiteDecision({ decidedAt, configuration: '0'.repeat(64), secret: MARKER.secret }),
      { ...aSiteDecision({ decidedAt }), [MARKER.query]: MARKER.address },
    ],
  },
  'opt-ins': {
    optIns: [
      anOptIn({ channel: 'email', address: MARKER.address, decidedAt }),
      anOptIn({ address: MARKER.phone, decidedAt }),
      anOptIn({ address: `${MARKER.address}@@`, channel: 'email', decidedAt }),
    ],
  },
  'opt-outs': {
    optOuts: [anOptOut({ address: MARKER.phone, decidedAt }), anOptOut({ address: MARKER.query, decidedAt })],
  },
}

async function ask(
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<number> {
  const answer = await fetch(`${server.url}${path}`, {
    ...init,
    headers: headers(init.headers),
    redirect: 'manual',
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Answered is one thing, written down another. */
const requests = () => server.lines().filter(line => line['event'] === 'request')

test(
  'whatever a request carries, on any route, nothing of it is in the log',
  { timeout: 60_000 },
  async () => {
    const query = `?address=${encodeURIComponent(MARKER.address)}&${MARKER.query}=${MARKER.query}`
    const statuses: number[] = []
    for (const path of paths())
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        const body = method === 'POST' ? `{"${MARKER.form}":"${MARKER.address}"}` : undefined
        for (const authorization of [`Assent ${MARKER.secret}`, `Bearer ${MARKER.key}`])
          statuses.push(
            await ask(path + query, {
              method,
              headers: { ...fromPage, Authorization: authorization },
              ...(body && { body }),
            }),
          )
      }
    for (const [name, body] of Object.entries(bodies))
      statuses.push(
        await ask(`/v1/sites/${SITE}/${name}`, {
          method: 'POST',
          headers: fromPage,
          body: JSON.stringify(body),
        }),
      )
    for (const page of ['opt-in.offers.en.html', 'opt-out.en.html'])
      for (const host of [ORIGIN, server.url])
        statuses.push(
          await ask(`/s/${SITE}/${page}`, {
            method: 'POST',
            headers: { ...form, Origin: host },
            body: new URLSearchParams({
              'email-address': MARKER.address,
              'sms-address': MARKER.phone,
              email: 'yes',
              text: MARKER.form,
            }).toString(),
          }),
        )
    statuses.push(
      await ask(
        `/v1/sites/${SITE}/status?channel=email&program=offers&address=${encodeURIComponent(MARKER.address)}`,
        {
          headers: { Authorization: `Bearer ${key}` },
        },
      ),
      await ask(`/v1/sites/${SITE}/decisions`, {
        method: 'POST',
        headers: { ...fromPage, Origin: `https://${MARKER.header}.example` },
        body: '{}',
      }),
      await ask(`/${MARKER.path}/${MARKER.query}${query}`),
      await ask(`/s/${MARKER.path}/assent.js`),
    )
    expect(new Set(statuses.map(status => Math.floor(status / 100)))).toEqual(new Set([2, 4]))
    await raw(
      `GET /${MARKER.path} HTTP/1.1\r\nHost: ${MARKER.header} ${MARKER.query}\r\nConnection: close\r\n\r\n`,
    )
    await raw(`BREW /${MARKER.path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await expect.poll(() => requests().length).toBeGreaterThanOrEqual(statuses.length)

    const log = JSON.stringify(server.lines())
    // A page's own address, once an hour, is what its owner needs to hear.
    const withoutOrigin = log.replaceAll(`"origin":"https://${MARKER.header}.example"`, '')
    const found = [
      ...Object.values(MARKER),
      key,
      decidedAt.toString(),
      '203.0.113',
      'Bearer',
      'Cookie',
      ...[MARKER.address, MARKER.phone, MARKER.secret].flatMap(value => [
        encodeURIComponent(value),
        Buffer.from(value).toString('base64'),
        contentHash(value),
      ]),
    ].filter(marker => withoutOrigin.includes(marker))
    expect(found).toEqual([])
    // What was refused is said, by its reason.
    expect(server.lines()).toContainEqual(
      expect.objectContaining({
        level: 'info',
        event: 'refused',
        site: SITE,
        'unknown-configuration': 1,
        malformed: 1,
      }),
    )
  },
)

async function raw(bytes: string): Promise<void> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(bytes)
  await text(socket)
}

test('a line of the access log says the route by its pattern, and how it went', async () => {
  const before = requests().length
  await ask(`/v1/sites/${SITE}/receipts/${MARKER.path}?${MARKER.query}`)
  await expect.poll(() => requests().length).toBe(before + 1)
  const { time, ...line } = requests().at(-1)!
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(line).toEqual({
    level: 'info',
    event: 'request',
    method: 'GET',
    route: '/v1/sites/:site/receipts/:id',
    site: SITE,
    status: 404,
    ms: expect.any(Number),
    bytes: expect.any(Number),
    network: '127.0.0.0/24',
  })
  expect(line['bytes']).toBeGreaterThan(100)
  await ask(`/${MARKER.path}`)
  await expect.poll(() => requests().length).toBe(before + 2)
  expect(requests().at(-1)).toMatchObject({ route: '*' })
})

test('the access log is off until it is asked for', async () => {
  const other = await aDataFolder()
  const quiet = await serve(other.folder)
  await (await fetch(`${quiet.url}/healthz`)).text()
  await quiet.end()
  expect(quiet.lines().map(line => line['event'])).toContain('stopped')
  expect(quiet.lines().map(line => line['event'])).not.toContain('request')
  other.remove()
})

test.each([
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('at the level %s, %j are written', (least, written) => {
  const lines: string[] = []
  const log = createLog(
    line => void lines.push(line),
    () => 0,
    least,
  )
  for (const level of ['info', 'warn', 'error'] as const) log[level]('something', { site: SITE })
  expect(lines.map(line => (JSON.parse(line) as { level: string }).level)).toEqual(written)
})
