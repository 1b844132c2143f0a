import { createTransport } from 'nodemailer'
import type { Carrier, Handed } from './carrier.ts'

export interface SmtpAccount {
  /** `smtps://user:password@host:465`, or `smtp://...:587`, which has to offer STARTTLS unless it is this machine. */
  readonly url: string
  /** `Harborline IT <news@harbor.example>` */
  readonly from: string
}

const SECOND = 1_000

/** By a mail server. Never without TLS, unless it is on this machine. */
export function smtpMailer({ url, from }: SmtpAccount): Carrier {
  const { protocol, hostname, port, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const secure = protocol === 'smtps:'
  const sender = mailboxOf(from)
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !isLoopback(host),
    ignoreTLS: !secure && isLoopback(host),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
    // What is sent comes from nowhere but the words.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async hand({ id, to, title = '', words, language, replyTo }) {
      const messageId = `<${id}@${domainOf(sender)}>`
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          envelope: { from: sender, to: [to] },
          ...(replyTo !== undefined && { replyTo }),
          subject: title,
          text: words,
          messageId,
          headers: {
            // Answering machines leave it alone (RFC 3834).
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
            ...(language !== undefined && { 'Content-Language': language }),
          },
        })
        return { sent: true, providerId: messageId }
      } catch (fault) {
        return handedOf(fault)
      }
    },
    close: () => transport.close(),
  }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** The address alone, of `Name <address>` or of an address. */
const mailboxOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim()
const domainOf = (mailbox: string): string => mailbox.slice(mailbox.lastIndexOf('@') + 1)

interface SmtpFault {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
}

/** Said by codes alone: what a server answers in words often repeats the address. */
function handedOf(fault: unknown): Handed {
  const { code = 'EUNKNOWN', command, responseCode, response = '' } = fault as SmtpFault
  if (responseCode === undefined) return { sent: false, again: 'all-later', fault: `smtp ${code}` }
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  const said = ['smtp', responseCode, enhanced, command && `at ${command}`].filter(Boolean).join(' ')
  // Only these two are about the address and the letter: a server that refuses TLS, our login or us refuses every one.
  if (command !== 'RCPT TO' && command !== 'DATA') return { sent: false, again: 'all-later', fault: said }
  return { sent: false, again: responseCode >= 500 ? 'never' : 'later', fault: said }
}
