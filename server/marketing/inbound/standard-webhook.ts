import { createHmac } from 'node:crypto'
import { isSame, refuse, type HookRequest, type RefusedHook } from './hook.ts'

const TOLERANCE_SECONDS = 300

/** Key of a secret as it is written: base64, with or without its prefix. */
const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64')

export function standardSignature(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  return createHmac('sha256', keyOf(secret)).update(signed).digest('base64')
}

/** The id of a request signed as Standard Webhooks has it, with any of the secrets and not long ago; or why it is none. */
export function openStandardWebhook(
  { body, header }: HookRequest,
  secrets: readonly string[],
  now: number,
): { readonly id: string } | RefusedHook {
  const [id, timestamp, given] = ['id', 'timestamp', 'signature'].map(name => header(`webhook-${name}`))
  if (!id || !timestamp || !given)
    return refuse('signature-missing', 'Send webhook-id, webhook-timestamp and webhook-signature.')
  const signatures = given.split(' ').flatMap(one => (one.startsWith('v1,') ? [one.slice(3)] : []))
  const signed = secrets
    .map(secret => standardSignature(secret, id, timestamp, body))
    .flatMap(expected => signatures.map(signature => isSame(signature, expected)))
    .includes(true)
  if (!signed)
    return refuse('signature-wrong', 'This was not signed with a secret of this hook: v1, HMAC-SHA-256.')
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : NaN
  if (!(Math.abs(now / 1000 - seconds) <= TOLERANCE_SECONDS))
    return refuse(
      'too-old',
      'webhook-timestamp must be seconds within five minutes of now: sign it again, with the right time.',
    )
  return { id }
}
