import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import type { Certificate } from './tls-proxy.ts'

/** One mail as it arrived. */
export interface ArrivedMail extends Email {
  readonly raw: string
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly isSecure: boolean
}

export interface MailServer {
  readonly port: number
  readonly mails: ArrivedMail[]
  /** Answers the next recipients with this status, as `550 5.1.1 words`; an empty list: takes them. */
  readonly refuse: string[]
  /** Takes a mail, and then goes without saying so: for as many as this. */
  hangUp: number
  close(): Promise<void>
}

export const MAIL_USER = 'assent'
export const MAIL_PASSWORD = 'p@ss word/1'

interface How {
  /** TLS from the first byte, by STARTTLS, or not at all. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly certificate: Certificate
  readonly login?: boolean
  readonly port?: number
}

/** A real mail server on this machine, which delivers to nobody. */
export async function startMailServer({
  tls,
  certificate,
  login = true,
  port = 0,
}: How): Promise<MailServer> {
  const mails: ArrivedMail[] = []
  const refuse: string[] = []
  const state = { hangUp: 0 }
  const options: SMTPServerOptions = {
    secure: tls === 'implicit',
    closeTimeout: 50,
    key: readFileSync(certificate.key),
    cert: readFileSync(certificate.cert),
    disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(login ? [] : ['AUTH'])],
    authOptional: !login,
    allowInsecureAuth: tls === 'none',
    onAuth({ username, password }, _session, done) {
      if (username === MAIL_USER && password === MAIL_PASSWORD) done(null, { user: username })
      else done(new Error('no such login'))
    },
    onRcptTo(_address, _session, done) {
      const said = refuse.shift()
      done(
        said === undefined
          ? null
          : Object.assign(new Error(said.slice(4)), { responseCode: Number(said.slice(0, 3)) }),
      )
    },
    onData(stream, session, done) {
      void (async () => {
        // A sender that is killed in the middle has sent nothing.
        if (await take(stream, session).catch(() => false)) done()
      })()
    },
  }
  const server = new SMTPServer(options)
  async function take(
    stream: SMTPServerDataStream,
    { envelope, secure }: SMTPServerSession,
  ): Promise<boolean> {
    const raw = await buffer(stream)
    const { mailFrom, rcptTo } = envelope
    mails.push({
      ...(await PostalMime.parse(raw)),
      raw: raw.toString(),
      envelope: {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
      },
      isSecure: secure,
    })
    if (state.hangUp === 0) return true
    state.hangUp--
    const { connections } = server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }
    for (const { _socket } of connections) _socket.destroy()
    return false
  }
  // A client that goes, or that trusts nobody, is what some tests are about.
  server.on('error', () => undefined)
  await new Promise<void>(listening => void server.listen(port, '127.0.0.1', listening))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    refuse,
    get hangUp() {
      return state.hangUp
    },
    set hangUp(times: number) {
      state.hangUp = times
    },
    close: () => new Promise(closed => server.close(() => closed())),
  }
}
