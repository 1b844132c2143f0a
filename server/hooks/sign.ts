import { createHmac } from 'node:crypto'

export interface Signed {
  /** The same at every attempt: by it a receiver knows what it has had already. */
  readonly id: string
  /** When this attempt is made; receivers refuse what is minutes old. */
  readonly at: number
  readonly body: string
}

/** Headers of Standard Webhooks. During a rotation both secrets sign, and one that the receiver knows is enough. */
export function signatureHeaders(secrets: readonly Uint8Array[], { id, at, body }: Signed) {
  const timestamp = String(Math.floor(at / 1000))
  const signature = (secret: Uint8Array): string =>
    `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(signature).join(' '),
  }
}
