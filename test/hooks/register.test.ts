import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testHooks, type TestHooks } from '../support/hooks.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { anOptIn, MAIL, marketingConfiguration, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { startReceiver } from '../support/receiver.ts'

let ledger: TestLedger
let hooks: TestHooks

beforeEach(async () => {
  ledger = await testLedger()
  await publishPrograms(ledger)
  hooks = testHooks(ledger)
})
afterEach(async () => {
  await hooks.stop()
  await ledger.remove()
})

test('an http address is refused in production, and outside of it but for this machine', () => {
  for (const [url, production] of [
    ['http://crm.example/in', true],
    ['http://localhost:9000/in', true],
    ['http://crm.example/in', false],
  ] as const)
    expect(hooks.ask({ url }, production)).toMatchObject({
      refused: 'url',
      detail: expect.stringMatching(/http is refused/),
    })
  expect(hooks.store.list()).toEqual([])
  expect(hooks.ask({ url: 'http://localhost:9000/in' }, false)).toHaveProperty('hook')
  expect(hooks.ask({ url: 'https://crm.example/in' }, true)).toHaveProperty('hook')
})

test.each([
  [{ recipient: '' }, 'recipient', /name who receives it/],
  [{ recipient: 'two\nlines' }, 'recipient', /name who receives it/],
  [{ role: 'partner' }, 'role', /"processor" \(acts for Harborline IT Ltd/],
  [{ programs: [] }, 'scope', /name the purposes or programs/],
  [{ programs: ['news'] }, 'unknown-program', /"news" is no program .*offers, research/],
  [{ purposes: ['tracking'] }, 'unknown-purpose', /"tracking" is no purpose .*analytics/],
  [{ purposes: ['necessary'] }, 'unknown-purpose', /"necessary" is no purpose that anybody decides about/],
  [{ channels: ['fax'] }, 'unknown-channel', /email, sms/],
  [{ fields: ['subject', 'ip'] }, 'unknown-field', /"ip" is no field/],
  [{ fields: ['address'] }, 'address-without-subject', /list "subject" too/],
  [
    { fields: ['subject', 'address'], role: 'controller', programs: ['mail-only'] },
    'not-shared',
    /mail-only was not told that their address goes to Rowan CRM/,
  ],
])('%j is refused as %s', (asked, refused, detail) => {
  expect(hooks.ask(asked)).toMatchObject({ refused, detail: expect.stringMatching(detail) })
  expect(hooks.store.list()).toEqual([])
})

describe('numbers given for marketing by SMS', () => {
  test('are refused to anybody but a processor, with that reason', () => {
    for (const asked of [
      { programs: ['offers'] },
      { programs: [], purposes: ['letters'] },
      { programs: ['offers'], channels: ['sms'] },
      { programs: ['mail-only', 'offers'], fields: ['program'] },
    ])
      expect(hooks.ask({ ...asked, role: 'controller' })).toMatchObject({
        refused: 'sms-marketing',
        detail: expect.stringMatching(
          /offers.* marketing by SMS, and what people gave for that is never handed on: Rowan CRM may be told of it only as a processor of Harborline IT Ltd/,
        ),
      })
    expect(hooks.store.list()).toEqual([])
    for (const asked of [
      { programs: ['offers'], channels: ['email'] },
      { programs: ['mail-only'] },
      { programs: [], purposes: ['analytics'] },
    ])
      expect(hooks.ask({ ...asked, role: 'controller' })).toHaveProperty('hook')
    expect(hooks.ask({ programs: ['offers'], role: 'processor' })).toHaveProperty('hook')
  })

  test('are told apart from those of a program about what somebody has already', async () => {
    const [offers] = PROGRAMS
    await publishPrograms(ledger, marketingConfiguration([{ ...offers!, class: 'service' }]))
    expect(hooks.ask({ programs: ['offers'], role: 'controller' })).toHaveProperty('hook')
    await publishPrograms(ledger, marketingConfiguration([{ ...offers!, class: 'marketing' }]))
    expect(hooks.ask({ programs: ['offers'], role: 'controller' })).toMatchObject({
      refused: 'sms-marketing',
    })
  })

  test('stay here also when the program takes them up only after the hook was registered', async () => {
    const receiver = await startReceiver()
    try {
      const [offers] = PROGRAMS
      const mailOnly = { ...offers!, disclosures: offers!.disclosures.slice(0, 1) }
      await publishPrograms(ledger, marketingConfiguration([mailOnly]))
      hooks.add({ url: receiver.url, role: 'controller' })
      await publishPrograms(ledger)
      await appendOptIns(
        ledger,
        'harbor',
        [anOptIn(), anOptIn({ channel: 'email', address: MAIL })],
        { programs: PROGRAMS },
        {},
      )
      await hooks.delivery.run()
      expect(receiver.received.map(({ told }) => told.data['channel'])).toEqual(['email'])
    } finally {
      await receiver.close()
    }
  })
})

test('a secret opens for its own hook only, and not under another keyring', () => {
  const [one, other] = [hooks.add(), hooks.add()]
  const wrapped = hooks.store.secrets(one.id)!.secret
  expect(hooks.secrets.unwrap({ site: 'harbor', id: one.id }, wrapped).toString('base64')).toBe(
    one.secret.slice('whsec_'.length),
  )
  expect(() => hooks.secrets.unwrap({ site: 'harbor', id: other.id }, wrapped)).toThrow(
    `couldn't open the secret of hook ${other.id}`,
  )
})

test('a hook never becomes another, and a removed one never comes back', async () => {
  const { id } = hooks.add()
  hooks.store.remove(id)
  expect(hooks.store.secrets(id)).toBeUndefined()
  hooks.store.resume(id)
  hooks.store.pause(id, 'why')
  expect(hooks.store.find(id)!.state).toBe('removed')
})
