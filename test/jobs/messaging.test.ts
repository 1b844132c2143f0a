import { mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import SqliteDatabase from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { performErasure } from '../../server/erasure/perform.ts'
import { confirmOptIn } from '../../server/marketing/confirm.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { readEvidence } from '../../server/marketing/evidence/read.ts'
import { findAddress } from '../../server/marketing/find-address.ts'
import { appendOptOuts, type SentOptOut } from '../../server/marketing/opt-out.ts'
import { preferencesOf } from '../../server/marketing/preferences.ts'
import { recordConsents, type ConsentToRecord } from '../../server/marketing/record-consent.ts'
import type { Message } from '../../server/messages/store.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { SITE } from '../support/app.ts'
import { aDecisionId } from '../support/decisions.ts'
import { MAIL_PASSWORD, MAIL_USER, startMailServer, type MailServer } from '../support/mail-server.ts'
import {
  CONSENT,
  createMessagingApp,
  harborSite,
  linkIn,
  RESEARCH,
  type MessagingApp,
} from '../support/messages.ts'
import { selfSigned, type Certificate } from '../support/tls-proxy.ts'
import { findingsIn } from '../support/verify.ts'
import { startTwilio, twilioFault, type FakeTwilio } from '../support/twilio.ts'

const ROBIN = 'robin@mail.example'
const PHONE = '+12025550123'
const DAY = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'assent-messaging-'))
const trusted = getCACertificates('default')
let mail: MailServer
let certificate: Certificate
let twilio: FakeTwilio
const apps: MessagingApp[] = []

beforeAll(async () => {
  certificate = selfSigned(folder)
  setDefaultCACertificates([...trusted, readFileSync(certificate.cert, 'utf8')])
  mail = await startMailServer({ tls: 'implicit', certificate })
  twilio = await startTwilio()
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.remove()
  mail.mails.length = 0
  mail.refuse.length = 0
  twilio.texts.length = 0
  twilio.answers.length = 0
})
afterAll(async () => {
  setDefaultCACertificates(trusted)
  twilio.close()
  await mail.close()
  rmSync(folder, { recursive: true })
})

async function anApp(
  how: Parameters<typeof createMessagingApp>[1] = {},
  port = mail.port,
): Promise<MessagingApp> {
  const app = await createMessagingApp(
    {
      email: {
        smtp: `smtps://${MAIL_USER}:${encodeURIComponent(MAIL_PASSWORD)}@127.0.0.1:${port}`,
        from: 'Harborline IT <news@harbor.example>',
      },
      sms: {
        twilio: { accountSid: `AC${'1'.repeat(32)}`, authToken: 'x', from: '+12025550100', url: twilio.url },
      },
    },
    how,
  )
  apps.push(app)
  return app
}

const subjectOf = ({ ledger }: MessagingApp, channel: Channel, given: string): string | undefined => {
  const found = findAddress(ledger, SITE, { channel, given }, harborSite())
  return 'subject' in found ? found.subject : undefined
}
const logOf = (app: MessagingApp, channel: Channel = 'email', given = ROBIN): Message[] => {
  const subject = subjectOf(app, channel, given)
  return subject === undefined ? [] : app.messages.ofSubject(SITE, subject)
}
const confirm = (app: MessagingApp, link: URL, request: string, headers = {}): Promise<Response> =>
  app.request(`${link.pathname}${link.search}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': 'A browser', ...headers },
    body: new URLSearchParams({ request }).toString(),
  })
const optOut = (app: MessagingApp, address: string, channel: Channel = 'email') =>
  appendOptOuts(
    app.ledger,
    SITE,
    [{ id: aDecisionId(), channel, address, decidedAt: app.ledger.now(), method: 'form' }],
    harborSite(),
  )

describe('a double opt-in by e-mail', () => {
  test.each([
    ['en', 'Please confirm: Harborline questions', 'Yes, Harborline IT may ask me by e-mail'],
    ['de', 'Bitte bestätigen: Harborline-Fragen', 'Ja, Harborline IT darf mich'],
    ['ar', 'يرجى التأكيد: ', 'نعم، يمكن لـ Harborline IT أن تسألني بالبريد'],
  ])(
    'asks its address once, in %s, with the words agreed to and one link',
    async (language, title, words) => {
      const app = await anApp()
      const answer = await app.optIn({ language })
      await app.messaging.run()
      // As after a crash before it was noted how far the log was read.
      app.messages.moveCursor(SITE, 'messages', 0)
      await app.messaging.run()
      expect(mail.mails).toHaveLength(1)
      const [arrived] = mail.mails
      expect(arrived).toMatchObject({ envelope: { to: [ROBIN] }, isSecure: true })
      expect(arrived!.subject).toContain(title)
      expect(arrived!.text).toContain(words)
      expect(arrived!.html).toBeUndefined()
      const link = linkIn(arrived!.text)
      expect(link.href).toMatch(
        new RegExp(`^${CONSENT}/s/${SITE}/confirm\\.${language}\\.html\\?token=[\\w-]{22}$`),
      )
      expect(logOf(app)).toMatchObject([
        {
          kind: 'confirm',
          state: 'sent',
          program: RESEARCH,
          entry: answer.id,
          attempts: 1,
          providerId: arrived!.messageId,
        },
      ])
      expect(app.status(ROBIN)).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
    },
  )

  test('holds once its button is pressed: both steps are sealed, and pressing again says it is done', async () => {
    const app = await anApp()
    const { id } = await app.optIn()
    await app.messaging.run()
    const link = linkIn(mail.mails[0]!.text)
    const shown = await app.request(link.pathname + link.search)
    expect(shown.headers.get('referrer-policy')).toBe('no-referrer')
    expect(shown.headers.get('cache-control')).toBe('no-store')
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await shown.text()
    for (const word of ['r…@mail.example', 'Harborline questions', 'Yes, Harborline IT may ask me by e-mail'])
      expect(page).toContain(word)
    expect(page).not.toContain(ROBIN)

    const done = await confirm(app, link, id!)
    expect([done.status, isShown(await done.text(), 'confirmed')]).toEqual([200, true])
    expect(app.status(ROBIN)).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
    const size = app.ledger.store.size(SITE)
    const again = await confirm(app, link, id!)
    expect([again.status, isShown(await again.text(), 'confirmed')]).toEqual([200, true])
    expect(app.ledger.store.size(SITE)).toBe(size)

    const { entry, index } = app.ledger.store.entry(SITE, size - 1)!
    expect(entry).toMatchObject({ type: 'confirmation', confirms: id, method: 'link' })
    const part = app.ledger.store.privatePart(SITE, index)
    expect(part).toBeDefined()
  })

  test('its link and its page, opened 1,000 times by GET and by HEAD, change no row anywhere', async () => {
    const app = await anApp()
    await app.optIn()
    await app.messaging.run()
    const link = linkIn(mail.mails[0]!.text)
    const before = rowsIn(app)
    for (let n = 0; n < 1_000; n++) {
      const method = n % 2 === 0 ? 'GET' : 'HEAD'
      // oxlint-disable-next-line no-await-in-loop -- as a scanner does
      const answer = await app.request(link.pathname + link.search, { method })
      expect(answer.status).toBe(200)
    }
    expect(rowsIn(app)).toEqual(before)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'hold' })
  }, 60_000)

  test('an unknown, a cut and an expired link get one and the same page; one that was taken back its own', async () => {
    const app = await anApp()
    const { id } = await app.optIn()
    await app.messaging.run()
    const link = linkIn(mail.mails[0]!.text)
    const path = (token: string) => `${link.pathname}?token=${token}`
    const unknown = await app.request(path('A'.repeat(22)))
    const cut = await app.request(path(link.searchParams.get('token')!.slice(0, 9)))
    const none = await app.request(link.pathname)
    await optOut(app, ROBIN)
    const taken = await app.request(link.pathname + link.search)
    expect([taken.status, isShown(await taken.text(), 'taken-back')]).toEqual([200, true])
    app.ledger.advance(8 * DAY)
    const expired = await app.request(link.pathname + link.search)
    const pressed = await confirm(app, link, id!)
    const pages = await Promise.all(
      [unknown, cut, none, expired, pressed].map(async each => [each.status, await each.text()]),
    )
    expect(new Set(pages.map(each => JSON.stringify(each))).size).toBe(1)
    expect(pages[0]![0]).toBe(404)
    expect(isShown(pages[0]![1] as string, 'gone')).toBe(true)
  })

  test('pressed while the log takes nothing, the page says so, keeps its button and has confirmed nothing', async () => {
    const suspended = new Set<string>()
    const app = await anApp({ suspended })
    const { id } = await app.optIn()
    await app.messaging.run()
    const link = linkIn(mail.mails[0]!.text)
    suspended.add(SITE)
    const paused = await confirm(app, link, id!, { Accept: 'text/html' })
    const page = await paused.text()
    expect([paused.status, isShown(page, 'waiting'), page.includes(' hidden data-when="paused"')]).toEqual([
      503,
      true,
      false,
    ])
    expect(app.status(ROBIN).decision).toBe('hold')
    suspended.clear()
    await confirm(app, link, id!)
    expect(app.status(ROBIN).decision).toBe('send')
  })

  test('a link that was used confirms nothing that is asked for later', async () => {
    const app = await anApp()
    const { id } = await app.optIn()
    await app.messaging.run()
    const link = linkIn(mail.mails[0]!.text)
    await confirm(app, link, id!)
    app.ledger.advance(1_000)
    await optOut(app, ROBIN)
    app.ledger.advance(10_000)
    const next = await app.optIn()
    expect((await confirm(app, link, next.id!)).status).toBe(404)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
  })

  test('asked for twice, either mail confirms, and the page shows what is confirmed before it is', async () => {
    const app = await anApp()
    const first = await app.optIn()
    await app.messaging.run()
    app.ledger.advance(5_000)
    const second = await app.optIn({ language: 'de' })
    await app.messaging.run()
    const [older] = mail.mails.map(({ text }) => linkIn(text))
    expect(mail.mails).toHaveLength(2)
    // The page was opened before the second time: it is shown anew first.
    const stale = await confirm(app, older!, first.id!)
    const page = await stale.text()
    expect([isShown(page, 'waiting'), page.includes('Ja, Harborline IT darf mich')]).toEqual([true, true])
    expect(app.status(ROBIN).decision).toBe('hold')
    await confirm(app, older!, second.id!)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
  })

  test('an e-mail that was confirmed says nothing about a text message, and a new number inherits nothing', async () => {
    const app = await anApp()
    const { id } = await app.optIn()
    await app.messaging.run()
    await confirm(app, linkIn(mail.mails[0]!.text), id!)
    expect(app.status(ROBIN).decision).toBe('send')
    expect(app.status(PHONE, 'sms')).toMatchObject({ decision: 'block', reason: 'never_asked' })
    await app.optIn({ channel: 'sms' })
    await optOut(app, PHONE, 'sms')
    expect(app.status(PHONE, 'sms')).toMatchObject({ decision: 'block', reason: 'declined' })
    expect(app.status('+12025550124', 'sms')).toMatchObject({ decision: 'block', reason: 'never_asked' })
  })
})

describe('asked anew beside a yes that stands', () => {
  // The soft opt-in is the law of few countries.
  const BRITISH = { change: (program: Program): Program => ({ ...program, countries: ['GB'] }) }
  const record = (app: MessagingApp, changes: Partial<ConsentToRecord> = {}) =>
    recordConsents(
      app.ledger,
      SITE,
      [
        {
          id: aDecisionId(),
          channel: 'email',
          program: RESEARCH,
          address: ROBIN,
          basis: 'soft-opt-in',
          evidence: 'full',
          decidedAt: app.ledger.now() - 30 * DAY,
          configuration: sitesIn(app.ledger.store)(SITE)!.hash,
          method: 'import',
          actor: 'command:import',
          source: { file: 'ab'.repeat(32), row: 1 },
          ...changes,
        },
      ],
      harborSite(),
    )

  test('its mail goes out, the yes goes on counting, and the button turns it into confirmed consent', async () => {
    const app = await anApp(BRITISH)
    await record(app)
    const before = app.status(ROBIN)
    expect(before).toMatchObject({ decision: 'send', reason: 'ok_soft_optin' })
    const { id } = await app.optIn()
    await app.messaging.run()
    expect(app.status(ROBIN)).toEqual({ ...before, asOf: app.ledger.now() })
    const link = linkIn(mail.mails[0]!.text)
    expect(isShown(await (await app.request(link.pathname + link.search)).text(), 'waiting')).toBe(true)
    app.ledger.advance(1_000)
    await confirm(app, link, id!)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
    expect(findingsIn(app.ledger)).toEqual([])
  })

  test('a no takes both back, and the mail that is out revives nothing', async () => {
    const app = await anApp()
    await record(app)
    const { id } = await app.optIn()
    await app.messaging.run()
    await optOut(app, ROBIN)
    const link = linkIn(mail.mails[0]!.text)
    expect(isShown(await (await confirm(app, link, id!)).text(), 'taken-back')).toBe(true)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('never confirmed, it is over after its days and takes nobody along', async () => {
    const app = await anApp(BRITISH)
    await record(app)
    const { id } = await app.optIn()
    await app.messaging.run()
    app.ledger.advance(8 * DAY)
    await app.dispose()
    expect(app.status(ROBIN)).toMatchObject({ decision: 'send', reason: 'ok_soft_optin' })
    const link = linkIn(mail.mails[0]!.text)
    expect((await confirm(app, link, id!)).status).toBe(404)
    expect(app.status(ROBIN)).toMatchObject({ reason: 'ok_soft_optin' })
    expect(findingsIn(app.ledger)).toEqual([])
  })

  test('after the purpose of the program changed, whoever confirms again is written to again', async () => {
    const app = await anApp()
    const first = await app.optIn()
    await app.messaging.run()
    await confirm(app, linkIn(mail.mails[0]!.text), first.id!)
    // As where the owner found out that it is another purpose, with words of its own.
    await app.publish(program => (program.id === RESEARCH ? { ...program, purpose: 'marketing' } : program))
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'purpose_mismatch' })
    app.ledger.advance(60_000)
    const again = await app.optIn()
    await app.messaging.run()
    expect(mail.mails).toHaveLength(2)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'purpose_mismatch' })
    await confirm(app, linkIn(mail.mails[1]!.text), again.id!)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
  })

  test('its page says that it is waited for once the other basis has ended by itself, and on until then', async () => {
    const app = await anApp()
    await record(app, { basis: 'implied-inquiry', decidedAt: app.ledger.now() - 170 * DAY })
    await app.optIn()
    const shown = () =>
      preferencesOf(
        app.ledger,
        SITE,
        { subject: subjectOf(app, 'email', ROBIN)!, channel: 'email' },
        harborSite().programs,
      )!.programs.find(({ program }) => program.id === RESEARCH)!.state
    expect(shown()).toBe('on')
    app.ledger.advance(20 * DAY)
    expect(shown()).toBe('expired')
    app.ledger.advance(1_000)
    await app.optIn()
    expect(shown()).toBe('waits')
  })
})

describe('an address that said no to messages', () => {
  const sms = (app: MessagingApp) =>
    logOf(app, 'sms', PHONE).map(({ kind, state, fault }) => fault ?? `${kind} ${state}`)
  const says = (app: MessagingApp, no: Partial<SentOptOut> & Pick<SentOptOut, 'method'>) =>
    appendOptOuts(
      app.ledger,
      SITE,
      [{ id: aDecisionId(), channel: 'sms', address: PHONE, decidedAt: app.ledger.now(), ...no }],
      harborSite(),
    )

  test.each<[string, Pick<SentOptOut, 'method'> & Partial<SentOptOut>, string]>([
    ['STOP', { method: 'keyword', sender: '+12025550143' }, 'said stop'],
    ['STOP to this program', { method: 'keyword', program: RESEARCH }, 'said stop'],
    ['its provider, which knew of a STOP', { method: 'provider' }, 'said stop'],
    ['a sentence that nobody settled', { method: 'hold' }, 'said stop'],
    ['a complaint', { method: 'provider', cause: 'complaint' }, 'complained'],
  ])('by %s is asked nothing when somebody types it in, and its owner sees it', async (_, no, fault) => {
    const app = await anApp()
    await says(app, no)
    app.ledger.advance(60_000)
    const known = await app.optIn({ channel: 'sms' })
    const stranger = await app.optIn({ channel: 'sms', address: '+12025550124' })
    await app.messaging.run()
    expect(twilio.texts.map(({ form }) => form['To'])).toEqual(['+12025550124'])
    expect(sms(app)).toEqual([fault])
    expect(app.lines.filter(({ event }) => event.startsWith('message not sent: its'))).toHaveLength(1)
    // Whoever typed it in learns nothing.
    expect({ ...known, id: '', index: 0 }).toEqual({ ...stranger, id: '', index: 0 })
    expect(app.status(PHONE, 'sms')).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
  })

  test('nor is it welcomed to a program of a single opt-in, until it answers itself', async () => {
    const welcome = { en: 'Harborline: welcome. Reply STOP to stop.', de: 'Willkommen.', ar: 'أهلًا' }
    const app = await anApp({
      change: program => ({ ...program, confirmation: 'single', replies: { welcome } }),
    })
    await says(app, { method: 'keyword' })
    app.ledger.advance(60_000)
    await app.optIn({ channel: 'sms' })
    await app.optIn({ channel: 'sms', address: '+12025550124' })
    await app.messaging.run()
    expect(twilio.texts.map(({ form }) => form['To'])).toEqual(['+12025550124'])
    expect(sms(app)).toEqual(['said stop'])
  })

  test('nor by a message that waited since before it, for a request of before', async () => {
    const app = await anApp()
    twilio.answers.push(twilioFault(500, 20500, PHONE))
    await app.optIn({ channel: 'sms' })
    await app.messaging.run()
    await says(app, { method: 'keyword' })
    app.ledger.advance(60_000)
    await app.optIn({ channel: 'sms' })
    const before = twilio.texts.length
    app.ledger.advance(600_000)
    await app.messaging.run()
    expect(twilio.texts).toHaveLength(before)
    expect(sms(app)).toEqual(['said stop', 'said stop'])
  })

  test('on the form, or to another program, is asked: that was no answer to its messages', async () => {
    const app = await anApp()
    await says(app, { method: 'form' })
    await says(app, { method: 'keyword', program: 'harbor-offers' })
    app.ledger.advance(60_000)
    await app.optIn({ channel: 'sms' })
    await app.messaging.run()
    expect(sms(app)).toEqual(['confirm sent'])
  })

  test('has only to answer once itself: then it is asked like everybody', async () => {
    const app = await anApp()
    await says(app, { method: 'keyword' })
    app.ledger.advance(60_000)
    const { id } = await app.optIn({ channel: 'sms' })
    await app.messaging.run()
    const subject = subjectOf(app, 'sms', PHONE)!
    const confirming = { subject, channel: 'sms', program: RESEARCH, confirms: id! } as const
    await confirmOptIn(app.ledger, SITE, { ...confirming, method: 'keyword' })
    await says(app, { method: 'form' })
    app.ledger.advance(60_000)
    await app.optIn({ channel: 'sms' })
    await app.messaging.run()
    expect(sms(app)).toEqual(['said stop', 'confirm sent'])
  })

  test('by e-mail is asked again after it unsubscribed, and not after it called a mail spam', async () => {
    const app = await anApp()
    await says(app, { channel: 'email', address: ROBIN, method: 'provider' })
    await says(app, { channel: 'email', address: 'kim@mail.example', method: 'provider', cause: 'complaint' })
    app.ledger.advance(60_000)
    await app.optIn()
    await app.optIn({ address: 'kim@mail.example' })
    await app.messaging.run()
    expect(mail.mails.map(({ envelope }) => envelope.to[0])).toEqual([ROBIN])
    expect(logOf(app, 'email', 'kim@mail.example')).toMatchObject([{ state: 'failed', fault: 'complained' }])
  })
})

describe('what keeps a message from being sent', () => {
  test('a request that was taken back, erased or never counted asks nobody', async () => {
    const app = await anApp()
    await app.optIn()
    await optOut(app, ROBIN)
    // Decided before the no, and delivered after it.
    await app.optIn({ decidedAt: app.ledger.now() - 60_000 })
    await app.optIn({ address: 'kim@mail.example', decidedAt: app.ledger.now() - 8 * DAY })
    await app.messaging.run()
    expect(mail.mails).toEqual([])
  })

  test('no border inside a numbering plan: a number of Guernsey is asked by a program of the United Kingdom', async () => {
    const app = await anApp()
    expect(await app.optIn({ channel: 'sms', address: '+447911123456' })).not.toHaveProperty('refused')
    await app.messaging.run()
    expect(logOf(app, 'sms', '+447911123456')).toMatchObject([{ kind: 'confirm', state: 'sent' }])
  })

  test('whoever is confirmed already is asked nothing, and the answer is the same as to a stranger', async () => {
    const app = await anApp()
    const { id } = await app.optIn()
    await app.messaging.run()
    await confirm(app, linkIn(mail.mails[0]!.text), id!)
    app.ledger.advance(60_000)
    const known = await app.optIn()
    const stranger = await app.optIn({ address: 'kim@mail.example' })
    await app.messaging.run()
    expect(mail.mails.map(({ envelope }) => envelope.to[0])).toEqual([ROBIN, 'kim@mail.example'])
    expect({ ...known, id: '', index: 0 }).toEqual({ ...stranger, id: '', index: 0 })
    expect(app.status(ROBIN).decision).toBe('send')
  })

  test('an address gets three a day, a network has so many sent, and what is over is dropped and said', async () => {
    const app = await anApp({ limits: { perAddress: 3, perSource: 5 } })
    for (let n = 0; n < 5; n++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await app.optIn()
      app.ledger.advance(60_000)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await app.messaging.run()
    }
    expect(mail.mails).toHaveLength(3)
    expect(logOf(app).map(({ state, fault }) => fault ?? state)).toEqual([
      'sent',
      'sent',
      'sent',
      'limit per-address',
      'limit per-address',
    ])
    for (const name of ['a', 'b', 'c']) await app.optIn({ address: `${name}@mail.example` })
    await app.optIn({ address: 'd@mail.example' }, '198.51.100.0/24')
    await app.messaging.run()
    expect(new Set(mail.mails.slice(3).map(({ envelope }) => envelope.to[0]))).toEqual(
      new Set(['a@mail.example', 'b@mail.example', 'd@mail.example']),
    )
    expect(app.lines.filter(({ event }) => event.startsWith('message not sent: too many'))).toMatchObject([
      { limit: 'per-address' },
      { limit: 'per-source' },
    ])
    app.ledger.advance(DAY)
    await app.optIn()
    await app.messaging.run()
    expect(mail.mails).toHaveLength(7)
  })

  test('over the daily cap of its program a message waits for the next day', async () => {
    const app = await anApp({ change: program => ({ ...program, dailyCap: 2 }) })
    for (const name of ['a', 'b', 'c']) await app.optIn({ address: `${name}@mail.example` })
    await app.messaging.run()
    expect(mail.mails).toHaveLength(2)
    app.ledger.advance(DAY)
    await app.messaging.run()
    expect(mail.mails).toHaveLength(3)
  })

  test('a number goes only to the countries of the program, also when they have become fewer since', async () => {
    const app = await anApp()
    expect(await app.optIn({ channel: 'sms', address: '+33612345678' })).toMatchObject({
      refused: 'country-not-served',
    })
    await app.optIn({ channel: 'sms' })
    await app.publish(program => ({ ...program, countries: ['GB'] }))
    await app.messaging.run()
    expect(twilio.texts).toEqual([])
    expect(logOf(app, 'sms', PHONE)).toMatchObject([{ state: 'failed', fault: 'country not served' }])
  })

  test('nothing to send by: it waits, and is sent once there is', async () => {
    const app = await createMessagingApp({})
    apps.push(app)
    await app.optIn()
    await app.messaging.run()
    expect(logOf(app)).toMatchObject([{ state: 'due', attempts: 0 }])
    expect(app.lines).toContainEqual(expect.objectContaining({ event: 'messages wait', channel: 'email' }))
  })
})

describe('what fails', () => {
  test('a server that is down is asked ever more rarely, and everything goes out once it is back', async () => {
    const former = await startMailServer({ tls: 'implicit', certificate })
    await former.close()
    const app = await anApp({}, former.port)
    await app.optIn()
    await app.messaging.run()
    app.ledger.advance(1_000)
    await app.optIn({ address: 'kim@mail.example' })
    await app.messaging.run()
    expect(logOf(app)).toMatchObject([{ state: 'due', attempts: 1, fault: 'smtp ESOCKET' }])
    // The other one waits for the server, without an attempt of its own.
    expect(logOf(app, 'email', 'kim@mail.example')).toMatchObject([{ state: 'due', attempts: 0 }])
    app.ledger.advance(15_000)
    await app.messaging.run()
    expect(logOf(app)).toMatchObject([{ attempts: 1 }])
    app.ledger.advance(15_000)
    await app.messaging.run()
    app.ledger.advance(59_000)
    await app.messaging.run()
    const attempts = [ROBIN, 'kim@mail.example'].map(given => logOf(app, 'email', given)[0]!.attempts)
    expect(attempts[0]! + attempts[1]!).toBe(2)
    expect(app.lines.filter(({ event }) => event === 'messages put off')).toHaveLength(1)

    const back = await startMailServer({ tls: 'implicit', certificate, port: former.port })
    app.ledger.advance(180_000)
    await app.messaging.run()
    expect(back.mails).toHaveLength(2)
    expect(new Set(back.mails.map(({ envelope }) => envelope.to[0]))).toEqual(
      new Set([ROBIN, 'kim@mail.example']),
    )
    expect(app.lines.at(-1)).toMatchObject({ event: 'messages go out again' })
    await back.close()
  })

  test('a mailbox that does not exist fails its message alone, and no address is in a fault or the log', async () => {
    const app = await anApp()
    mail.refuse.push(`550 5.1.1 <${ROBIN}> unknown`)
    await app.optIn()
    await app.messaging.run()
    await app.optIn({ address: 'kim@mail.example' })
    await app.messaging.run()
    expect(mail.mails.map(({ envelope }) => envelope.to[0])).toEqual(['kim@mail.example'])
    expect(logOf(app)).toMatchObject([{ state: 'failed', fault: 'smtp 550 5.1.1 at RCPT TO' }])
    expect(JSON.stringify(app.lines)).not.toContain('mail.example')
  })

  test('a number of which Twilio knows that it said stop is opted out here too', async () => {
    const app = await anApp()
    twilio.answers.push(twilioFault(400, 21610, PHONE))
    await app.optIn({ channel: 'sms' })
    await app.messaging.run()
    expect(logOf(app, 'sms', PHONE)).toMatchObject([{ state: 'failed', fault: 'twilio 400 21610' }])
    expect(app.status(PHONE, 'sms')).toMatchObject({ decision: 'block', reason: 'declined' })
  })
})

test('a text asks for a YES with brand, STOP and HELP, and whoever confirmed is welcomed once', async () => {
  const welcome = { en: 'Harborline: welcome. Reply STOP to stop.', de: 'Willkommen.', ar: 'أهلًا' }
  const app = await anApp({ change: program => ({ ...program, replies: { welcome } }) })
  const { id } = await app.optIn({ channel: 'sms' })
  await app.messaging.run()
  expect(twilio.texts.map(({ form }) => form)).toMatchObject([
    {
      To: PHONE,
      From: '+12025550100',
      Body: expect.stringMatching(/^Harborline IT.*: reply YES .*HELP.*STOP/),
    },
  ])
  expect(twilio.texts[0]!.form['Body']!.length).toBeLessThanOrEqual(160)
  const subject = subjectOf(app, 'sms', PHONE)!
  const yes = {
    subject,
    channel: 'sms' as const,
    program: RESEARCH,
    confirms: id!,
    method: 'keyword' as const,
  }
  expect(await confirmOptIn(app.ledger, SITE, yes)).toMatchObject({ confirmed: true })
  await app.messaging.run()
  await app.messaging.run()
  expect(twilio.texts.slice(1).map(({ form }) => form['Body'])).toEqual([welcome.en])
})

describe('what nobody confirmed', () => {
  test('is gone after its days, with an erasure in the log, and may be asked for again', async () => {
    const app = await anApp()
    await app.optIn()
    await app.messaging.run()
    const subject = subjectOf(app, 'email', ROBIN)!
    app.ledger.advance(7 * DAY - 10_000)
    await app.dispose()
    expect(subjectOf(app, 'email', ROBIN)).toBe(subject)
    app.ledger.advance(20_000)
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'expired' })
    await app.dispose()
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'never_asked' })
    expect(subjectOf(app, 'email', ROBIN)).toBeUndefined()
    expect(app.messages.ofSubject(SITE, subject)).toEqual([])
    expect(app.ledger.keys.hasSubjectKey(SITE, subject)).toBe(false)
    const last = app.ledger.store.entry(SITE, app.ledger.store.size(SITE) - 1)!.entry
    expect(last).toMatchObject({ type: 'erasure', subject, reason: 'unconfirmed', suppressions: 0 })
    mail.mails.length = 0
    const { id } = await app.optIn()
    await app.messaging.run()
    await confirm(app, linkIn(mail.mails[0]!.text), id!)
    expect(app.status(ROBIN).decision).toBe('send')
  })

  test('stays when it is asked for again in the very moment it is disposed of', async () => {
    const app = await anApp()
    await app.optIn()
    app.ledger.advance(8 * DAY)
    await Promise.all([app.optIn(), app.dispose()])
    expect(app.status(ROBIN)).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
  })

  test('is gone all the same where somebody read what was known of it', async () => {
    const app = await anApp()
    await app.optIn()
    const site = sitesIn(app.ledger.store)(SITE)!
    const question = { channel: 'email', address: ROBIN, program: RESEARCH } as const
    await readEvidence(app.ledger, site, question, { id: aDecisionId(), actor: 'key:reader' })
    app.ledger.advance(8 * DAY)
    await app.dispose()
    expect(subjectOf(app, 'email', ROBIN)).toBeUndefined()
  })

  test('of whom more is known, only the request is over: a yes, and a no, stay', async () => {
    const app = await anApp()
    await app.optIn({ program: 'harbor-offers' })
    await app.optIn()
    await app.optIn({ address: 'kim@mail.example' })
    await optOut(app, 'kim@mail.example')
    app.ledger.advance(8 * DAY)
    const size = app.ledger.store.size(SITE)
    await app.dispose()
    expect(app.ledger.store.size(SITE)).toBe(size)
    expect(app.status(ROBIN, 'email', 'harbor-offers').decision).toBe('send')
    expect(app.status(ROBIN)).toMatchObject({ decision: 'block', reason: 'expired' })
    expect(app.status('kim@mail.example')).toMatchObject({ decision: 'block', reason: 'declined' })
  })

  test('a program that waits longer holds up none that waits shorter', async () => {
    const app = await anApp({
      change: program => ({
        ...program,
        confirmation: 'double',
        unconfirmedDays: program.id === RESEARCH ? 30 : 2,
      }),
    })
    await app.optIn({ address: 'kim@mail.example' })
    await app.optIn({ program: 'harbor-offers' })
    app.ledger.advance(3 * DAY)
    await app.dispose()
    expect(subjectOf(app, 'email', ROBIN)).toBeUndefined()
    expect(subjectOf(app, 'email', 'kim@mail.example')).toBeDefined()
  })
})

describe('an erasure', () => {
  const erase = (app: MessagingApp) =>
    app.request(`/v1/sites/${SITE}/erasures`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${app.key('erase')}` },
      body: JSON.stringify({ channel: 'email', address: ROBIN }),
    })

  test('takes the messages and links of its person with it at once, and those of nobody else', async () => {
    const app = await anApp()
    await app.optIn()
    await app.optIn({ address: 'kim@mail.example' })
    await app.messaging.run()
    const subject = subjectOf(app, 'email', ROBIN)!
    const mailTo = (address: string) => mail.mails.find(({ envelope }) => envelope.to.includes(address))!
    expect((await erase(app)).status).toBe(200)
    expect(app.messages.ofSubject(SITE, subject)).toEqual([])
    const link = linkIn(mailTo(ROBIN).text)
    expect((await app.request(link.pathname + link.search)).status).toBe(404)
    expect(logOf(app, 'email', 'kim@mail.example')).toHaveLength(1)
  })

  test('by another process is followed from the log, and a message that waited is not sent', async () => {
    const app = await anApp()
    await app.optIn()
    const { messages, ledger } = app
    const subject = subjectOf(app, 'email', ROBIN)!
    mail.refuse.push('451 4.7.1 later')
    await app.messaging.run()
    expect(messages.ofSubject(SITE, subject)).toMatchObject([{ state: 'due' }])
    const kept = { id: `erasure:${subject}:1`, subject, reason: 'request' } as const
    await performErasure(ledger, SITE, kept, [])
    ledger.advance(60_000)
    await app.messaging.run()
    expect(messages.ofSubject(SITE, subject)).toEqual([])
    expect(mail.mails).toEqual([])
  })
})

test('the message log of one address is read with a key for evidence, and holds no secret', async () => {
  const app = await anApp()
  await app.optIn()
  await app.messaging.run()
  const token = linkIn(mail.mails[0]!.text).searchParams.get('token')!
  const ask = (scope: 'evidence' | 'status', query: string) =>
    app.request(`/v1/sites/${SITE}/messages?${query}`, {
      headers: { Authorization: `Bearer ${app.key(scope)}` },
    })
  expect((await ask('status', `channel=email&address=${ROBIN}`)).status).toBe(403)
  const answer = await ask('evidence', `channel=email&address=${ROBIN}`)
  const { messages } = (await answer.json()) as { messages: { words: string }[] }
  expect(messages).toMatchObject([{ kind: 'confirm', to: ROBIN, state: 'sent', direction: 'out' }])
  expect(messages[0]!.words).toContain('[link]')
  expect(JSON.stringify(messages)).not.toContain(token)
  expect(await (await ask('evidence', 'channel=sms&address=%2B12025550199')).json()).toEqual({ messages: [] })
  expect((await ask('evidence', 'channel=fax&address=x')).status).toBe(400)
})

/** The case of the page that is not hidden. */
const isShown = (page: string, fact: string): boolean =>
  ['waiting', 'confirmed', 'taken-back', 'gone'].every(
    each => page.includes(` hidden data-when="${each}"`) === (each !== fact),
  )

/** Every row of every table, as it stands. */
function rowsIn({ ledger }: MessagingApp): Record<string, unknown[]> {
  const rows: Record<string, unknown[]> = {}
  for (const name of ['ledger.db', 'messages.db', 'subject-keys.db']) {
    const database = new SqliteDatabase(join(ledger.folder, name), { readonly: true })
    const tables = database
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .pluck()
      .all()
    for (const table of tables) rows[`${name} ${table}`] = database.prepare(`SELECT * FROM "${table}"`).all()
    database.close()
  }
  return rows
}
