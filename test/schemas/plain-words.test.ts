import { expect, test } from 'vitest'
import { readItem } from '../../server/routes/item.ts'
import { hearGeneric } from '../../server/marketing/inbound/generic.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import { plainWords } from '../../shared/schemas/plain-words.ts'
import { consentGiven } from '../../shared/schemas/consents.ts'
import { sentDecision } from '../../shared/schemas/decision.ts'
import { inboundEvents } from '../../shared/schemas/inbound-hook.ts'
import { sentOptIn, sentOptOut } from '../../shared/schemas/marketing.ts'
import { providersFile } from '../../shared/schemas/providers.ts'
import { revocationRequest } from '../../shared/schemas/revocation.ts'
import { asHook, GENERIC_SECRET, genericEvents } from '../support/provider-hooks.ts'
import { LOOM } from '../support/receipts.ts'

/** Words of zod's, which speak of its parts. */
const ZOD =
  /Invalid |Too (?:small|big)|Unrecognized|discriminator|expected (?:string|number|object|array)|received|>=|<=/

const hear = (...events: readonly unknown[]) => {
  const heard = hearGeneric(
    asHook('https://consent.harbor.example/v1/sites/harbor/hooks/generic', genericEvents(events)),
    { secrets: [GENERIC_SECRET] },
    1_795_334_400_000,
  )
  return 'detail' in heard ? heard.detail : ''
}
const AT = { channel: 'sms', address: '+12025550123', at: '2026-11-24T09:30:00Z' }
const TYPES =
  'must be one of message, stop, start, complaint, undeliverable, reassigned, suppressed, delivered, failed'

test.each<[string, unknown, string]>([
  ['a type there is not', { ...AT, type: 'unsubscribe' }, `events.0.type: ${TYPES}`],
  ['no type', AT, `events.0.type: is missing: ${TYPES}`],
  ['no address', { ...AT, type: 'stop', address: undefined }, 'events.0.address: is missing: must be a text'],
  ['an empty address', { ...AT, type: 'stop', address: '' }, 'must have at least 1 characters'],
  ['a number', { ...AT, type: 'stop', address: 7 }, 'events.0.address: must be a text'],
  ['a field there is not', { ...AT, type: 'stop', adress: 'x' }, '"adress" is no field here'],
  ['no time', { ...AT, type: 'stop', at: 'today' }, 'must be a time with its zone'],
  ['no event', 'x', 'events.0: must be an object'],
])('an event with %s is told what may stand there', (_what, event, says) => {
  const detail = hear(event)
  expect(detail).toContain(says)
  expect(detail).not.toMatch(ZOD)
})

test('too many events are told how many may come', () => {
  expect(hear()).toContain('correct events: must hold at least 1')
  expect(hear(...Array.from({ length: 501 }, () => ({ ...AT, type: 'stop' })))).toContain(
    'must hold at most 500',
  )
})

test('the file of providers: what is wrong, and what each form wants', () => {
  const faults = (site: unknown): string[] => {
    const { error } = providersFile.safeParse({ harbor: site }, { error: plainWords })
    return error!.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  }
  expect(faults({ email: { smtp: 'mail.example', from: 'a@b.example' } })).toEqual([
    'harbor.email.smtp must look like "smtps://user:password@mail.example:465"',
  ])
  expect(faults({ sms: { from: '+12025550100' } })).toEqual([
    'harbor.sms twilio is missing: must be an object; or log is missing: must be true',
  ])
  expect(faults({ replies: 'us' })).toEqual(['harbor.replies must be one of assent, provider'])
  expect(faults({ hooks: { ses: { topics: [] } } })).toEqual(['harbor.hooks.ses.topics must hold at least 1'])
})

const ODD: readonly unknown[] = [undefined, null, true, 7, -1, 1.5, '', 'x', 'x'.repeat(2_000), [], {}, [[]]]

test.each([
  ['a decision', sentDecision],
  ['an opt-in', sentOptIn],
  ['an opt-out', sentOptOut],
  ['a revocation', revocationRequest],
  ['a consent', consentGiven],
  ['events', inboundEvents],
  ['providers', providersFile],
] as const)(
  'whatever stands in %s, nothing of what is said about it is in words of the library',
  (_what, schema) => {
    const fields = 'shape' in schema ? Object.keys(schema.shape) : ['harbor']
    for (const value of ODD)
      for (const given of [value, ...fields.map(name => ({ [name]: value })), { oddity: value }]) {
        const { error } = schema.safeParse(given, { error: plainWords })
        for (const { message } of error?.issues ?? [])
          expect([given, message]).not.toEqual([given, expect.stringMatching(ZOD)])
      }
  },
)

test('nor about a site, or an item of a batch', () => {
  for (const value of ODD) {
    for (const name of Object.keys(LOOM)) {
      const check = checkSiteConfiguration({ ...LOOM, [name]: value })
      for (const { path, message } of check.ok ? [] : check.faults)
        expect([path, message]).not.toEqual([path, expect.stringMatching(ZOD)])
    }
    const read = readItem(sentOptIn, value, 'the opt-in')
    expect('detail' in read && read.detail).not.toMatch(ZOD)
  }
})
