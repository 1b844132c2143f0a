import { afterAll, beforeAll, expect, test } from 'vitest'
import { DESCRIPTIONS } from '../../server/routes/description.ts'
import { SCOPES } from '../../server/operators/api-keys.ts'
import { createClient, newId, type Client } from '../../shared/client/client.ts'
import { descriptionOf, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aDecision } from '../support/decisions.ts'
import { heldFetch, type HeldFetch } from '../support/held-fetch.ts'
import { anOptIn, formHash, marketingConfiguration, PHONE } from '../support/marketing.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { aDataFolder, optInAt, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'

let data: DataFolder
let server: Served
let key: string
let held: HeldFetch
let client: Client
const decision = aDecision({
  id: newId(),
  configuration: contentHash(marketingConfiguration()),
  decidedAt: Date.now(),
})

beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  server = await serve(data.folder, { environment: { ASSENT_CHECKPOINT_MS: '50' } })
  const scope = SCOPES.join(',')
  key = (await assent(['key', 'new', '--site', SITE, '--scope', scope, '--data', data.folder])).out.trim()
  held = heldFetch()
  client = createClient({ url: server.url, site: SITE, key, fetch: held.fetch })
  await optInAt(server.url, anOptIn())
  await postTo(server.url, JSON.stringify({ decisions: [decision] }))
})
afterAll(async () => {
  await server?.end()
  data?.remove()
})

const QUESTION = { channel: 'sms', program: 'offers' } as const

/** Every method once, as a program would use it; what it sends and gets is held to the description on the way. */
const CALLS: { readonly [Name in keyof Client]: () => Promise<unknown> } = {
  async status() {
    const answer = await client.status({ ...QUESTION, address: '(202) 555-0123' })
    expect(answer).toMatchObject({
      decision: 'send',
      reason: 'ok_express',
      text: formHash('opt-in.offers.en'),
    })
    const past = { asOf: new Date('2026-11-01T00:00:00Z'), knownAsOf: '2026-11-20T00:00:00Z' }
    const then = await client.status({ ...QUESTION, address: PHONE, ...past })
    expect(then).toMatchObject({ decision: 'block', known: { asOf: '2026-11-20T00:00:00.000Z' } })
  },
  async messages() {
    expect(await client.messages({ channel: 'sms', address: PHONE })).toEqual([])
  },
  async evidence() {
    const address = '+12025550144'
    await optInAt(server.url, anOptIn({ id: newId(), address }))
    const shown = await client.evidence({ ...QUESTION, address, reason: 'request', masked: true })
    expect(shown).toMatchObject({ masked: true, entries: [{ entry: { type: 'opt-in' } }], readings: [] })
    const asOf = new Date('2026-11-01T00:00:00Z')
    const again = await client.evidence({ ...QUESTION, address, asOf })
    expect(again).toMatchObject({ past: { decision: 'block' }, readings: [{ index: shown.reading }] })
  },
  async check() {
    const answer = await client.check({ ...QUESTION, addresses: [PHONE, '+12025550188'] })
    expect(answer.rows?.map(({ decision }) => decision)).toEqual(['send', 'block'])
    expect(answer.summary.decisions).toEqual({ send: 1, hold: 0, block: 1 })
    const counted = await client.check({ ...QUESTION, addresses: [PHONE], mode: 'count' })
    expect(counted.rows).toBeUndefined()
  },
  async checkCsv() {
    const { body, summary } = await client.checkCsv(`phone\n${PHONE}\n`, { ...QUESTION, mode: 'filter' })
    expect(await new Response(body).text()).toBe(`phone\n"${PHONE}"\n`)
    expect(await summary).toMatchObject({ rows: 1, decisions: { send: 1 }, column: 1 })
  },
  async countCsv() {
    const summary = await client.countCsv(`phone\n${PHONE}\n`, { ...QUESTION, column: 'phone' })
    expect(summary).toMatchObject({ rows: 1, decisions: { send: 1 } })
  },
  async consent() {
    const configuration = contentHash(marketingConfiguration())
    const text = formHash('opt-in.offers.en')
    const one = {
      ...QUESTION,
      address: PHONE,
      decidedAt: new Date('2026-11-20'),
      configuration,
      text,
    } as const
    await expect(
      client.consent({ ...one, language: 'en', collectionPoint: 'nowhere' }),
    ).rejects.toMatchObject({ slug: 'consent-refused', status: 422 })
    const purchase = { basis: 'implied-purchase', reason: 'bought a boat', reference: '4711' } as const
    const { configuration: _, text: __, ...sold } = one
    const stored = await client.consent({ ...sold, ...purchase })
    expect(stored).toMatchObject({ duplicate: false })
    expect(await client.consent({ ...sold, ...purchase, id: stored.id })).toEqual({
      ...stored,
      duplicate: true,
    })
  },
  async collectionPoints() {
    expect(await client.collectionPoints()).toEqual({
      configuration: contentHash(marketingConfiguration()),
      collectionPoints: [],
    })
  },
  async unsubscribeHeaders() {
    await expect(client.unsubscribeHeaders({ ...QUESTION, address: '+12025550199' })).rejects.toMatchObject({
      slug: 'unknown-address',
      status: 404,
    })
    const { headers, preferences } = await client.unsubscribeHeaders({ ...QUESTION, address: PHONE })
    expect(headers).toEqual({})
    expect(preferences).toContain('/s/harbor/preferences?token=')
  },
  async manyUnsubscribeHeaders() {
    const rows = await client.manyUnsubscribeHeaders({ ...QUESTION, addresses: [PHONE, '+12025550199'] })
    expect(rows).toMatchObject([{ headers: {} }, { refused: 'unknown-address' }])
  },
  async checks() {
    const addresses = [PHONE, '+12025550189']
    const { summary } = await client.check({ ...QUESTION, addresses, mode: 'count' })
    expect(await client.checks({ list: summary.list, from: new Date(0) })).toMatchObject({
      checks: [{ entry: summary.entry, rows: 2 }],
    })
  },
  async changes() {
    const address = '+12025550155'
    await optInAt(server.url, anOptIn({ id: newId(), address }))
    const { summary } = await client.check({ ...QUESTION, addresses: [address] })
    await client.optOut({ channel: 'sms', address })
    const { changes, next } = await client.changes({ ...QUESTION, after: summary.logSize })
    expect(changes).toMatchObject([{ address, decision: 'block', reason: 'withdrawn' }])
    expect(await client.changes({ ...QUESTION, after: next })).toMatchObject({ changes: [], unnamed: 0 })
    const again = await client.check({ ...QUESTION, addresses: [PHONE, address], after: summary.logSize })
    expect(again.rows?.map(row => row.address)).toEqual([address])
  },
  async optOut() {
    const id = newId()
    const one = { id, channel: 'sms', address: '+12025550177', decidedAt: new Date('2026-11-20') } as const
    const stored = await client.optOut(one)
    expect(stored).toMatchObject({ id, duplicate: false })
    expect(await client.optOut(one)).toEqual({ ...stored, duplicate: true })
    expect(await client.status({ ...QUESTION, address: one.address })).toMatchObject({ decision: 'block' })
    await expect(client.optOut({ channel: 'email', address: 'nobody' })).rejects.toMatchObject({
      name: 'AssentError',
      slug: 'invalid-address',
      status: 422,
    })
  },
  async optOuts() {
    const answers = await client.optOuts([
      { channel: 'email', address: 'kim@mail.example', program: 'offers' },
      { channel: 'sms', address: 'no number' },
    ])
    expect(answers).toMatchObject([{ duplicate: false }, { refused: 'invalid-address' }])
  },
  async revoke() {
    const letter = { channel: 'sms', address: '+12025550178', told: 'letter' } as const
    const one = { id: newId(), ...letter, decidedAt: new Date('2026-11-20'), reference: 'L-17' }
    const stored = await client.revoke(one)
    expect(stored).toMatchObject({ id: one.id, duplicate: false })
    expect(await client.revoke(one)).toEqual({ ...stored, duplicate: true })
    await expect(client.revoke({ ...letter, decidedAt: '2999-01-01T00:00:00Z' })).rejects.toMatchObject({
      slug: 'not-a-revocation',
    })
  },
  async erase() {
    expect(await client.erase({ channel: 'sms', address: '+12025550166' })).toEqual({ erased: false })
    await client.optOut({ channel: 'sms', address: '+12025550165' })
    const erased = await client.erase({ channel: 'sms', address: '+12025550165', reason: 'objection' })
    expect(erased).toMatchObject({ erased: true, certificate: { assentReceipt: 2 } })
  },
  async receipt() {
    expect(await client.receipt(decision.id, { secret: decision.secret! })).toMatchObject({
      'dct:identifier': decision.id,
    })
  },
  async text() {
    const bytes = await client.text(formHash('opt-in.offers.en'))
    expect(contentHash(bytes)).toBe(formHash('opt-in.offers.en'))
  },
  async checkpoint() {
    expect(await client.checkpoint()).toMatch(/^log\.test\/harbor\n\d+\n/)
  },
  async witnessed() {
    await expect(client.witnessed()).rejects.toMatchObject({ slug: 'not-witnessed', status: 404 })
  },
  async verifierKey() {
    expect(await client.verifierKey()).toMatch(/^log\.test\/harbor\+[0-9a-f]{8}\+/)
  },
  async logKeys() {
    expect((await client.logKeys()).origin).toBe('log.test/harbor')
  },
  async inclusionProof() {
    expect(await client.inclusionProof({ index: 0, size: 2 })).toMatchObject({ index: 0, hashes: [{}] })
  },
  async consistencyProof() {
    expect(await client.consistencyProof({ from: 1, to: 1 })).toEqual({ from: 1, to: 1, hashes: [] })
  },
  async tile() {
    expect((await client.tile('0/000.p/2')).length).toBe(64)
  },
  async entries() {
    const bytes = await client.entries('000.p/1')
    expect(new DataView(bytes.buffer).getUint16(0)).toBe(bytes.length - 2)
  },
}

test.each(Object.entries(CALLS))('%s asks and is answered as the API describes it', async (_, call) => {
  await expect(call()).resolves.toBeUndefined()
})

/** Addresses of the API that are no business of a program that has a key. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'POST /v1/sites/{site}/decisions': 'the widget sends it, from a page of the site',
  'GET /v1/sites/{site}/decisions': 'a browser asks it about itself',
  'POST /v1/sites/{site}/hand-overs': 'the widget sends it, for who follows a link to another domain',
  'POST /v1/sites/{site}/hand-overs/taken': 'the widget asks it on that domain',
  'POST /v1/sites/{site}/opt-ins': 'the form sends it, from a page of the site',
}

test('every address for programs has its method in the client', () => {
  const meant = Object.entries(DESCRIPTIONS)
    .filter(
      ([, { paths, key, answer, providerSends }]) =>
        key ??
        (!answer.type.startsWith('text/html') && !providerSends && /^\/(?:v1\/sites|log)\//.test(paths[0]!)),
    )
    .map(([route, { paths }]) => `${route.split(' ', 1)[0]} ${paths[0]}`)
  const lacking = meant.filter(operation => !held.called.has(operation) && !(operation in LEFT_OUT))
  expect(lacking, 'add it to shared/client and to CALLS here, or to LEFT_OUT with the reason').toEqual([])
  expect(Object.keys(LEFT_OUT).filter(operation => !meant.includes(operation))).toEqual([])
})

test('every operation the client calls stands in the description that is served', async () => {
  const { paths } = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  expect(held.called.size).toBeGreaterThan(12)
  for (const operation of held.called) {
    const [method, path] = operation.split(' ') as [string, string]
    expect(Object.keys(paths[path] ?? {})).toContain(method.toLowerCase())
  }
})

const planted = (change: (description: NonNullable<ReturnType<typeof descriptionOf>>) => object) =>
  createClient({
    url: server.url,
    site: SITE,
    key,
    fetch: heldFetch((method, path) => {
      const description = descriptionOf(method, path)
      return description && { ...description, ...change(description) }
    }).fetch,
  })

test('an address, a parameter or a member under another name is found', async () => {
  const ask = (client: Client) => client.status({ ...QUESTION, address: PHONE })
  const moved = createClient({ url: server.url, site: SITE, key, fetch: heldFetch(() => undefined).fetch })
  await expect(ask(moved)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('is no address') },
  })
  const parameter = planted(() => ({ query: { channel: '', program: '', number: '' } }))
  await expect(ask(parameter)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('needs number') },
  })
  const answer = planted(() => ({ answer: DESCRIPTIONS['POST /v1/sites/:site/checks']!.answer }))
  await expect(ask(answer)).rejects.toMatchObject({ cause: { name: 'ZodError' } })
})
