import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aSiteDecision, ORIGIN, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }

let data: DataFolder
let server: Served
beforeAll(async () => {
  data = await aDataFolder()
  server = await serve(data.folder)
})
afterAll(async () => {
  await server.end()
  data.remove()
})

const aBatch = () => JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] })

/** Sends bytes as they are and answers what came back. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

const line = `POST /v1/sites/${SITE}/decisions HTTP/1.1\r\nHost: localhost\r\nOrigin: ${ORIGIN}\r\nContent-Type: text/plain\r\n`

test('a megabyte is refused by its declared length before one byte of it is sent', async () => {
  const answer = await raw(`${line}Content-Length: 1000000\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
  expect(answer.toLowerCase()).toContain('access-control-allow-origin: *')
})

test('a body of unknown length is refused as soon as it grows too long', async () => {
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
  const answer = await raw(`${line}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(5)}`)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
})

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  ['two lengths', `${line}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
])('%s gets a 400 that a page may read', async (_, bytes) => {
  const answer = await raw(bytes)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer.toLowerCase()).toContain('access-control-allow-origin: *')
  expect(answer).toContain('urn:assent:problem:bad-request')
})

test('floods of bad bodies delay nobody else and lose nothing', { timeout: 60_000 }, async () => {
  const bad = [
    'x'.repeat(1_000_000),
    JSON.stringify({ decisions: Array.from({ length: 10_000 }, () => 1) }),
    `{"decisions":[${'['.repeat(15_000)}${']'.repeat(15_000)}]}`,
    `{"decisions":[${'{"choices":'.repeat(4_000)}1${'}'.repeat(4_000)}]}`,
    JSON.stringify({
      decisions: Array.from({ length: 64 }, () => ({ ...aSiteDecision(), id: 'x'.repeat(500) })),
    }),
  ]
  const answered: number[] = []
  const flood = new AbortController()
  const senders = bad.map(async body => {
    while (!flood.signal.aborted) {
      const response = await postTo(server.url, body).catch(() => undefined)
      await response?.arrayBuffer()
      if (response) answered.push(response.status)
    }
  })
  await expect.poll(() => answered.length, PATIENCE).toBeGreaterThan(20)
  const waits: number[] = []
  for (let n = 0; n < 40; n++) {
    const started = performance.now()
    const response = await postTo(server.url, aBatch())
    expect(await response.json()).toMatchObject({ entries: [{ duplicate: false }] })
    waits.push(performance.now() - started)
  }
  flood.abort()
  await Promise.all(senders)
  const median = waits.sort((a, b) => a - b)[20]!
  console.log(
    `flood: a normal decision took ${median.toFixed(1)} ms at the median, ${waits.at(-1)!.toFixed(1)} ms at most`,
  )
  expect(median).toBeLessThan(1_000)
  expect(new Set(answered)).toEqual(new Set([200, 413]))
})

test('a sender that stalls in the middle of its body holds nobody up', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`${line}Content-Length: 60000\r\n\r\n{"decisions":[`)
  const response = await postTo(server.url, aBatch())
  expect(response.status).toBe(200)
  socket.destroy()
})

/** Sends something every half second, for as long as the server lets it; answers what came back and after how long. */
async function dripped(first: string, more: () => string | undefined) {
  // Half open: it goes on sending whatever the server says.
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true })
  const started = performance.now()
  let answer = ''
  socket.on('data', chunk => (answer += String(chunk)))
  socket.on('error', () => {
    // Being cut off is what is tested.
  })
  const closed = new Promise(done => socket.once('close', done))
  socket.write(first)
  const timer = setInterval(() => {
    const next = more()
    if (next === undefined) socket.end()
    else socket.write(next)
  }, 500)
  await closed
  clearInterval(timer)
  return { answer, seconds: (performance.now() - started) / 1_000 }
}

test(
  'senders that drip are cut off within 15 s, and 16 KB at 2 KB/s are not',
  { timeout: 60_000 },
  async () => {
    const body = aBatch().padEnd(16_384, ' ')
    let sent = 0
    const mobile = dripped(`${line}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`, () =>
      sent < body.length ? body.slice(sent, (sent += 1_024)) : undefined,
    )
    const drips = await Promise.all([
      dripped(`${line}Content-Length: 60000\r\n\r\n{`, () => ' '),
      dripped(`${line}Transfer-Encoding: chunked\r\n\r\n`, () => '1\r\n \r\n'),
      dripped(line, () => 'X: y\r\n'),
    ])
    for (const { answer, seconds } of drips) {
      expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*took too long/)
      expect(seconds).toBeLessThan(15)
    }
    const { answer, seconds } = await mobile
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*"duplicate":false/)
    expect(seconds).toBeGreaterThan(7)
    expect(server.lines().filter(l => l['level'] === 'error')).toEqual([])
  },
)

test('no line of the log holds an address, a secret, or a person', async () => {
  const decision = aSiteDecision({ decidedAt: Date.now() })
  await postTo(server.url, JSON.stringify({ decisions: [decision] }))
  const lines = JSON.stringify(server.lines())
  expect(server.lines().length).toBeGreaterThan(0)
  for (const secret of [decision.secret!, decision.id, '127.0.0.1:', ORIGIN])
    expect(lines.replaceAll(server.url, '')).not.toContain(secret)
})

test('a clock that flickers back stamps no decision before an earlier one', async () => {
  const other = await aDataFolder()
  const flicker = 'const now = Date.now; Date.now = () => now() - (Math.random() < 0.5 ? 0 : 30_000)'
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(flicker)}`
  const running = await serve(other.folder, { environment: { NODE_OPTIONS } })
  const received: string[] = []
  for (let n = 0; n < 20; n++) {
    const answer = (await (await postTo(running.url, aBatch())).json()) as {
      entries: { receivedAt: string }[]
    }
    received.push(answer.entries[0]!.receivedAt)
  }
  await running.end()
  expect(received).toEqual(received.toSorted())
  other.remove()
})

test('a clock set back by hours is followed: all goes on, nothing is lost or doubled, and verify names the place', async () => {
  const other = await aDataFolder()
  const back = join(other.folder, 'set-back')
  const steps = `import { existsSync } from 'node:fs'
    const now = Date.now; Date.now = () => now() - (existsSync(${JSON.stringify(back)}) ? 7_200_000 : 0)`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(steps)}`
  const running = await serve(other.folder, {
    environment: { NODE_OPTIONS, ASSENT_CHECKPOINT_MS: '50' },
  })
  const post = async (body: string) =>
    ((await (await postTo(running.url, body)).json()) as { entries: { index: number; duplicate: boolean }[] })
      .entries[0]!
  const first = await post(aBatch())
  writeFileSync(back, '')
  const body = aBatch()
  const [later, again] = [await post(body), await post(body)]
  expect(later).toMatchObject({ index: first.index + 1, duplicate: false })
  expect(again).toMatchObject({ index: later.index, duplicate: true })
  await expect
    .poll(async () => (await fetch(`${running.url}/log/${SITE}/checkpoint`)).text(), PATIENCE)
    .toContain(`\n${later.index + 1}\n`)
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
  expect(await running.end()).toBe(0)
  const verified = await assent(['verify', '--data', other.folder])
  expect(verified.out).toContain(`1 finding, first bad index ${later.index}`)
  expect(verified.out).toMatch(/\d+ s before that of entry \d+: the clock was set back, or one of the two/)
  other.remove()
})

test('SIGTERM answers what was taken, signs a last checkpoint, and ends with 0', async () => {
  const other = await aDataFolder()
  const running = await serve(other.folder, { environment: { ASSENT_CHECKPOINT_MS: '3600000' } })
  const body = aBatch()
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
  const answer = text(socket)
  socket.write(`${line}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 40)}`)
  // The server has begun with it once a later request was answered.
  expect((await postTo(running.url, aBatch())).status).toBe(200)
  const ended = running.end('SIGTERM')
  await expect.poll(() => running.lines().some(l => l['event'] === 'stopping'), PATIENCE).toBe(true)
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow('fetch failed')
  socket.write(body.slice(40))
  expect(await answer).toMatch(/^HTTP\/1.1 200 /)
  expect(await ended).toBe(0)
  await other.read(store => {
    expect(store.checkpoint(SITE)?.size).toBe(store.log(SITE).size)
  })
  other.remove()
})

test('a second signal ends it at once', async () => {
  const other = await aDataFolder()
  const running = await serve(other.folder)
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
  socket.on('error', () => {
    // The server cuts the connection: that is what is tested.
  })
  socket.write(`${line}Content-Length: 60000\r\n\r\n{`)
  await expect.poll(async () => (await fetch(`${running.url}/healthz`)).status, PATIENCE).toBe(200)
  running.child.kill('SIGINT')
  await expect.poll(() => running.lines().some(l => l['event'] === 'stopping'), PATIENCE).toBe(true)
  expect(await running.end('SIGINT')).toBe(1)
  other.remove()
})
