import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ArrivedText {
  readonly path: string
  readonly authorization: string
  readonly form: Readonly<Record<string, string>>
}

export interface FakeTwilio {
  readonly url: string
  readonly texts: ArrivedText[]
  /** Answers the next ones with these instead. */
  readonly answers: { readonly status: number; readonly body: string }[]
  close(): void
}

/** The one address of Twilio's API that sends, as its documentation says it answers. */
export async function startTwilio(): Promise<FakeTwilio> {
  const texts: ArrivedText[] = []
  const answers: { status: number; body: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const form = Object.fromEntries(new URLSearchParams(body))
      texts.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', form })
      const sid = `SM${texts.length.toString(16).padStart(32, '0')}`
      const { status, body: said } = answers.shift() ?? {
        status: 201,
        body: JSON.stringify({ sid, status: 'queued' }),
      }
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(said)
    })
  })
  await new Promise<void>(listening => void server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    answers,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As Twilio says what is wrong: with the number in its words. */
export const twilioFault = (status: number, code: number, to: string) => ({
  status,
  body: JSON.stringify({ code, message: `The number ${to} ...`, more_info: '', status }),
})
