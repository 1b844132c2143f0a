import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aBackupPlace } from '../support/backups.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { SITE } from '../support/app.ts'
import { anOptIn, anOptOut } from '../support/marketing.ts'
import { checkedBy, startReceiver, type Receiver } from '../support/receiver.ts'
import { aDataFolder, optInAt, optOutAt, serve, type DataFolder, type Served } from '../support/serve.ts'

let data: DataFolder
let receiver: Receiver

beforeAll(async () => {
  data = await aDataFolder({ programs: true })
})
afterAll(() => data.remove())
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const USUAL = ['--site', SITE, '--recipient', 'Rowan CRM', '--as', 'processor', '--programs', 'offers']
const hook = (...args: string[]) => assent(['hook', ...args, '--data', data.folder])

async function add(...args: string[]): Promise<{ id: string; secret: string }> {
  const added = await hook('add', ...USUAL, '--url', receiver.url, '--json', ...args)
  if (added.code !== 0) throw new Error(added.err)
  return JSON.parse(added.out) as { id: string; secret: string }
}

const number = (n: number): string => `+1202555${String(n).padStart(4, '0')}`
const yes = (address: string) => anOptIn({ address, decidedAt: Date.now() - 10 })
const no = (address: string) => anOptOut({ address, program: 'offers', decidedAt: Date.now() })

test('whom a hook tells of what, and that it tells nothing more, is in the log, with who did it and without its secret', async () => {
  const size = await data.read(store => store.size(SITE))
  const { id, secret } = await add('--channels', 'email', '--fields', 'subject,program', '--by', 'kim')
  const next = JSON.parse((await hook('list', '--json')).out) as { hooks: { id: string; next: number }[] }
  expect(next.hooks.find(each => each.id === id)!.next).toBeLessThanOrEqual(size)
  // Removed twice, it is recorded once.
  for (const by of ['robin', 'kim']) expect((await hook('remove', id, '--by', by)).code).toBe(0)
  expect(await data.read(store => store.size(SITE))).toBe(size + 2)
  const entries = await data.read(store => [size, size + 1].map(index => store.entry(SITE, index)!))
  expect(entries.map(({ entry }) => entry)).toMatchObject([
    {
      type: 'hook-registered',
      id: `hook-registered:${id}`,
      hook: id,
      recipient: 'Rowan CRM',
      role: 'processor',
      purposes: [],
      programs: ['offers'],
      channels: ['email'],
      fields: ['subject', 'program'],
      actor: 'command:kim',
    },
    { type: 'hook-removed', hook: id, recipient: 'Rowan CRM', actor: 'command:robin' },
  ])
  for (const { text } of entries) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(receiver.url)
  }
  // What is refused leaves nothing.
  expect((await hook('add', ...USUAL, '--url', 'http://crm.example/in')).code).toBe(1)
  expect(await data.read(store => store.size(SITE))).toBe(size + 2)
  const verified = await assent(['verify', '--data', data.folder])
  expect([verified.code, verified.out + verified.err]).toEqual([
    0,
    expect.not.stringContaining('unknown type'),
  ])
})

describe('a server that runs', () => {
  let server: Served
  beforeAll(async () => {
    server = await serve(data.folder)
  })
  afterAll(() => server.end())

  test('tells a hook that was added beside it, which another library verifies, and its log says how it went', async () => {
    const { id, secret } = await add('--fields', 'subject,program,address')
    expect((await optInAt(server.url, yes(number(123)))).status).toBe(200)
    await receiver.until(1)
    const [first] = receiver.received
    expect(checkedBy(secret, first!)).toEqual(first!.told)
    expect(first!.told).toMatchObject({ type: 'consent.granted', data: { address: number(123) } })

    expect((await hook('test', id)).out).toMatch(/^Rowan CRM took it: 200 after \d+ ms\.$/)
    expect(checkedBy(secret, receiver.received[1]!)).toMatchObject({ type: 'ping', data: {} })

    const rotated = await hook('rotate', id, '--both-for', '1h')
    expect(rotated.out).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect((await hook('replay', id, '--from', '0')).out).toContain(`tells Rowan CRM from entry 0 on`)
    await receiver.until(3)
    for (const each of [secret, rotated.out]) checkedBy(each, receiver.received[2]!)
    expect(receiver.received[2]!.id).toBe(first!.id)

    await settled(id)
    const log = JSON.parse((await hook('log', id, '--json')).out) as { deliveries: object[] }
    expect(log.deliveries).toMatchObject([
      { event: 'consent.granted', attempt: 1, status: 200, message: first!.id },
      { event: 'consent.granted', attempt: 1, status: 200 },
    ])
    expect((await hook('log', id)).out).toMatch(/when +entry +event +attempt +ms +answer\n/)

    expect((await hook('pause', id)).out).toContain('is paused')
    await optOutAt(server.url, no(number(123)))
    expect((await hook('list')).out).toMatch(/1 +paused: by "assent hook pause" +http/)
    expect((await hook('resume', id)).code).toBe(0)
    await receiver.until(4)
    expect(receiver.received[3]!.told.type).toBe('consent.withdrawn')

    await hook('remove', id)
    expect((await hook('resume', id)).err).toContain('was removed, and stays so')
    await optInAt(server.url, yes(number(124)))
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(receiver.received.length).toBe(4)
    expect((await hook('list')).out).toMatch(/removed/)
  })

  test('goes back to a moment', async () => {
    const { id } = await add()
    await optInAt(server.url, yes(number(125)))
    await receiver.until(1)
    await settled(id)
    // The clock of the log stands still within a millisecond.
    await new Promise(resolve => setTimeout(resolve, 5))
    const since = new Date().toISOString()
    await new Promise(resolve => setTimeout(resolve, 5))
    await optInAt(server.url, yes(number(126)))
    await receiver.until(2)
    await settled(id)
    expect((await hook('replay', id, '--since', since)).out).toMatch(
      /from entry \d+ on, 1 entries up to now\.$/,
    )
    await receiver.until(3)
    expect(receiver.received[2]!.id).toBe(receiver.received[1]!.id)
    await hook('remove', id)
  })

  /** Until the server has written down how it went. */
  async function settled(id: string): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- looks again until it is so
      const { hooks } = JSON.parse((await hook('list', '--json')).out) as {
        hooks: { id: string; behind: number }[]
      }
      if (hooks.find(each => each.id === id)!.behind === 0) return
      // oxlint-disable-next-line no-await-in-loop -- as above
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
})

test('a server that is killed in the middle, again and again, loses nothing: each is told, in order, and told again under the same id', async () => {
  const { id } = await add()
  let server = await serve(data.folder)
  try {
    // It takes a few, then leaves one unanswered: that one nobody has taken, and the server dies with it.
    const taken: string[] = []
    let patience = 30
    let hangs = () => {}
    receiver.answerWith(n => {
      if (patience === 0) {
        hangs()
        return () => {}
      }
      patience--
      taken.push(receiver.received[n]!.id)
      return 200
    })
    const told = 200
    let hanging = new Promise<void>(go => (hangs = go))
    await Promise.all(
      Array.from({ length: told / 2 }, async (_, n) => {
        await optInAt(server.url, yes(number(1_000 + n)))
        await optOutAt(server.url, no(number(1_000 + n)))
      }),
    )
    for (let kill = 1; kill <= 3; kill++) {
      // oxlint-disable no-await-in-loop -- one life after the other
      await hanging
      await server.end('SIGKILL')
      hanging = new Promise<void>(go => (hangs = go))
      patience = kill < 3 ? 30 : Infinity
      server = await serve(data.folder)
      // oxlint-enable no-await-in-loop
    }
    while (new Set(taken).size < told) await receiver.until(receiver.received.length + 1)
    const order = [...new Set(taken)].map(each => Number(each.split(':')[1]))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    // Each life repeats at most the one message whose taking it had no time to write down.
    expect(taken.length - told).toBeLessThanOrEqual(3)
    const types = receiver.received.map(({ told: { type } }) => type)
    expect(types.filter(type => type === 'consent.withdrawn').length).toBeGreaterThanOrEqual(told / 2)
  } finally {
    await server.end()
    await hook('remove', id)
  }
}, 60_000)

describe('hook add', () => {
  test('refuses an http address in production, and a private one, and says what to do', async () => {
    const environment = { ASSENT_URL: 'https://consent.example', ASSENT_TRUSTED_PROXIES: '127.0.0.1' }
    for (const [url, why] of [
      [
        'http://crm.example/in',
        'Refused (url): http://crm.example/in: http is refused: what is told of people travels encrypted, so give an https address.',
      ],
      [receiver.url, 'http is refused'],
      ['https://10.1.2.3/in', '10.1.2.3 is an address of this machine or of a private network'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const refused = await assent(
        ['hook', 'add', '--data', data.folder, ...USUAL, '--url', url],
        environment,
      )
      expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(why) })
    }
  })

  test('prints the secret alone on standard output, and everything about it beside', async () => {
    const args = [...USUAL, '--url', 'https://crm.example/in', '--as', 'controller', '--channels', 'email']
    const added = await assentProcess(['hook', 'add', '--data', data.folder, ...args])
    expect(added.code).toBe(0)
    expect(added.out).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/)
    expect(added.err).toMatch(
      /^Hook [0-9a-f]{12} tells Rowan CRM, from entry \d+ on: subject, channel, program, purpose, decision, decidedAt, receivedAt, entry\./,
    )
  })

  test.each([
    [['--site', 'nowhere'], 1, 'There is no site "nowhere"'],
    [['--as', 'controller'], 1, 'Refused (sms-marketing): offers sends marketing by SMS'],
    [['--programs', 'nothing'], 1, '"nothing" is no program'],
    [['--programs', ''], 1, 'Refused (scope)'],
  ])('with %j ends with %i and one sentence', async (args, code, words) => {
    const refused = await hook('add', ...USUAL, '--url', receiver.url, ...args)
    expect(refused).toMatchObject({ code, err: expect.stringContaining(words) })
  })

  test.each([
    [['add'], '--site is missing'],
    [['replay', '000000000000'], 'Say from where'],
    [['replay', '000000000000', '--from', '-1'], '--from'],
    [['replay', '000000000000', '--since', 'yesterday'], '--since is a time with its zone'],
    [['rotate', '000000000000', '--both-for', 'long'], '--both-for takes a time'],
    [['log', '000000000000', '--limit', '0'], '--limit takes a number'],
  ])('%j is not understood, and says why', async (args, words) => {
    expect(await hook(...args)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
  })

  test.each([['log'], ['rotate'], ['test'], ['pause'], ['resume'], ['remove']])(
    '%s of none there is',
    async verb => {
      expect(await hook(verb, '000000000000')).toMatchObject({
        code: 1,
        err: expect.stringContaining('There is no hook "000000000000"'),
      })
    },
  )

  test('a replay past the end of the log is refused', async () => {
    const { id } = await add()
    expect(await hook('replay', id, '--from', '999999')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/has \d+ entries/),
    })
    await hook('remove', id)
  })
})

test('a restored copy tells nobody anything before somebody resumes its hooks; their secrets are good then', async () => {
  const place = await aBackupPlace()
  const { id, secret } = await add()
  try {
    expect((await place.backup(data.folder)).code).toBe(0)
    const restored = await place.restore(data.folder)
    expect(restored.err).toContain('of its hooks ')
    const there = ['--data', restored.data]
    const listed = JSON.parse((await assent(['hook', 'list', '--json', ...there])).out) as { hooks: object[] }
    expect(listed.hooks).toContainEqual(
      expect.objectContaining({ id, state: 'paused', why: 'restored from a backup' }),
    )
    expect((await assent(['hook', 'resume', id, ...there])).code).toBe(0)
    expect((await assent(['hook', 'test', id, ...there])).code).toBe(0)
    checkedBy(secret, receiver.received[0]!)
  } finally {
    await hook('remove', id)
    place.remove()
  }
})

test('a new master key leaves the secrets of hooks as good as they were', async () => {
  const { id, secret } = await add()
  const rotated = await assent(['master-key', 'rotate', '--data', data.folder])
  expect(rotated).toMatchObject({ code: 0 })
  expect((await hook('test', id)).code).toBe(0)
  checkedBy(secret, receiver.received[0]!)
  await hook('remove', id)
})
