import { mkdtempSync, cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OptOutEntry } from '../../shared/domain/entry.ts'
import { testLedger } from '../support/ledger.ts'
import {
  HARBOR,
  OFFERS,
  PERSON,
  PROGRAMS,
  RESEARCH,
  startPreferences,
  VISITS,
  type PreferencesServer,
} from '../support/preferences-server.ts'

let server: PreferencesServer
beforeEach(async () => {
  server = await startPreferences()
  await server.signUp()
})
afterEach(() => server.close())

const ONE_CLICK = 'List-Unsubscribe=One-Click'
const URL_ENCODED = { 'Content-Type': 'application/x-www-form-urlencoded' }
const link = (program: string | undefined = OFFERS): string =>
  server.link('unsubscribe', { ...(program !== undefined && { program }) })
const click = (path = link(), headers: Record<string, string> = URL_ENCODED, body: BodyInit = ONE_CLICK) =>
  fetch(server.origin + path, { method: 'POST', headers, body, redirect: 'manual' })
const last = (): OptOutEntry => server.ledger.store.entry(HARBOR, server.size() - 1)!.entry as OptOutEntry

test('one click ends the program of the link, on disk before the answer, with no cookie and nothing to follow', async () => {
  expect(server.status(OFFERS).decision).toBe('send')
  const answer = await click()
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('Stopped.\n')
  for (const name of ['set-cookie', 'location', 'refresh']) expect(answer.headers.get(name)).toBe(null)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(last()).toMatchObject({
    type: 'opt-out',
    method: 'one-click',
    channel: 'email',
    program: OFFERS,
    subject: server.subjectOf(PERSON),
  })
})

test('as multipart it is the same, and so is a second time', async () => {
  const body = new FormData()
  body.set('List-Unsubscribe', 'One-Click')
  expect((await click(link(), {}, body)).status).toBe(200)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect((await click()).status).toBe(200)
  expect((await click(link(), {}, body)).status).toBe(200)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})

test('what is posted twice at once is one no', async () => {
  const before = server.size()
  const answers = await Promise.all(Array.from({ length: 8 }, () => click()))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  expect(server.size()).toBe(before + 1)
})

test('a yes decided between two clicks, and delivered after both, revives nothing', async () => {
  await click()
  server.ledger.advance(10_000)
  const decidedAt = server.ledger.now()
  server.ledger.advance(10_000)
  await click()
  await server.signUp({ decidedAt })
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  server.ledger.advance(10_000)
  await server.signUp()
  expect(server.status(OFFERS).decision).toBe('send')
})

test('a yes of the very second before the click is ended by it', async () => {
  server.ledger.advance(1_400)
  await server.signUp({ decidedAt: server.ledger.now() })
  await click()
  await server.signUp({ decidedAt: server.ledger.now() })
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})

test('only the program of the link ends: taking back research leaves offers', async () => {
  await server.signUp({ program: RESEARCH })
  await server.confirm(RESEARCH)
  await click(link(RESEARCH))
  expect(server.status(RESEARCH)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(server.status(OFFERS).decision).toBe('send')
})

test('a link of no program ends the whole channel, and service messages stay apart', async () => {
  const path = `/s/${HARBOR}/u.${server.links.make(HARBOR, 'unsubscribe', { subject: server.subjectOf(PERSON)!, channel: 'email' })}`
  await server.signUp({ program: RESEARCH })
  await server.confirm(RESEARCH)
  await click(path)
  expect(server.status(OFFERS).reason).toBe('withdrawn')
  expect(server.status(RESEARCH).reason).toBe('withdrawn')
  expect(server.status(VISITS)).toMatchObject({ decision: 'send', reason: 'ok_service' })
})

test('opened and asked for a thousand times, by GET and by HEAD, it changes nothing', async () => {
  const paths = [link(), server.link('preferences'), `/s/${HARBOR}/preferences`]
  const before = { size: server.size(), offers: server.status(OFFERS) }
  for (const path of paths)
    for (let n = 0; n < 1_000; n += 20) {
      // oxlint-disable-next-line no-await-in-loop -- twenty at once are enough
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          fetch(server.origin + path, { method: i % 2 === 0 ? 'GET' : 'HEAD' }),
        ),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    }
  expect({ size: server.size(), offers: server.status(OFFERS) }).toEqual(before)
})

test('the page behind the link has one button that says what the mail program would, the others, and everything', async () => {
  const page = await (await fetch(server.origin + link(), { headers: { Accept: 'text/html' } })).text()
  expect(page).toContain('<button type="submit" name="List-Unsubscribe" value="One-Click"')
  expect(page).toContain('name="stop" value="*"')
  expect(page).toContain(`name="stop" value="${RESEARCH}"`)
  // Whoever a message is forwarded to gets to see no more of its person than what it takes to stop.
  expect(page).not.toContain('receipt.')
  expect(page).not.toContain(PERSON)
  const answer = await click(link(), { ...URL_ENCODED, Accept: 'text/html' })
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(server.status(OFFERS).reason).toBe('withdrawn')
})

describe('refused, and nothing is written', () => {
  test.each<[string, RequestInit, number]>([
    ['another body', { body: 'List-Unsubscribe=yes', headers: URL_ENCODED }, 400],
    ['no body', { headers: URL_ENCODED }, 400],
    [
      'JSON',
      { body: '{"List-Unsubscribe":"One-Click"}', headers: { 'Content-Type': 'application/json' } },
      415,
    ],
    [
      'parts that are none',
      { body: 'x', headers: { 'Content-Type': 'multipart/form-data; boundary=b' } },
      400,
    ],
  ])('%s', async (_what, init, status) => {
    const before = server.size()
    expect((await fetch(server.origin + link(), { method: 'POST', ...init })).status).toBe(status)
    expect(server.size()).toBe(before)
  })

  test('a link with one letter changed, of another site, or of the preference page', async () => {
    const before = server.size()
    const good = link()
    const changed = good.slice(0, -1) + (good.endsWith('A') ? 'B' : 'A')
    const subject = server.subjectOf(PERSON)!
    const foreign = `/s/${HARBOR}/u.${server.links.make('loom', 'unsubscribe', { subject, channel: 'email', program: OFFERS })}`
    const other = `/s/${HARBOR}/u.${server.links.make(HARBOR, 'preferences', { subject, channel: 'email', program: OFFERS })}`
    for (const path of [changed, foreign, other]) {
      // oxlint-disable-next-line no-await-in-loop
      const answer = await click(path)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ type: 'urn:assent:problem:unknown-link' })
    }
    expect(server.size()).toBe(before)
  })

  test('a log that is behind what was signed takes nothing, and acknowledges nothing', async () => {
    server.suspended.add(HARBOR)
    const answer = await click()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
    expect(server.status(OFFERS).decision).toBe('send')
  })
})

test('a provider that posts for thousands from one address loses no no, whatever the limits', async () => {
  await server.close()
  server = await startPreferences({ limits: { perMinute: 1, burst: 2, sitePerHour: 3 } })
  const addresses = Array.from({ length: 200 }, (_, n) => `reader${n}@mail.example`)
  for (const address of addresses) {
    // oxlint-disable-next-line no-await-in-loop
    await server.signUp({ address })
  }
  const answers = await Promise.all(
    addresses.map(address => click(server.link('unsubscribe', { address, program: OFFERS }))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(addresses.map(address => server.status(OFFERS, address).reason))).toEqual(
    new Set(['withdrawn']),
  )
  // Only one that ends nothing any more is asked to wait, and is not acknowledged then.
  const again: number[] = []
  for (let n = 0; n < 4; n++) {
    server.ledger.advance(1_000)
    // oxlint-disable-next-line no-await-in-loop
    again.push((await click(server.link('unsubscribe', { address: addresses[0]!, program: OFFERS }))).status)
  }
  expect(again).toEqual([200, 200, 429, 429])
})

describe('a link that stood in a message', () => {
  test('works when its program is long gone from the configuration', async () => {
    const old = link()
    await server.publish(PROGRAMS.filter(({ id }) => id !== OFFERS))
    expect((await click(old)).status).toBe(200)
    expect(last()).toMatchObject({ method: 'one-click', program: OFFERS })
    await server.publish(PROGRAMS)
    expect(server.status(OFFERS).reason).toBe('withdrawn')
  })

  test('works on data that came back from a copy', async () => {
    const old = link()
    const folder = mkdtempSync(join(tmpdir(), 'assent-copy-'))
    const files = ['ledger.db', 'subject-keys.db']
    server.ledger.store.settle()
    for (const file of files)
      for (const end of ['', '-wal'])
        cpSync(join(server.ledger.folder, file + end), join(folder, file + end), { force: true })
    for (const each of ['keys', 'checkpoints'])
      cpSync(join(server.ledger.folder, each), join(folder, each), { recursive: true })
    await server.close()
    server = await startPreferences({}, { open: () => testLedger(folder) })
    expect((await click(old)).status).toBe(200)
    expect(server.status(OFFERS).reason).toBe('withdrawn')
  })

  test('leads to nobody once its person was erased, and to nobody who signs up with the address later', async () => {
    const old = link()
    const page = server.link('preferences')
    await server.erasures.erase(HARBOR, { subject: server.subjectOf(PERSON)!, reason: 'request' })
    expect((await click(old)).status).toBe(404)
    expect((await fetch(server.origin + page)).status).toBe(404)
    server.ledger.advance(60_000)
    await server.signUp()
    expect((await click(old)).status).toBe(404)
    expect(server.status(OFFERS).decision).toBe('send')
    expect((await click()).status).toBe(200)
    expect(server.status(OFFERS).reason).toBe('withdrawn')
  })
})
