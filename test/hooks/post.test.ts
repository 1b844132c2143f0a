import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPoster, type Outcome, type Poster, type PosterOptions } from '../../server/hooks/post.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { selfSigned } from '../support/tls-proxy.ts'

let folder: string
let tls: { cert: string; key: string }
let receiver: Receiver
const posters: Poster[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-post-'))
  const files = selfSigned(folder)
  tls = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  posters.splice(0).forEach(poster => poster.close())
  await receiver.close()
})

function poster(options: Partial<PosterOptions> = {}): Poster {
  const made = createPoster({ production: false, ...options })
  posters.push(made)
  return made
}

const MESSAGE = { headers: { 'webhook-id': 'harbor:1:00000000' }, body: '{"type":"ping"}' }
const post = (by: Poster, url: string): Promise<Outcome> =>
  by.post(url, () => MESSAGE, new AbortController().signal)
const at = (...addresses: string[]) =>
  addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))

test('a name that leads inside is refused, also when only one of its addresses does, and nothing is connected to', async () => {
  for (const addresses of [
    at('127.0.0.1'),
    at('93.184.215.14', '10.0.0.7'),
    at('::ffff:127.0.0.1'),
    at('fe80::1'),
  ]) {
    const { href } = new URL(`https://crm.example:${receiver.port}/in`)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const outcome = await post(poster({ production: true, resolve: async () => addresses }), href)
    expect(outcome).toMatchObject({
      kind: 'failed',
      why: `crm.example leads to ${addresses.at(-1)!.address}, on this machine or a private network: nothing was sent`,
    })
  }
  expect(receiver.received).toEqual([])
})

test('a name that leads elsewhere between the look and the connection does not: it is asked once, and what was looked at is connected to', async () => {
  const answers = [at('127.0.0.1'), at('10.0.0.1')]
  let asked = 0
  const by = poster({ resolve: async () => answers[asked++] ?? at('10.0.0.2') })
  // Nobody else knows this name: whoever asked for it again would get nowhere.
  const url = `http://rebound.localhost:${receiver.port}/in`
  expect(await post(by, url)).toEqual({ kind: 'delivered', status: 200 })
  expect(asked).toBe(1)
  // And a connection that is still open is no way around it.
  expect(await post(by, url)).toMatchObject({ kind: 'failed', why: expect.stringContaining('10.0.0.1') })
  expect(receiver.received.length).toBe(1)
  expect(receiver.received[0]!.headers.host).toBe(`rebound.localhost:${receiver.port}`)
})

test('in production http is refused at the moment of sending too, and so is this machine', async () => {
  const by = poster({ production: true })
  for (const url of [
    receiver.url,
    `https://localhost:${receiver.port}/in`,
    `https://127.0.0.1:${receiver.port}/in`,
  ])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await post(by, url)).toMatchObject({ kind: 'failed' })
  expect(receiver.received).toEqual([])
})

test('a certificate nobody vouches for, or of another name, is refused before a byte of the message', async () => {
  const secure = await startReceiver(tls)
  try {
    expect(await post(poster(), secure.url)).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/self-signed/),
    })
    const other = poster({ ca: tls.cert, resolve: async () => at('127.0.0.1') })
    expect(await post(other, `https://crm.example:${secure.port}/in`)).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/does not match certificate/),
    })
    expect(secure.received).toEqual([])
    expect(await post(poster({ ca: tls.cert }), secure.url)).toEqual({ kind: 'delivered', status: 200 })
    expect(secure.received[0]!.body).toBe(MESSAGE.body)
  } finally {
    await secure.close()
  }
})

test('a redirect is not followed', async () => {
  const other = await startReceiver()
  try {
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answerWith(() => (_, response) => response.writeHead(status, { Location: other.url }).end())
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await post(poster(), receiver.url)).toMatchObject({
        kind: 'failed',
        status,
        why: `it answered ${status}: redirects are not followed, so give the address it leads to`,
      })
    }
    expect(other.received).toEqual([])
  } finally {
    await other.close()
  }
})

test('an answer without end is cut off, and its status counts', async () => {
  let sent = 0
  const cut = new Promise<void>(done => {
    receiver.answerWith(() => (_, response) => {
      response.writeHead(200)
      const more = () => {
        sent += 16_384
        response.write(Buffer.alloc(16_384), () => !response.destroyed && setImmediate(more))
      }
      response.on('close', done)
      more()
    })
  })
  expect(await post(poster(), receiver.url)).toEqual({ kind: 'delivered', status: 200 })
  await cut
  expect(sent).toBeLessThan(8_000_000)
})

test('whoever takes a connection and says nothing, or does not end, is given up on in time', async () => {
  const silent: Server = createServer()
  const sockets: Socket[] = []
  silent.on('connection', socket => sockets.push(socket))
  await new Promise<void>(listening => silent.listen(0, '127.0.0.1', listening))
  const { port } = silent.address() as AddressInfo
  try {
    for (const scheme of ['http', 'https']) {
      const began = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await post(poster({ timeout: 200 }), `${scheme}://127.0.0.1:${port}/in`)).toEqual({
        kind: 'failed',
        why: 'no answer within 0.2 s',
      })
      expect(performance.now() - began).toBeLessThan(5_000)
    }
    const never = poster({ timeout: 200, resolve: () => new Promise(() => {}) })
    expect(await post(never, 'https://crm.example/in')).toMatchObject({ why: 'no answer within 0.2 s' })
  } finally {
    sockets.forEach(socket => socket.destroy())
    silent.close()
  }
})

test('one connection serves many messages, and one the other side closed in between is made again', async () => {
  const by = poster()
  const ports = new Set<number | undefined>()
  receiver.answerWith(n => (request, response) => {
    ports.add(request.socket.remotePort)
    response.writeHead(200).end()
    // Without saying so, as a proxy does that was restarted.
    if (n === 2) setImmediate(() => request.socket.destroy())
  })
  for (let n = 0; n < 5; n++)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await post(by, receiver.url)).toEqual({ kind: 'delivered', status: 200 })
  expect(receiver.received.length).toBe(5)
  expect(ports.size).toBe(2)
})

test('nobody there, and no such name, are said in one line', async () => {
  const { port } = receiver
  await receiver.close()
  expect(await post(poster(), `http://127.0.0.1:${port}/in`)).toMatchObject({
    kind: 'failed',
    why: expect.stringContaining('ECONNREFUSED'),
  })
  const nowhere = poster({ resolve: async () => [] })
  expect(await post(nowhere, 'https://crm.example/in')).toMatchObject({ why: 'crm.example has no address' })
  receiver = await startReceiver()
})

test('what is asked for only once the connection stands may be nothing any more', async () => {
  const by = poster()
  const signal = new AbortController().signal
  expect(await by.post(receiver.url, () => undefined, signal)).toEqual({ kind: 'dropped' })
  expect(receiver.received).toEqual([])
})
