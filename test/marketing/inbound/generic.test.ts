import { describe, expect, test } from 'vitest'
import { hearGeneric } from '../../../server/marketing/inbound/generic.ts'
import { openStandardWebhook } from '../../../server/marketing/inbound/standard-webhook.ts'
import { siteProviders } from '../../../shared/schemas/providers.ts'
import vectors from '../../vectors/webhooks.json' with { type: 'json' }
import { asHook, GENERIC_SECRET, genericEvents, type SignedRequest } from '../../support/provider-hooks.ts'

const HERE = 'https://consent.harbor.example/v1/sites/harbor/hooks/generic'
const NOW = 1_795_334_400_000
const { standard: published } = vectors
const hear = (request: SignedRequest, secrets = [GENERIC_SECRET]) =>
  hearGeneric(asHook(HERE, request), { secrets }, NOW)

describe('the signature', () => {
  const headers = {
    'webhook-id': published.id,
    'webhook-timestamp': published.timestamp,
    'webhook-signature': published.signature,
  }
  const at = Number(published.timestamp) * 1000
  const open = (
    changes: Record<string, string> = {},
    { secret = published.secret, now = at, body = published.body } = {},
  ) => openStandardWebhook(asHook(HERE, { body, headers: { ...headers, ...changes } }), [secret], now)

  test('the published example of Standard Webhooks is verified', () => {
    expect(open()).toEqual({ id: published.id })
    expect(open({}, { secret: published.secret.replace('whsec_', '') })).toEqual({ id: published.id })
    const others = ['v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=', `v2,${published.signature.slice(3)}`]
    expect(open({ 'webhook-signature': [...others, published.signature].join(' ') })).toEqual({
      id: published.id,
    })
    expect(open({ 'webhook-signature': others.join(' ') })).toMatchObject({ refused: 'signature-wrong' })
  })

  test('five minutes either way, and no more', () => {
    expect(open({}, { now: at + 300_000 })).toEqual({ id: published.id })
    expect(open({}, { now: at - 300_000 })).toEqual({ id: published.id })
    expect(open({}, { now: at + 301_000 })).toMatchObject({ refused: 'too-old' })
    expect(open({}, { now: at - 301_000 })).toMatchObject({ refused: 'too-old' })
  })

  test('whatever is changed or missing is refused', () => {
    expect(open({ 'webhook-id': 'msg_2' })).toMatchObject({ refused: 'signature-wrong' })
    expect(open({ 'webhook-timestamp': '1614265331' })).toMatchObject({ refused: 'signature-wrong' })
    expect(open({}, { body: '{"test":2432232314}' })).toMatchObject({ refused: 'signature-wrong' })
    expect(open({}, { secret: GENERIC_SECRET })).toMatchObject({ refused: 'signature-wrong' })
    for (const signature of ['v1,', published.signature.slice(0, 8), 'v1'])
      expect(open({ 'webhook-signature': signature })).toMatchObject({ refused: 'signature-wrong' })
    for (const name of Object.keys(headers))
      expect(open({ [name]: '' })).toMatchObject({ refused: 'signature-missing' })
  })
})

const addressed = { channel: 'sms', address: '+1 202 555 0123', at: '2026-11-22T08:59:00+01:00' }

test('events in our own words, each with an id', () => {
  const events = [
    { type: 'stop', ...addressed, program: 'offers' },
    { type: 'message', ...addressed, id: 'gw-7', sender: '+12025550100', body: 'Stop' },
    { type: 'delivered', ...addressed, message: 'm1' },
  ]
  const at = Date.parse('2026-11-22T07:59:00Z')
  const { channel, address } = addressed
  expect(hear(genericEvents(events))).toEqual({
    events: [
      { kind: 'unsubscribed', provider: 'generic', eventId: 'msg_1:0', channel, address, at, list: 'offers' },
      {
        kind: 'message',
        provider: 'generic',
        eventId: 'gw-7',
        channel,
        address,
        at,
        sender: '+12025550100',
        body: 'Stop',
      },
      { kind: 'delivered', provider: 'generic', eventId: 'msg_1:2', channel, address, at, message: 'm1' },
    ],
  })
})

test.each<[string, unknown, string]>([
  ['no events', [], 'events'],
  ['a kind that is none', [{ type: 'stopped', ...addressed }], 'events.0.type'],
  ['a misspelt field', [{ type: 'stop', ...addressed, programme: 'offers' }], 'programme'],
  ['no time', [{ type: 'stop', channel: 'sms', address: '+12025550123' }], 'events.0.at'],
  ['a time without its zone', [{ type: 'stop', ...addressed, at: '2026-11-22T08:59:00' }], 'events.0.at'],
  ['a second event that is wrong', [{ type: 'stop', ...addressed }, { type: 'stop' }], 'events.1'],
])('%s: nothing is taken, and what to correct is told', (_, events, where) => {
  const heard = hear(genericEvents(events))
  expect(heard).toMatchObject({ refused: 'malformed' })
  expect((heard as { detail: string }).detail).toContain(where)
})

test.each(['whsec_?', 'whsec_=', 'whsec_change-me-before-you-go-live-please', `whsec_${'A'.repeat(20)}`])(
  'a secret that anybody could have, %s, is none',
  secret => {
    expect(siteProviders.safeParse({ hooks: { generic: { secrets: [secret] } } }).success).toBe(false)
    expect(siteProviders.safeParse({ hooks: { generic: { secrets: [GENERIC_SECRET] } } }).success).toBe(true)
  },
)
