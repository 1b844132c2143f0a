import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A key-management service, as small as one can be: a key in a process of its own, which never leaves it. */
const key = randomBytes(32)

interface Call {
  readonly secret?: string
  readonly wrapped?: string
  readonly context: string
}

function answer({ secret, wrapped, context }: Call): Record<string, string> {
  if (secret !== undefined) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    const sealed = [nonce, cipher.update(Buffer.from(secret, 'base64')), cipher.final(), cipher.getAuthTag()]
    return { wrapped: Buffer.concat(sealed).toString('base64') }
  }
  const bytes = Buffer.from(wrapped ?? '', 'base64')
  const opener = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
  opener.setAuthTag(bytes.subarray(-16))
  return {
    secret: Buffer.concat([opener.update(bytes.subarray(12, -16)), opener.final()]).toString('base64'),
  }
}

const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => (body += String(chunk)))
  request.on('end', () => {
    try {
      response.end(JSON.stringify(answer(JSON.parse(body) as Call)))
    } catch {
      // Authenticated encryption has no more to say than no.
      response.writeHead(400).end()
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
