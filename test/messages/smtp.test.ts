import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { smtpMailer } from '../../server/messages/smtp.ts'
import type { Carrier } from '../../server/messages/carrier.ts'
import { MAIL_PASSWORD, MAIL_USER, startMailServer, type MailServer } from '../support/mail-server.ts'
import { selfSigned, type Certificate } from '../support/tls-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'assent-mail-'))
const trusted = getCACertificates('default')
let certificate: Certificate
const open: { close(): unknown }[] = []

beforeAll(() => {
  certificate = selfSigned(folder, 'IP:::ffff:7f00:1')
  setDefaultCACertificates([...trusted, readFileSync(certificate.cert, 'utf8')])
})
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})
afterAll(() => {
  setDefaultCACertificates(trusted)
  rmSync(folder, { recursive: true })
})

const LOGIN = `${MAIL_USER}:${encodeURIComponent(MAIL_PASSWORD)}@`
async function aServer(tls: 'implicit' | 'starttls' | 'none', login = true): Promise<MailServer> {
  const server = await startMailServer({ tls, certificate, login })
  open.push(server)
  return server
}
function aMailer(url: string): Carrier {
  const mailer = smtpMailer({ url, from: 'Harborline IT <news@harbor.example>' })
  open.push(mailer)
  return mailer
}
const MAIL = {
  id: '01946c1e-0000-7000-8000-000000000001',
  to: 'robin@mail.example',
  title: 'Bitte bestätigen: تأكيد',
  words: 'Grüße.\n\nhttps://consent.example/s/harbor/confirm.de.html?token=AAAAAAAAAAAAAAAAAAAAAA\n',
  language: 'de',
  replyTo: 'privacy@harbor.example',
}

test.each([
  ['smtps, from the first byte', 'implicit', 'smtps'],
  ['smtp, by STARTTLS, which is asked of every other machine', 'starttls', 'smtp'],
] as const)(
  '%s: a mail arrives encrypted, with its login, and reads as it was written',
  async (_, tls, scheme) => {
    const server = await aServer(tls)
    // The same machine under a name that is not known to be this machine.
    const host = tls === 'implicit' ? '127.0.0.1' : '[::ffff:127.0.0.1]'
    const handed = await aMailer(`${scheme}://${LOGIN}${host}:${server.port}`).hand(MAIL)
    expect(handed).toEqual({ sent: true, providerId: `<${MAIL.id}@harbor.example>` })
    const [mail] = server.mails
    expect(mail).toMatchObject({
      isSecure: true,
      subject: MAIL.title,
      messageId: `<${MAIL.id}@harbor.example>`,
      from: { name: 'Harborline IT', address: 'news@harbor.example' },
      replyTo: [{ address: 'privacy@harbor.example' }],
      envelope: { from: 'news@harbor.example', to: ['robin@mail.example'] },
    })
    expect(mail!.text?.replaceAll('\r\n', '\n').trim()).toBe(MAIL.words.trim())
    expect(mail!.html).toBeUndefined()
    expect(mail!.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  },
)

test('a server that offers no TLS gets nothing, unless it is on this machine', async () => {
  const server = await aServer('none')
  const elsewhere = await aMailer(`smtp://${LOGIN}[::ffff:127.0.0.1]:${server.port}`).hand(MAIL)
  expect(elsewhere).toEqual({ sent: false, again: 'all-later', fault: 'smtp 500 at STARTTLS' })
  expect(server.mails).toEqual([])
  expect(await aMailer(`smtp://${LOGIN}127.0.0.1:${server.port}`).hand(MAIL)).toMatchObject({ sent: true })
})

test('a certificate nobody vouches for, a login that is refused, and a server that is not there hold up all mails', async () => {
  const server = await aServer('implicit')
  setDefaultCACertificates(trusted)
  const distrusted = await aMailer(`smtps://${LOGIN}127.0.0.1:${server.port}`).hand(MAIL)
  setDefaultCACertificates([...trusted, readFileSync(certificate.cert, 'utf8')])
  const wrong = await aMailer(`smtps://${MAIL_USER}:wrong@127.0.0.1:${server.port}`).hand(MAIL)
  await server.close()
  open.splice(open.indexOf(server), 1)
  const gone = await aMailer(`smtps://${LOGIN}127.0.0.1:${server.port}`).hand(MAIL)
  for (const handed of [distrusted, wrong, gone])
    expect(handed).toMatchObject({ sent: false, again: 'all-later' })
  expect(server.mails).toEqual([])
})

test('a mailbox that does not exist is given up, one that is full is tried again, and neither fault repeats the address', async () => {
  const server = await aServer('implicit')
  const mailer = aMailer(`smtps://${LOGIN}127.0.0.1:${server.port}`)
  server.refuse.push('550 5.1.1 <robin@mail.example> is unknown', '452 4.2.2 robin@mail.example is full')
  expect(await mailer.hand(MAIL)).toEqual({
    sent: false,
    again: 'never',
    fault: 'smtp 550 5.1.1 at RCPT TO',
  })
  expect(await mailer.hand(MAIL)).toEqual({
    sent: false,
    again: 'later',
    fault: 'smtp 452 4.2.2 at RCPT TO',
  })
  expect(await mailer.hand(MAIL)).toMatchObject({ sent: true })
})

test('an answer that never came is tried again under the same Message-ID', async () => {
  const server = await aServer('implicit')
  const mailer = aMailer(`smtps://${LOGIN}127.0.0.1:${server.port}`)
  server.hangUp = 1
  expect(await mailer.hand(MAIL)).toMatchObject({ sent: false, again: 'all-later' })
  expect(await mailer.hand(MAIL)).toMatchObject({ sent: true })
  expect(server.mails.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${MAIL.id}@harbor.example>`))
})
