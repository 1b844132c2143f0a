import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { openErasures } from '../../server/erasure/erase.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { recordConsents } from '../../server/marketing/record-consent.ts'
import { verifyClearance } from '../../server/marketing/lists/clearance.ts'
import type { CheckReason, CheckSummary } from '../../shared/domain/check.ts'
import type { ListCheckedEntry } from '../../shared/domain/entry.ts'
import type { MessageSender } from '../../shared/domain/site.ts'
import { createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import {
  anOptIn,
  anOptOut,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { aDecisionId } from '../support/decisions.ts'
import { findingsIn } from '../support/verify.ts'

const SENDERS: readonly MessageSender[] = [
  { id: 'main', channel: 'sms', address: '+12025550900', programs: ['offers'], silentAfterHours: 24 },
  { id: 'spare', channel: 'sms', address: '+12025550901', programs: ['offers'] },
]
const CONFIGURATION = marketingConfiguration(PROGRAMS)
const configuration = contentHash(CONFIGURATION)
const numberOf = (n: number): string => `+1202555${String(n).padStart(4, '0')}`

let app: TestApp
let key: string
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger, CONFIGURATION)
  key = app.key('status', 'changes')
})
afterEach(() => app.remove())

const post = (path: string, body: unknown) =>
  app.request(`/v1/sites/${SITE}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN },
    body: JSON.stringify(body),
  })
async function optIn(...addresses: string[]): Promise<void> {
  for (let n = 0; n < addresses.length; n += 8)
    // oxlint-disable-next-line no-await-in-loop -- as many as one form may send
    await post('opt-ins', {
      optIns: addresses.slice(n, n + 8).map(address => anOptIn({ address, configuration })),
    })
}
const optOut = (address: string) => post('opt-outs', { optOuts: [anOptOut({ address })] })

const QUERY = { channel: 'sms', program: 'offers' }
const query = (more: Record<string, string>) => new URLSearchParams({ ...QUERY, ...more }).toString()
const check = (body: string | Uint8Array, more: Record<string, string> = {}, type = 'application/x-ndjson') =>
  app.request(`/v1/sites/${SITE}/checks?${query(more)}`, {
    method: 'POST',
    headers: { 'Content-Type': type, Authorization: `Bearer ${key}` },
    body: body as BodyInit,
  })
const get = async <T>(path: string): Promise<T> =>
  (await (
    await app.request(`/v1/sites/${SITE}/${path}`, { headers: { Authorization: `Bearer ${key}` } })
  ).json()) as T
const json = async (addresses: readonly string[], more: Record<string, string> = {}) =>
  (await (await check(JSON.stringify({ addresses }), more, 'application/json')).json()) as {
    rows?: { decision: string; reason: CheckReason; address?: string }[]
    summary: CheckSummary
  }
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')

describe('a list in JSON lines', () => {
  const LINES = [
    JSON.stringify(PHONE),
    `{"address":"${PHONE}","id":12345678901234567890,"tags":["a, b"]}`,
    '{"address":7}',
    'no json',
    '',
    '{"phone":"+12025550123"}',
    JSON.stringify({ address: '+12025550188', assent: 'of before' }),
    '{"a":"\ud800',
  ]
  const LIST = LINES.join('\n')

  test('comes back line by line in its order, with whatever else was on a line, and ends with what it came to', async () => {
    await optIn(PHONE)
    const answer = await check(LIST)
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await answer.text()).split('\n')
    expect(lines.pop()).toBe('')
    const { summary } = JSON.parse(lines.pop()!) as { summary: CheckSummary }
    expect(lines).toHaveLength(LINES.length)
    const rows = lines.map(line => JSON.parse(line) as { assent: { reason: string }; line?: number })
    expect(rows.map(({ assent }) => assent.reason)).toEqual([
      'ok_express',
      'ok_express',
      'malformed',
      'malformed',
      'malformed',
      'malformed',
      'never_asked',
      'malformed',
    ])
    expect(rows[0]).toMatchObject({
      address: PHONE,
      assent: { decision: 'send', address: PHONE, consentedAt: '2026-11-22T07:59:59.000Z' },
    })
    // Digits that no number of JavaScript holds are the sender's own.
    expect(lines[1]).toContain('"id":12345678901234567890,"tags":["a, b"],"assent":{')
    expect(rows[1]).toMatchObject({ assent: { duplicateOf: 1 } })
    expect(rows[4]).toEqual({ line: 5, assent: { decision: 'block', reason: 'malformed' } })
    expect(summary).toMatchObject({
      rows: 8,
      decisions: { send: 2, hold: 0, block: 6 },
      list: sha256(LIST),
      duplicates: 1,
    })
  })

  test('filtered has the lines that may be written to, as they were, and nobody twice', async () => {
    await optIn(PHONE)
    const lines = (await (await check(LIST, { mode: 'filter' })).text()).split('\n')
    expect(lines[0]).toBe(LINES[0])
    expect(lines).toHaveLength(3)
    const counted = await check(LIST, { mode: 'count' })
    expect(await counted.json()).toMatchObject({ summary: { rows: 8 } })
  })

  test('names its member, ends without a line end, and may be as long as it likes', async () => {
    await optIn(PHONE)
    const line = `{"mobile":"${PHONE}"}`
    const many = `${line}\n`.repeat(5_000)
    const { rows, decisions, duplicates } = JSON.parse(
      (await (await check(many + line, { column: 'mobile' })).text())
        .trimEnd()
        .split('\n')
        .at(-1)!
        .slice(11, -1),
    ) as CheckSummary
    expect({ rows, send: decisions.send, duplicates }).toEqual({
      rows: 5_001,
      send: 5_001,
      duplicates: 5_000,
    })
    const long = `{"address":"${'x'.repeat(70_000)}"}\n${line}`
    const answered = (await (await check(long, { column: 'mobile' })).text()).split('\n')
    expect(answered.slice(0, 2).map(text => (JSON.parse(text) as { assent: object }).assent)).toMatchObject([
      { reason: 'malformed' },
      { reason: 'ok_express' },
    ])
  })

  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /it is empty/],
    ['UTF-16', Buffer.from(`\uFEFF${JSON.stringify(PHONE)}\n`, 'utf16le'), /UTF-8/],
  ])('of %s is refused', async (_, body, detail) => {
    const answer = await check(body)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(detail)
  })
})

describe('each check of a list', () => {
  test('is an entry that names nobody, on disk before the answer ends, and verifies', async () => {
    await optIn(PHONE)
    const before = app.ledger.store.log(SITE).size
    const list = `phone\n${PHONE}\n+12025550188\n`
    const answered = await (await check(list, { mode: 'filter' }, 'text/csv')).text()
    const { entry, text } = app.ledger.store.entry(SITE, before)!
    expect(entry).toMatchObject({
      type: 'list-checked',
      list: sha256(list),
      answer: sha256(answered),
      format: 'csv',
      rows: 2,
      decisions: { send: 1, hold: 0, block: 1 },
      reasons: { ok_express: 1, never_asked: 1 },
      duplicates: 0,
      channel: 'sms',
      program: 'offers',
      mode: 'filter',
      configuration,
      against: { size: before },
      actor: expect.stringMatching(/^key:[0-9a-f]{12}$/),
    })
    expect(text).not.toContain('2025550')
    expect(findingsIn(app.ledger)).toEqual([])
  })

  test('is found again by its list, by when it was, and page by page', async () => {
    const { summary } = await json([PHONE])
    app.ledger.advance(60_000)
    const other = await json([PHONE, '+12025550188'])
    const all = await get<{ checks: ListCheckedEntry[] }>('checks')
    expect(all.checks.map(({ list }) => list)).toEqual([other.summary.list, summary.list])
    expect(await get(`checks?list=${summary.list}`)).toMatchObject({
      checks: [{ list: summary.list, rows: 1, entry: summary.entry, actor: expect.stringContaining('key:') }],
    })
    const from = new Date(app.ledger.now()).toISOString()
    expect(await get(`checks?from=${from}`)).toMatchObject({ checks: [{ list: other.summary.list }] })
    expect(await get(`checks?to=${from}`)).toMatchObject({ checks: [{ list: summary.list }] })
    expect(await get(`checks?before=${other.summary.entry.index}`)).toMatchObject({
      checks: [{ list: summary.list }],
    })
    expect(await get(`checks?list=${'0'.repeat(64)}`)).toEqual({ checks: [] })
    expect(JSON.stringify(all)).not.toContain('2025550')
  })

  test.each([['checks?list=abc'], ['checks?from=yesterday'], ['checks?before=x'], ['checks?since=1']])(
    '%s is refused with what to do',
    async path => {
      expect(await get(path)).toMatchObject({ type: 'urn:assent:problem:invalid-query' })
    },
  )

  test('is refused while the log must not grow', async () => {
    const suspended = await createTestApp({ suspended: new Set([SITE]) })
    try {
      await publishPrograms(suspended.ledger, CONFIGURATION)
      const answer = await suspended.request(`/v1/sites/${SITE}/checks?${query({})}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${suspended.key('status')}` },
        body: JSON.stringify({ addresses: [PHONE] }),
      })
      expect(answer.status).toBe(503)
    } finally {
      await suspended.remove()
    }
  })
})

describe('a clearance', () => {
  const vkey = () => app.ledger.signer(SITE).vkey

  test('verifies offline with the key alone, for that list and for an hour', async () => {
    await optIn(PHONE)
    const list = JSON.stringify({ addresses: [PHONE] })
    const { summary } = await json([PHONE])
    const now = app.ledger.now()
    const verdict = verifyClearance(summary.clearance, { keys: vkey(), now, list: sha256(list) })
    expect(verdict).toMatchObject({
      ok: true,
      clearance: {
        list: summary.list,
        channel: 'sms',
        program: 'offers',
        rows: 1,
        decisions: { send: 1 },
        against: { size: summary.logSize },
        entry: summary.entry,
        checkedAt: now,
        validUntil: now + 3_600_000,
      },
    })
    const keys = await (await app.request(`/log/${SITE}/keys`)).text()
    expect(verifyClearance(summary.clearance, { keys, now })).toMatchObject({ ok: true })
  })

  test('is refused when it is over, of another list, by another key, or changed', async () => {
    const { summary } = await json([PHONE])
    const now = app.ledger.now()
    const { clearance } = summary
    const judge = (note: string, changes: object = {}) => {
      const verdict = verifyClearance(note, { keys: vkey(), now, ...changes })
      return verdict.ok ? 'ok' : verdict.reason
    }
    expect(judge(clearance)).toBe('ok')
    expect(judge(clearance, { now: now + 3_599_999 })).toBe('ok')
    expect(judge(clearance, { now: now + 3_600_000 })).toBe('expired')
    expect(judge(clearance, { list: sha256('another') })).toBe('other-list')
    const other = await createTestApp()
    try {
      expect(judge(clearance, { keys: other.ledger.signer(SITE).vkey })).toBe('not-signed')
    } finally {
      await other.remove()
    }
    expect(judge(clearance.replace('block 1', 'block 0'))).toBe('not-signed')
    expect(judge(clearance, { keys: 'no key' })).toBe('bad-key')
  })

  test('is never taken for a checkpoint, nor a checkpoint for a clearance', async () => {
    const { summary } = await json([PHONE])
    const checkpoint = await (await app.request(`/log/${SITE}/checkpoint`)).text()
    expect(verifyClearance(checkpoint, { keys: vkey(), now: app.ledger.now() })).toMatchObject({
      ok: false,
      reason: 'not-a-clearance',
    })
    const { openCheckpoint } = await import('../../server/ledger/checkpoint-text.ts')
    const { verifier } = app.ledger.signer(SITE)
    expect(openCheckpoint(checkpoint, verifier)).toBeDefined()
    expect(openCheckpoint(summary.clearance, verifier)).toBeUndefined()
  })
})

interface Delta {
  changes: { address: string; decision: string; reason: string }[]
  unnamed: number
  isConfigurationNew: boolean
  next: number
  isMore: boolean
}

describe('what changed since a list was checked', () => {
  const LIST = Array.from({ length: 200 }, (_, n) => numberOf(100 + n))
  const delta = (after: number) => get<Delta>(`changes?${query({ after: String(after) })}`)

  test('is exactly the ten who opted out, by name and by asking with the list again', async () => {
    await optIn(...LIST.slice(0, 100))
    await optOut(LIST[0]!)
    const { summary } = await json(LIST)
    expect(summary.decisions.send).toBe(99)
    const gone = LIST.slice(20, 30)
    for (const address of gone)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await optOut(address)
    // Somebody who was no "send" before is no change, whatever they say.
    await optOut(LIST[150]!)
    await optIn(LIST[160]!)
    const found = await delta(summary.logSize)
    expect(found.changes.map(({ address }) => address)).toEqual(gone)
    expect(new Set(found.changes.map(({ reason }) => reason))).toEqual(new Set(['withdrawn']))
    expect(found).toMatchObject({ unnamed: 0, isConfigurationNew: false, isMore: false })
    expect(found.next).toBe(app.ledger.store.size(SITE))
    expect(await delta(found.next)).toMatchObject({ changes: [], next: found.next })

    const again = await json(LIST, { after: String(summary.logSize) })
    expect(again.rows!.map(({ address }) => address)).toEqual([...gone, LIST[150]])
    expect(again.summary).toMatchObject({ rows: 200, changed: 11 })
  })

  test('has whoever said yes again, no, and then asked once more without confirming', async () => {
    const double = marketingConfiguration(
      PROGRAMS.map(p => (p.id === 'offers' ? { ...p, confirmation: 'double' as const } : p)),
    )
    const [address] = LIST as [string]
    await optIn(address)
    await publishPrograms(app.ledger, double)
    const { summary } = await json([address])
    expect(summary.decisions.send).toBe(1)
    const again = () => ({
      optIns: [anOptIn({ address, configuration: contentHash(double), decidedAt: app.ledger.now() })],
    })
    await post('opt-ins', again())
    app.ledger.advance(1_000)
    await post('opt-outs', { optOuts: [anOptOut({ address, decidedAt: app.ledger.now() })] })
    app.ledger.advance(1_000)
    await post('opt-ins', again())
    expect((await json([address])).rows).toMatchObject([{ decision: 'hold', reason: 'pending_double_optin' }])
    expect((await delta(summary.logSize)).changes).toMatchObject([{ address, decision: 'hold' }])
  })

  test('says of whom no address can be found that there is somebody', async () => {
    const [address] = LIST as [string]
    await optIn(address)
    const { summary } = await json([address])
    // Longer than anybody reads back.
    const optOuts = Array.from({ length: 1_001 }, () => anOptOut({ address }))
    await appendOptOuts(app.ledger, SITE, optOuts, { programs: PROGRAMS })
    expect(await delta(summary.logSize)).toMatchObject({ changes: [], unnamed: 1 })
  })

  test('of somebody who was erased tells that the whole list has to be checked again', async () => {
    await optIn(...LIST.slice(0, 10))
    const { summary } = await json(LIST)
    const { store, blindIndex } = app.ledger
    const blind = blindIndex.blindOf(SITE, 'sms', LIST[3]!)
    await openErasures(app.ledger, app.ledger.erasures).erase(SITE, {
      subject: store.subjectOfAddress(SITE, blind)!,
      address: blind,
      reason: 'request',
    })
    expect(await delta(summary.logSize)).toMatchObject({ changes: [], unnamed: 1 })
    const again = await json(LIST, { after: String(summary.logSize) })
    expect(again.rows).toMatchObject([{ address: LIST[3], reason: 'erased' }])
    const later = await json(LIST, { after: String(again.summary.logSize) })
    expect(later.rows).toEqual([])
  })

  test('may concern anybody where the configuration is new', async () => {
    await optIn(...LIST.slice(0, 10))
    const { summary } = await json(LIST.slice(0, 12))
    const elsewhere = marketingConfiguration(PROGRAMS.map(p => ({ ...p, countries: ['DE'] })))
    await publishPrograms(app.ledger, elsewhere)
    expect(await delta(summary.logSize)).toMatchObject({ changes: [], isConfigurationNew: true })
    const again = await json(LIST.slice(0, 12), { after: String(summary.logSize) })
    expect(again.summary.changed).toBe(12)
  })

  test('concerns strangers too where the program needed no yes before', async () => {
    const service = marketingConfiguration(PROGRAMS.map(p => ({ ...p, class: 'service' as const })))
    await publishPrograms(app.ledger, service)
    const { summary } = await json(LIST.slice(0, 3))
    expect(summary.reasons).toEqual({ ok_service: 3 })
    await optOut(LIST[0]!)
    expect(await delta(summary.logSize)).toMatchObject({ changes: [], unnamed: 1 })
    await publishPrograms(app.ledger, CONFIGURATION)
    const again = await json(LIST.slice(0, 3), { after: String(summary.logSize) })
    expect(again.rows!.map(({ reason }) => reason)).toEqual(['declined', 'never_asked', 'never_asked'])
  })

  test.each([
    ['no size', { after: 'x' }],
    ['more than there is', { after: '999999' }],
    ['no program', { after: '1', program: 'nothing' }],
    ['no channel', { after: '1', channel: 'fax' }],
    ['something else', { after: '1', at: 'now' }],
  ])('asked with %s is refused with what to do', async (_, more) => {
    expect(await get(`changes?${query(more)}`)).toMatchObject({ type: 'urn:assent:problem:invalid-query' })
  })

  test('needs a key of its own scope', async () => {
    const answer = await app.request(`/v1/sites/${SITE}/changes?${query({ after: '1' })}`, {
      headers: { Authorization: `Bearer ${app.key('status')}` },
    })
    expect(answer.status).toBe(403)
  })

  test('is never asked for as what may be sent to', async () => {
    expect(await (await check('"x"', { after: '1', mode: 'filter' })).text()).toContain('mode=annotate')
  })
})

describe('who is about to send', () => {
  const status = (more: Record<string, string>) =>
    get<{ decision: string; reason: string }>(`status?${query({ address: PHONE, ...more })}`)
  const withSenders = marketingConfiguration(PROGRAMS, { senders: SENDERS })

  test('another seller is refused', async () => {
    await optIn(PHONE)
    expect(await status({ seller: 'Somebody else' })).toMatchObject({ reason: 'seller_mismatch' })
    expect(await (await check('"x"', { seller: 'Somebody else' })).text()).toContain('never another seller')
  })

  test('a sender whose answers do not come in sends nothing', async () => {
    await publishPrograms(app.ledger, withSenders)
    await optIn(PHONE)
    expect(await status({})).toMatchObject({ decision: 'hold', reason: 'sender_silent' })
    expect(await status({ sender: 'main' })).toMatchObject({ reason: 'sender_silent' })
    expect(await status({ sender: 'spare' })).toMatchObject({ decision: 'send' })
    app.messages.hear(SITE, '+12025550900', app.ledger.now() - 3_600_000)
    expect(await status({})).toMatchObject({ decision: 'send' })
    const { summary } = await json([PHONE])
    expect(summary.heard).toEqual([
      { id: 'main', heardAt: new Date(app.ledger.now() - 3_600_000).toISOString(), isSilent: false },
      { id: 'spare', isSilent: false },
    ])
    app.ledger.advance(24 * 3_600_000)
    const later = await json([PHONE], { sender: 'main' })
    expect(later).toMatchObject({
      rows: [{ decision: 'hold', reason: 'sender_silent' }],
      summary: { heard: [{ id: 'main', isSilent: true }] },
    })
    const [entry] = app.ledger.store.listChecks(SITE, { most: 1 })
    expect(entry!.entry.sender).toBe('main')
  })

  test.each([
    ['sender', 'nobody', /name one of main, spare/],
    ['sendAt', 'tomorrow', /sendAt=2026/],
  ])('%s=%s is refused with what to do', async (name, value, detail) => {
    await publishPrograms(app.ledger, withSenders)
    for (const path of ['status', 'check'])
      expect(
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        path === 'status'
          ? JSON.stringify(await status({ [name]: value }))
          : await (await check('"x"', { [name]: value })).text(),
      ).toMatch(detail)
  })
})

describe('when it is to be sent', () => {
  const NIGHT = '2026-11-23T12:59:00Z'
  const MORNING = '2026-11-23T13:00:00Z'
  /** Chicago, where it is an hour earlier. */
  const CHICAGO = '+13125550123'
  const byLaw = marketingConfiguration(
    PROGRAMS.map(program => ({ ...program, quietHours: 'by-law' as const, countries: ['US', 'DE'] })),
  )

  beforeEach(async () => {
    await publishPrograms(app.ledger, byLaw)
    await post('opt-ins', {
      optIns: [PHONE, CHICAGO, '+4915112345678'].map(address =>
        anOptIn({ address, configuration: contentHash(byLaw) }),
      ),
    })
  })

  test('quiet hours hold until they are over where the number is from', async () => {
    const status = (address: string, sendAt: string) => get(`status?${query({ address, sendAt })}`)
    expect(await status(PHONE, NIGHT)).toMatchObject({
      decision: 'hold',
      reason: 'quiet_hours',
      notBefore: '2026-11-23T13:00:00.000Z',
      zones: ['America/New_York'],
      consentedAt: expect.any(String),
    })
    expect(await status(PHONE, MORNING)).toMatchObject({ decision: 'send', reason: 'ok_express' })
    expect(await status(CHICAGO, MORNING)).toMatchObject({ notBefore: '2026-11-23T14:00:00.000Z' })
    expect(await status('+4915112345678', NIGHT)).toMatchObject({ decision: 'send' })
  })

  test('a list says of each row when it may be sent, and what it says of where somebody is beats the number', async () => {
    const list = [
      'phone;Time zone;State',
      `${PHONE};;`,
      `${PHONE};America/Los_Angeles;CA`,
      `${PHONE};;NY`,
      `${PHONE};;nowhere`,
      '+4915112345678;;Bayern',
      '',
    ].join('\n')
    const text = await (await check(list, { sendAt: MORNING }, 'text/csv')).text()
    expect(
      text
        .split('\n')
        .slice(1, -1)
        .map(row => row.split(';').slice(0, 4)),
    ).toMatchObject([
      ['send', 'ok_express', `"${PHONE}"`, ''],
      ['hold', 'quiet_hours', `"${PHONE}"`, '2026-11-23T16:00:00.000Z'],
      ['send', 'ok_express', `"${PHONE}"`, ''],
      ['hold', 'unknown_zone', `"${PHONE}"`, ''],
      ['send', 'ok_express', '"+4915112345678"', ''],
    ])
    const lines = [`{"address":"${PHONE}","timezone":"America/Los_Angeles"}`, JSON.stringify(PHONE)].join(
      '\n',
    )
    const answered = (await (await check(lines, { sendAt: MORNING })).text()).split('\n')
    expect(answered[0]).toContain('"reason":"quiet_hours"')
    expect(answered[0]).toContain('"notBefore":"2026-11-23T16:00:00.000Z"')
    expect(answered[1]).toContain('"reason":"ok_express"')
    expect(JSON.parse(answered[2]!)).toMatchObject({
      summary: { reasons: { quiet_hours: 1, ok_express: 1 } },
    })
    const [entry] = app.ledger.store.listChecks(SITE, { most: 1 })
    expect(entry!.entry.sendAt).toBe(Date.parse(MORNING))
  })

  test('a program whose sender keeps them itself is not held', async () => {
    await publishPrograms(app.ledger, CONFIGURATION)
    expect(await get(`status?${query({ address: PHONE, sendAt: NIGHT })}`)).toMatchObject({
      decision: 'send',
    })
  })
})

describe('consent that is implied for a time', () => {
  const TORONTO = '+14165550123'
  const DAY = 86_400_000
  const canadian = marketingConfiguration(PROGRAMS.map(p => ({ ...p, countries: ['CA', 'US'] })))

  async function purchased(days: number, address = TORONTO): Promise<void> {
    await publishPrograms(app.ledger, canadian)
    const [recorded] = await recordConsents(
      app.ledger,
      SITE,
      [
        {
          id: aDecisionId(),
          channel: 'sms',
          program: 'offers',
          basis: 'implied-purchase',
          decidedAt: app.ledger.now() - days * DAY,
          evidence: 'full',
          configuration: contentHash(canadian),
          method: 'api',
          actor: 'key:test',
          address,
          shown: {},
        },
      ],
      { programs: PROGRAMS.map(p => ({ ...p, countries: ['CA', 'US'] })) },
    )
    expect(recorded).toHaveProperty('index')
  }

  test('counts on day 729 after a purchase, and says when it ends', async () => {
    await purchased(729)
    expect(await get(`status?${query({ address: TORONTO })}`)).toMatchObject({
      decision: 'send',
      reason: 'ok_implied',
      expiresAt: '2026-11-23T08:00:00.000Z',
    })
    const { rows } = await json([TORONTO])
    expect(rows).toMatchObject([{ reason: 'ok_implied', expiresAt: '2026-11-23T08:00:00.000Z' }])
    const later = new Date(app.ledger.now() + 3 * DAY).toISOString()
    expect(await get(`status?${query({ address: TORONTO, sendAt: later })}`)).toMatchObject({
      decision: 'block',
      reason: 'expired',
    })
  })

  test('has expired on day 731', async () => {
    await purchased(731)
    expect(await get(`status?${query({ address: TORONTO })}`)).toMatchObject({
      decision: 'block',
      reason: 'expired',
      expiresAt: expect.any(String),
    })
  })

  test('is none where no law knows it', async () => {
    await purchased(1, PHONE)
    expect(await get(`status?${query({ address: PHONE })}`)).toMatchObject({
      decision: 'block',
      reason: 'evidence_incomplete',
    })
  })
})
