import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SiteProviders } from '../../shared/schemas/providers.ts'
import { openLetter } from '../../server/messages/outbox.ts'
import { SITE } from '../support/app.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { CONSENT, createMessagingApp, type MessagingApp } from '../support/messages.ts'
import { selfSigned } from '../support/tls-proxy.ts'

const ROBIN = 'robin@mail.example'
const PHONE = '+12025550123'
const OFFERS = 'harbor-offers'
const folder = mkdtempSync(join(tmpdir(), 'assent-link-'))
let mail: MailServer
let app: MessagingApp

beforeAll(async () => {
  mail = await startMailServer({ tls: 'none', certificate: selfSigned(folder), login: false })
})
afterAll(async () => {
  await mail.close()
  rmSync(folder, { recursive: true })
})
const providers = (): SiteProviders => ({
  email: { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'Harborline IT <news@harbor.example>' },
})
beforeEach(async () => {
  app = await createMessagingApp(providers())
  await app.optIn({ program: OFFERS })
})
afterEach(async () => {
  await app.remove()
  mail.mails.length = 0
})

const PAGE = `/s/${SITE}/preferences.de.html`

/** Asks on the page as a browser does; answers what the page says then. */
async function ask(address: string, page = PAGE): Promise<{ status: number; text: string }> {
  const asked = await (await app.request(page)).text()
  const form = Object.fromEntries(
    ['token', 'id', 'configuration', 'text'].map(name => [
      name,
      new RegExp(`name="${name}" value="([^"]*)"`).exec(asked)?.[1] ?? '',
    ]),
  )
  const answer = await app.request(page, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: CONSENT },
    body: new URLSearchParams({ ...form, link: 'yes', 'link-address': address }).toString(),
  })
  return { status: answer.status, text: (await answer.text()).replace(/value="[^"]*"/g, '') }
}

const links = () => mail.mails.filter(({ subject }) => subject === 'Ihre Nachrichten von Harborline IT Ltd')

test('whoever asks for the link gets it by mail, in the language of the page, and it opens their own page', async () => {
  expect((await ask(' Robin@MAIL.example ')).text).toContain('der Link dorthin unterwegs')
  await app.messaging.run()
  const [sent, ...others] = links()
  expect(others).toEqual([])
  expect(sent!.envelope.to).toEqual(['Robin@mail.example'])
  const [link] = /https:\/\/consent\.harbor\.example\S+/.exec(sent!.text!)!
  const page = await (await app.request(new URL(link).pathname + new URL(link).search)).text()
  expect(page).toContain('r…@mail.example')
  expect(page).toContain('Wir schickten Ihnen den Link zu dieser Seite')
})

test('the answer is the same for whoever is not known, and nothing is sent to them', async () => {
  const known = await ask(ROBIN)
  const unknown = await ask('nobody@mail.example')
  expect(unknown).toEqual(known)
  await app.messaging.run()
  expect(links().map(({ envelope }) => envelope.to)).toEqual([[ROBIN]])
})

test('three a day to one address, and not one more, whoever asks', async () => {
  const answers = []
  for (let n = 0; n < 6; n++) {
    app.ledger.advance(1_000)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    answers.push(await ask(ROBIN))
  }
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  await app.messaging.run()
  expect(links()).toHaveLength(3)
  app.ledger.advance(86_400_000)
  await ask(ROBIN)
  await app.messaging.run()
  expect(links()).toHaveLength(4)
})

test('the link is in no database: what is kept of the message has a place for it only', async () => {
  await ask(ROBIN)
  const subject = app.ledger.store.subjectOfAddress(
    SITE,
    app.ledger.blindIndex.blindOf(SITE, 'email', ROBIN),
  )!
  const message = app.messages.ofSubject(SITE, subject).find(({ kind }) => kind === 'preferences')!
  expect(openLetter(app.ledger, SITE, message)!.words).not.toContain('token=')
})

test('a number that said stop to everything gets no text, whoever asks for one', async () => {
  await app.remove()
  app = await createMessagingApp({ ...providers(), sms: { log: true, from: '+12025550100' } })
  await app.optIn({ program: OFFERS, channel: 'sms', address: PHONE })
  const texts = () => {
    const subject = app.ledger.store.subjectOfAddress(
      SITE,
      app.ledger.blindIndex.blindOf(SITE, 'sms', PHONE),
    )!
    return app.messages.ofSubject(SITE, subject).filter(({ kind }) => kind === 'preferences')
  }
  const before = await ask(PHONE)
  expect(texts()).toHaveLength(1)
  const subject = texts()[0]!.subject
  const unsubscribe = `/s/${SITE}/u.${app.links.make(SITE, 'unsubscribe', { subject, channel: 'sms' })}`
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  await app.request(unsubscribe, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' })
  app.ledger.advance(1_000)
  expect((await ask(PHONE)).text).toBe(before.text)
  expect(texts()).toHaveLength(1)
})

test('what is no address is said to be none, and a site that sends nothing does not offer it', async () => {
  expect((await ask('robin')).text).toMatch(/aria-describedby="assent-link-invalid-address"/)
  expect((await ask(' ')).text).toMatch(/aria-describedby="assent-link-empty"/)
  await app.remove()
  app = await createMessagingApp({})
  const page = await (await app.request(PAGE)).text()
  expect(page).toMatch(/<div hidden data-when="asks">|<div hidden>/)
  expect(page).not.toContain('<div><h2>Ihre eigene Seite öffnen')
})
