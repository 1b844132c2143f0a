import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hearTwilio } from '../../../server/marketing/inbound/twilio.ts'
import { isSignedBody, isSignedByTwilio } from '../../../server/marketing/inbound/twilio-signature.ts'
import vectors from '../../vectors/webhooks.json' with { type: 'json' }
import { anInboundSms, asHook, TWILIO_TOKEN, twilioForm } from '../../support/provider-hooks.ts'

const URL_HERE = 'https://consent.harbor.example/v1/sites/harbor/hooks/twilio'
const { twilio: published } = vectors

function parametersOf(pairs: readonly (readonly string[])[]): Map<string, string[]> {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of pairs) parameters.set(name!, [...(parameters.get(name!) ?? []), value!])
  return parameters
}
const isSigned = (
  signature: string,
  url = published.url,
  pairs: readonly (readonly string[])[] = published.parameters,
) => isSignedByTwilio(signature, [published.authToken], url, parametersOf(pairs))

describe('the signature', () => {
  test('Twilio’s published examples are verified', () => {
    expect(isSigned(published.signature)).toBe(true)
    expect(isSigned(published.withPort443)).toBe(true)
    expect(isSigned(published.signature, published.url.replace('.com', '.com:1234'))).toBe(true)
    const http = published.url.replace('https', 'http').replace('.com', '.com:1234')
    expect(isSigned(published.httpWithPort1234, http)).toBe(true)
    expect(isSigned(published.withCredentials, published.url.replace('://', '://user:pass@'))).toBe(true)
    const { query, signature } = published.specialCharacters
    expect(isSigned(signature, published.url + query)).toBe(true)
    const { repeated } = published
    expect(isSigned(repeated.signature, published.url, repeated.parameters)).toBe(true)
    expect(isSigned(repeated.signature, published.url, repeated.parameters.toReversed())).toBe(true)
  })

  test('a body that is no form is signed by its hash in the address', () => {
    const { json } = published
    const url = `${published.url}&bodySHA256=${json.bodySHA256}`
    expect(isSigned(json.signature, url, [])).toBe(true)
    expect(isSignedBody(url, Buffer.from(json.body))).toBe(true)
    expect(isSignedBody(url, Buffer.from(`${json.body} `))).toBe(false)
    expect(isSignedBody(published.url, Buffer.from(json.body))).toBe(false)
  })

  test('one flipped byte, one more parameter, one fewer, or a trimmed blank is refused', () => {
    expect(isSigned(`S${published.signature.slice(1)}`)).toBe(false)
    expect(isSigned(published.signature, published.url, [...published.parameters, ['Body', 'STOP']])).toBe(
      false,
    )
    expect(isSigned(published.signature, published.url, published.parameters.slice(1))).toBe(false)
    const blank = twilioForm(URL_HERE, anInboundSms({ Body: ' STOP ' }))
    expect(hearTwilio(asHook(URL_HERE, blank), { authTokens: [TWILIO_TOKEN] })).toHaveProperty('events')
    const trimmed = { ...blank, body: blank.body.replace('+STOP+', 'STOP') }
    expect(hearTwilio(asHook(URL_HERE, trimmed), { authTokens: [TWILIO_TOKEN] })).toMatchObject({
      refused: 'signature-wrong',
    })
  })

  test('another token, another address and no signature at all are refused', () => {
    const request = twilioForm(URL_HERE, anInboundSms())
    const hear = (url: string, authTokens: string[], headers = request.headers) =>
      hearTwilio(asHook(url, { ...request, headers }), { authTokens })
    expect(hear(URL_HERE, ['another'])).toMatchObject({ refused: 'signature-wrong' })
    expect(hear('https://evil.example/v1/sites/harbor/hooks/twilio', [TWILIO_TOKEN])).toMatchObject({
      refused: 'signature-wrong',
    })
    const { 'x-twilio-signature': _, ...unsigned } = request.headers
    expect(hear(URL_HERE, [TWILIO_TOKEN], unsigned as typeof request.headers)).toMatchObject({
      refused: 'signature-missing',
    })
    expect(hear(URL_HERE, [])).toMatchObject({ refused: 'signature-wrong' })
    // While a token is being changed both count.
    expect(hear(URL_HERE, ['another', TWILIO_TOKEN])).toHaveProperty('events')
  })

  test('a report of another account is not ours, though it is signed', () => {
    const request = asHook(URL_HERE, twilioForm(URL_HERE, anInboundSms()))
    expect(hearTwilio(request, { authTokens: [TWILIO_TOKEN], account: 'AC2' })).toMatchObject({
      refused: 'not-ours',
    })
  })
})

const hear = (fields: Record<string, string>) =>
  hearTwilio(asHook(URL_HERE, twilioForm(URL_HERE, fields)), { authTokens: [TWILIO_TOKEN] })

const aStatus = (changes: Record<string, string>) => {
  const { Body: _, NumMedia: __, ...rest } = anInboundSms({ From: '+12025550100', To: '+12025550123' })
  return { ...rest, SmsStatus: 'sent', MessageStatus: 'sent', ...changes }
}

describe('what is reported', () => {
  test('a message, to the sender it was written to', () => {
    expect(hear(anInboundSms({ Body: ' Stop. ' }))).toEqual({
      events: [
        {
          kind: 'message',
          provider: 'twilio',
          eventId: 'SM00000000000000000000000000000001',
          channel: 'sms',
          address: '+12025550123',
          sender: '+12025550100',
          body: ' Stop. ',
        },
      ],
    })
    const [event] = (
      hear(anInboundSms({ MessagingServiceSid: 'MG1', OptOutType: 'STOP', Body: 'HALT' })) as {
        events: unknown[]
      }
    ).events
    expect(event).toMatchObject({ sender: '+12025550100', service: 'MG1', takenFor: 'stop', body: 'HALT' })
    expect(hear(anInboundSms({ From: 'rcs:+12025550123', Body: '' }))).toMatchObject({
      events: [{ address: '+12025550123', body: '' }],
    })
  })

  test('a recipient who had opted out at Twilio is one who said no', () => {
    expect(hear(aStatus({ MessageStatus: 'failed', ErrorCode: '21610' }))).toMatchObject({
      events: [
        { kind: 'failed', address: '+12025550123', code: '21610' },
        { kind: 'unsubscribed', address: '+12025550123', sender: '+12025550100' },
      ],
    })
  })

  test('quiet hours block a message, not the person', () => {
    expect(hear(aStatus({ MessageStatus: 'failed', ErrorCode: '30610' }))).toMatchObject({
      events: [{ kind: 'failed', code: '30610' }],
    })
    expect(hear(aStatus({ MessageStatus: 'undelivered', ErrorCode: '30005' }))).toMatchObject({
      events: [{ kind: 'failed' }, { kind: 'undeliverable' }],
    })
    expect(hear(aStatus({ MessageStatus: 'delivered' }))).toMatchObject({ events: [{ kind: 'delivered' }] })
    expect(hear(aStatus({ MessageStatus: 'queued' }))).toEqual({ events: [] })
  })

  test('the event stream, signed by the hash of its body', () => {
    const body = JSON.stringify([
      {
        type: 'com.twilio.messaging.inbound-message.received',
        id: 'EZ1',
        time: '2026-11-22T07:59:58Z',
        data: { messageSid: 'SM1', from: '+12025550123', to: '+12025550100', body: 'STOP' },
      },
      {
        type: 'com.twilio.messaging.reassigned-number.detected',
        id: 'EZ2',
        data: { from_number: '+12025550100', to_number: '+12025550124', is_reassigned: true },
      },
      { type: 'com.twilio.voice.something', id: 'EZ3', data: {} },
    ])
    const url = `${URL_HERE}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`
    const signature = createHmac('sha1', TWILIO_TOKEN).update(url).digest('base64')
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature }
    const account = { authTokens: [TWILIO_TOKEN] }
    expect(hearTwilio(asHook(url, { body, headers }), account)).toMatchObject({
      events: [
        { kind: 'message', eventId: 'SM1', body: 'STOP', at: Date.parse('2026-11-22T07:59:58Z') },
        { kind: 'reassigned', eventId: 'EZ2', address: '+12025550124' },
      ],
    })
    expect(hearTwilio(asHook(url, { body: body.replace('STOP', 'stay'), headers }), account)).toMatchObject({
      refused: 'signature-wrong',
    })
  })
})
