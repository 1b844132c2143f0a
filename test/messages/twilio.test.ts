import { afterAll, beforeAll, expect, test } from 'vitest'
import { twilioSms } from '../../server/messages/twilio.ts'
import { startTwilio, twilioFault, type FakeTwilio } from '../support/twilio.ts'

let twilio: FakeTwilio
beforeAll(async () => {
  twilio = await startTwilio()
})
afterAll(() => twilio.close())

const ACCOUNT = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'secret', from: '+12025550100' }
const TEXT = { id: 'one', to: '+12025550123', words: 'Harborline: reply YES & more' }
const CALLBACK = 'https://consent.example/v1/sites/harbor/hooks/twilio'
const sender = (changes: object = {}) => twilioSms({ ...ACCOUNT, url: twilio.url, ...changes }, CALLBACK)

test('a text is posted as Twilio documents it, with the login, and known by its id afterwards', async () => {
  expect(await sender().hand(TEXT)).toEqual({ sent: true, providerId: expect.stringMatching(/^SM0+1$/) })
  expect(twilio.texts.at(-1)).toEqual({
    path: `/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`,
    authorization: `Basic ${Buffer.from(`${ACCOUNT.accountSid}:secret`).toString('base64')}`,
    form: { To: TEXT.to, Body: TEXT.words, From: ACCOUNT.from, StatusCallback: CALLBACK },
  })
  await sender({ messagingServiceSid: 'MG1' }).hand(TEXT)
  expect(twilio.texts.at(-1)!.form).toMatchObject({ MessagingServiceSid: 'MG1' })
  expect(twilio.texts.at(-1)!.form).not.toHaveProperty('From')
})

test.each([
  [400, 21610, { again: 'never', stopped: true, fault: 'twilio 400 21610' }],
  [400, 21211, { again: 'never', fault: 'twilio 400 21211' }],
  [400, 21614, { again: 'never', fault: 'twilio 400 21614' }],
  [429, 20429, { again: 'all-later', fault: 'twilio 429 20429' }],
  [401, 20003, { again: 'all-later', fault: 'twilio 401 20003' }],
  [503, 20503, { again: 'all-later', fault: 'twilio 503 20503' }],
])('status %i, code %i: %o', async (status, code, expected) => {
  twilio.answers.push(twilioFault(status, code, TEXT.to))
  expect(await sender().hand(TEXT)).toEqual({ sent: false, ...expected })
})

test('an answer that is no JSON, or names no message, is tried again', async () => {
  twilio.answers.push({ status: 201, body: '<html>' }, { status: 502, body: 'bad gateway' })
  expect(await sender().hand(TEXT)).toMatchObject({ sent: false, again: 'all-later' })
  expect(await sender().hand(TEXT)).toEqual({ sent: false, again: 'all-later', fault: 'twilio 502' })
})

test('Twilio is reached over https only, but on this machine', async () => {
  expect(() => twilioSms({ ...ACCOUNT, url: 'http://api.twilio.example' }, undefined)).toThrow('https://')
  const former = await startTwilio()
  former.close()
  const gone = twilioSms({ ...ACCOUNT, url: former.url }, undefined)
  expect(await gone.hand(TEXT)).toEqual({
    sent: false,
    again: 'all-later',
    fault: 'twilio not reached: ECONNREFUSED',
  })
})
