import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import {
  anInboundSms,
  GENERIC_SECRET,
  genericEvents,
  SENDGRID_KEY,
  sendgridEvents,
  TWILIO_TOKEN,
  twilioForm,
} from '../support/provider-hooks.ts'
import { anOptIn, marketingConfiguration } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'

/** Not the address it listens on: a provider signs what the operator configured. */
const PUBLIC = 'http://localhost:9999'
const ENVIRONMENT = { ASSENT_URL: PUBLIC }

let data: DataFolder
let server: Served
const keys: Record<string, string> = {}
beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  const hooks = {
    twilio: { authToken: TWILIO_TOKEN },
    sendgrid: { publicKey: SENDGRID_KEY },
    generic: { secrets: [GENERIC_SECRET] },
  }
  const file = join(data.folder, 'keys', 'providers.json')
  writeFileSync(file, JSON.stringify({ [SITE]: { hooks, replies: 'assent' } }), { mode: 0o600 })
  for (const scope of ['status', 'record']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { out } = await assent(['key', 'new', '--site', SITE, '--scope', scope, '--data', data.folder])
    keys[scope] = /assent_\S+/.exec(out)![0]
  }
  server = await serve(data.folder, { environment: ENVIRONMENT })
}, 60_000)
afterAll(async () => {
  await server.end()
  data.remove()
})

interface Road {
  readonly channel: 'sms' | 'email'
  leave(address: string): Promise<Response>
}
let told = 0
const hook = (
  provider: string,
  { body, headers }: { body: string; headers: Readonly<Record<string, string>> },
) => fetch(`${server.url}/v1/sites/${SITE}/hooks/${provider}`, { method: 'POST', headers, body })
const twilio = (fields: Record<string, string>) =>
  hook('twilio', twilioForm(`${PUBLIC}/v1/sites/${SITE}/hooks/twilio`, fields))
const generic = (event: object) =>
  hook('generic', genericEvents([event], { id: `msg_${++told}`, at: Date.now() }))
const sid = () => `SM${++told}`
const iso = () => new Date().toISOString()

const ROADS: Readonly<Record<string, Road>> = {
  'STOP by text message': {
    channel: 'sms',
    leave: From => twilio(anInboundSms({ From, MessageSid: sid(), Body: 'Stop.' })),
  },
  'Twilio’s error 21610': {
    channel: 'sms',
    leave: To => {
      const { Body: _, ...sent } = anInboundSms({
        To,
        MessageSid: sid(),
        MessageStatus: 'failed',
        ErrorCode: '21610',
      })
      return twilio(sent)
    },
  },
  'a gateway’s word': {
    channel: 'sms',
    leave: address => generic({ type: 'stop', channel: 'sms', address, at: iso() }),
  },
  'SendGrid’s unsubscribe': {
    channel: 'email',
    leave: email =>
      hook('sendgrid', sendgridEvents([{ email, event: 'unsubscribe', sg_event_id: `e${++told}` }])),
  },
  'a complaint': {
    channel: 'email',
    leave: address => generic({ type: 'complaint', channel: 'email', address, at: iso() }),
  },
  'a letter': {
    channel: 'email',
    leave: address =>
      fetch(`${server.url}/v1/sites/${SITE}/revocations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${keys['record']}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ channel: 'email', address, decidedAt: iso(), told: 'letter' }),
      }),
  },
}

const check = async (channel: string, address: string): Promise<{ decision: string; reason: string }> => {
  const query = new URLSearchParams({ channel, address, program: 'offers' })
  const answer = await fetch(`${server.url}/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${keys['status']}` },
  })
  expect(answer.status).toBe(200)
  return answer.json() as Promise<{ decision: string; reason: string }>
}
let people = 0
async function someone(channel: 'sms' | 'email'): Promise<string> {
  const address = channel === 'sms' ? `+12025550${101 + ++people}` : `robin${++people}@mail.example`
  const sent = anOptIn({
    channel,
    address,
    decidedAt: Date.now() - 1_000,
    configuration: contentHash(marketingConfiguration()),
  })
  await optInAt(server.url, sent)
  expect(await check(channel, address)).toMatchObject({ decision: 'send' })
  return address
}

/** A hundred checks a second of one address until it is ended; answers the decisions in the order asked. */
function checking(channel: string, address: string): { end(): Promise<string[]> } {
  const answers: Promise<string>[] = []
  const timer = setInterval(
    () =>
      answers.push(
        check(channel, address).then(
          ({ decision }) => decision,
          () => 'cut off',
        ),
      ),
    10,
  )
  return {
    end: () => {
      clearInterval(timer)
      return Promise.all(answers)
    },
  }
}

test.each(Object.entries(ROADS))(
  'after %s the first check says no, with a hundred checks a second meanwhile',
  async (_, { channel, leave }) => {
    const address = await someone(channel)
    const meanwhile = checking(channel, address)
    await wait(100)
    expect((await leave(address)).status).toBe(200)
    expect(await check(channel, address)).toMatchObject({ decision: 'block' })
    await wait(100)
    const decisions = await meanwhile.end()
    expect(decisions.length).toBeGreaterThan(10)
    // Once no, it stays no.
    expect(decisions.lastIndexOf('send')).toBeLessThan(decisions.indexOf('block'))
  },
)

test(
  'killed right after its answer, it still says no when it is back; and what was told again is one entry',
  { timeout: 60_000 },
  async () => {
    for (const { channel, leave } of Object.values(ROADS)) {
      const address = await someone(channel)
      const meanwhile = checking(channel, address)
      await wait(30)
      expect((await leave(address)).status).toBe(200)
      await server.end('SIGKILL')
      server = await serve(data.folder, { environment: ENVIRONMENT })
      expect(await check(channel, address)).toMatchObject({ decision: 'block' })
      await meanwhile.end()
    }
    const address = await someone('sms')
    const fields = anInboundSms({ From: address, MessageSid: 'SM-killed' })
    await Promise.all([twilio(fields).catch(() => undefined), wait(2).then(() => server.end('SIGKILL'))])
    server = await serve(data.folder, { environment: ENVIRONMENT })
    await twilio(fields)
    await twilio(fields)
    expect(await check('sms', address)).toMatchObject({ decision: 'block' })
    await server.end()
    const stops = await data.read(store =>
      Array.from({ length: store.size(SITE) }, (_, index) => store.entry(SITE, index)!.entry).filter(
        entry => entry.type === 'opt-out' && entry.method === 'keyword',
      ),
    )
    expect(new Set(stops.map(({ id }) => id)).size).toBe(stops.length)
    expect((await assent(['verify', '--data', data.folder])).code).toBe(0)
    server = await serve(data.folder, { environment: ENVIRONMENT })
  },
)
