import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLinkTokens } from '../../server/subjects/link-token.ts'
import { sealFor } from '../../server/subjects/seal-for.ts'
import { aDecisionId } from '../support/decisions.ts'
import {
  HARBOR,
  OFFERS,
  PERSON,
  startPreferences,
  type PreferencesServer,
} from '../support/preferences-server.ts'

/** The first message that ever carried our links, made under a keyring of this root, for this subject. It is never made anew. */
const MAIL = readFileSync(join(import.meta.dirname, '../fixtures/mail/oldest.eml'), 'utf8')
const ROOT = Buffer.from('assent fixture keyring, 32 bytes')
const SUBJECT = '019ab1f05c00c0ffeec0ffeec0ffeec0ffeec0ffee42'

const links = openLinkTokens(ROOT)
const header = (name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(MAIL)![1]!.trim().replace(/^<|>$/g, '')
const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search

let server: PreferencesServer
beforeEach(async () => {
  server = await startPreferences({ links })
  await asThen()
})
afterEach(() => server.close())

/** The address as that keyring's log had it: with the subject the message names. */
async function asThen(): Promise<void> {
  const { ledger } = server
  const { files, configuration } = ledger.store.current(HARBOR)!
  const id = aDecisionId()
  const blind = ledger.blindIndex.blindOf(HARBOR, 'email', PERSON)
  const { commitment, part } = await sealFor(
    ledger.keys,
    { site: HARBOR, subject: SUBJECT, id },
    { address: PERSON },
  )
  const said = { program: OFFERS, purpose: 'service-sms', channel: 'email', language: 'en' } as const
  await ledger.store.append(HARBOR, [
    {
      entry: {
        v: 1,
        site: HARBOR,
        type: 'opt-in',
        id,
        subject: SUBJECT,
        receivedAt: ledger.now(),
        decidedAt: ledger.now(),
        sent: '0'.repeat(64),
        configuration,
        text: files[`opt-in-page.${OFFERS}.en`]!,
        method: 'page',
        basis: 'consent',
        confirmation: 'single',
        ofAge: true,
        commitment,
        ...said,
      },
      private: part,
      address: { blind, subject: SUBJECT, tie: ledger.blindIndex.tieOf(HARBOR, blind, SUBJECT) },
    },
  ])
}

test('the one click of the oldest message there is still stops', async () => {
  expect(server.status(OFFERS).decision).toBe('send')
  const answer = await fetch(server.origin + pathOf(header('List-Unsubscribe')), {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: header('List-Unsubscribe-Post'),
  })
  expect(answer.status).toBe(200)
  expect(server.status(OFFERS)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})

test('the link in its text still opens its person’s page', async () => {
  const [link] = /^https:\/\/\S+\?token=\S+$/m.exec(MAIL)!
  const page = await (await fetch(server.origin + pathOf(link))).text()
  expect(page).toContain('r…@mail.example')
})

test('its links are made to the byte as they were', () => {
  const unsubscribe = { subject: SUBJECT, channel: 'email', program: OFFERS } as const
  expect(MAIL).toContain(`/s/harbor/u.${links.make(HARBOR, 'unsubscribe', unsubscribe)}>`)
  expect(MAIL).toContain(
    `?token=${links.make(HARBOR, 'preferences', { subject: SUBJECT, channel: 'email' })}\r\n`,
  )
})
