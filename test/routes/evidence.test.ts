import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../server/app.ts'
import type { ApiKeys } from '../../server/operators/api-keys.ts'
import type { MessageStore } from '../../server/messages/store.ts'
import { queueMessage } from '../../server/messages/outbox.ts'
import { openMessages } from '../../server/storage/open.ts'
import { evidenceAnswer } from '../../shared/schemas/evidence.ts'
import { APP_SETTINGS, holdToDescription } from '../support/app.ts'
import { aStory, WEAVER } from '../support/evidence.ts'
import { findingsIn } from '../support/verify.ts'

let told: Awaited<ReturnType<typeof aStory>>
let ask: (
  query: Record<string, string>,
  headers?: Record<string, string>,
  method?: string,
) => Promise<Response>
let close: () => void
let messages: MessageStore
const suspended = new Set<string>()

/** Two keys of the shop: one that may read evidence, one that may only ask. */
const apiKeys: ApiKeys = {
  check: (authorization, site, scope) => {
    const scopes = authorization === 'Bearer reader' ? ['evidence'] : ['status']
    if (authorization === undefined) return { refused: 'key-missing' }
    if (site !== 'loom' || !scopes.includes(scope)) return { refused: 'key-wrong-scope' }
    return { key: { id: '0123456789ab', site, scopes: [scope], createdAt: 0 } }
  },
}

beforeAll(async () => {
  told = await aStory()
  const opened = openMessages(told.ledger.folder)
  close = opened.close
  messages = opened.messages
  const app = createApp({
    ledger: told.ledger,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    ...APP_SETTINGS,
    apiKeys,
    messages: opened.messages,
    suspended,
  })
  ask = async (query, headers = {}, method = 'GET') => {
    const path = `/v1/sites/loom/evidence?${new URLSearchParams(query)}`
    const response = await app.request(path, {
      method,
      headers: { Authorization: 'Bearer reader', ...headers },
    })
    await holdToDescription(path, method, response.clone())
    return response
  }
})
afterAll(async () => {
  close()
  await told.ledger.remove()
})

const WHO = { channel: 'email', address: WEAVER, program: 'weekly' }
const size = () => told.ledger.store.size('loom')

describe('evidence is answered', () => {
  test('as JSON to a program, as a page to a browser, as an archive to whoever wants to keep it', async () => {
    const json = await ask(WHO)
    expect(json.headers.get('cache-control')).toBe('no-store')
    expect(evidenceAnswer.parse(await json.json())).toMatchObject({
      address: WEAVER,
      now: { decision: 'block' },
    })

    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const page = await ask(WHO, { Accept: accept, 'Accept-Language': 'de-AT,de;q=0.9' })
    const html = await page.text()
    expect(html).toContain('<h1>Nachweis der Einwilligung</h1>')
    expect(page.headers.get('content-language')).toBe('de')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    const [, css = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? []
    const policy = page.headers.get('content-security-policy')!
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')

    const pack = await ask(WHO, { Accept: 'application/zip' })
    expect(pack.headers.get('content-type')).toBe('application/zip')
    expect(pack.headers.get('content-disposition')).toMatch(
      /^attachment; filename="evidence-[0-9a-f-]{36}\.zip"$/,
    )
    expect(
      Buffer.from(await pack.arrayBuffer())
        .subarray(0, 4)
        .toString('latin1'),
    ).toBe('PK\u0003\u0004')
    for (const answer of [json, page, pack]) expect(answer.headers.get('vary')).toContain('Accept')
  })

  test('in the language that is asked for, whatever the browser prefers', async () => {
    const page = await ask({ ...WHO, language: 'ar' }, { Accept: 'text/html', 'Accept-Language': 'de' })
    expect(await page.text()).toContain('<html lang="ar" dir="rtl">')
  })

  test('about a moment, by what was known at another', async () => {
    const asOf = new Date(told.at.letterWritten + 1_000).toISOString()
    const knownAsOf = new Date(told.at.letterRecorded - 1_000).toISOString()
    expect(await (await ask({ ...WHO, asOf })).json()).toMatchObject({ past: { decision: 'block' } })
    expect(await (await ask({ ...WHO, asOf, knownAsOf })).json()).toMatchObject({
      now: { decision: 'block' },
      past: { decision: 'send', known: { asOf: knownAsOf } },
    })
  })

  test('with who read it, and why, on record', async () => {
    const before = size()
    const { reading } = (await (await ask({ ...WHO, reason: 'carrier' })).json()) as { reading: number }
    expect(size()).toBe(before + 1)
    expect(told.ledger.store.entry('loom', reading)!.entry).toMatchObject({
      type: 'evidence-read',
      actor: 'key:0123456789ab',
      reason: 'carrier',
    })
    expect(findingsIn(told.ledger)).toEqual([])
  })

  test('with the messages that were sent, and their words', async () => {
    const { subject } = (await (await ask(WHO)).json()) as { subject: string }
    const letter = { to: WEAVER, title: 'Please confirm', words: 'Confirm it here: \uFFFC', language: 'en' }
    const message = {
      subject,
      channel: 'email',
      kind: 'confirm',
      program: 'weekly',
      follows: 'the opt-in',
    } as const
    expect(queueMessage({ ledger: told.ledger, messages }, 'loom', { ...message, ...letter })).toBe(true)
    queueMessage({ ledger: told.ledger, messages }, 'loom', {
      ...message,
      ...letter,
      program: 'other',
      follows: 'x',
    })
    const { messages: sent } = (await (await ask(WHO)).json()) as { messages: object[] }
    expect(sent).toMatchObject([{ kind: 'confirm', direction: 'out', words: 'Confirm it here: [link]' }])
    const page = await (await ask(WHO, { Accept: 'text/html', 'Accept-Language': 'en' })).text()
    expect(page).toContain('asks to confirm')
    expect(page).toContain('Confirm it here: [link]')
    const masked = await (await ask({ ...WHO, masked: 'true' }, { Accept: 'text/html' })).text()
    expect(masked).not.toContain('Confirm it here')
  })

  test('without what is private, where it is asked to be masked', async () => {
    for (const Accept of ['application/json', 'text/html'])
      expect(await (await ask({ ...WHO, masked: 'true' }, { Accept })).text()).not.toMatch(/ida\.weaver/i)
  })
})

describe('nothing is read, and nothing appended,', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['without a channel', { address: WEAVER, program: 'weekly' }, /channel=/],
    ['of no address', { channel: 'email', program: 'weekly' }, /address=/],
    ['of what is no address', { ...WHO, address: 'nonsense' }, /"address" /],
    ['about no program', { channel: 'email', address: WEAVER }, /program=/],
    ['with a misspelt question', { ...WHO, asof: '2026-11-28T18:00:00Z' }, /each once/],
    ['about no moment', { ...WHO, asOf: 'yesterday' }, /RFC 3339/],
    ['in another language', { ...WHO, language: 'fr' }, /language=/],
    ['for another reason', { ...WHO, reason: 'curiosity' }, /reason=/],
    ['half masked', { ...WHO, masked: 'yes' }, /masked=true/],
  ])('%s', async (_, query, detail) => {
    const before = size()
    const answer = await ask(query)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(detail) })
    expect(size()).toBe(before)
  })

  test('with a key that may only ask for the status, or none', async () => {
    const before = size()
    expect((await ask(WHO, { Authorization: 'Bearer other' })).status).toBe(403)
    expect(size()).toBe(before)
  })

  test('while the log must not grow: whoever reads could not be recorded', async () => {
    suspended.add('loom')
    try {
      expect((await ask(WHO)).status).toBe(503)
    } finally {
      suspended.clear()
    }
  })
})
