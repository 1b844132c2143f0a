import type { Carrier, Handed } from './carrier.ts'
import { isLoopback } from './smtp.ts'

export interface TwilioAccount {
  readonly accountSid: string
  readonly authToken: string
  readonly from?: string
  readonly messagingServiceSid?: string
  readonly url?: string
}

const TIMEOUT = 15_000

/** Answers of Twilio about one number (https://www.twilio.com/docs/api/errors). */
const OPTED_OUT = 21610
const NEVER: readonly number[] = [
  OPTED_OUT,
  // No number; a number no text message reaches; one no text message may be sent to; a country that is switched off.
  21211,
  21614,
  21612,
  21408,
  21217,
]

/**
 * By Twilio's API. It knows no key by which two requests are one: whoever crashes between its answer and our note of it
 * sends that one message twice.
 */
export function twilioSms(
  { accountSid, authToken, from, messagingServiceSid, url = 'https://api.twilio.com' }: TwilioAccount,
  statusCallback: string | undefined,
): Carrier {
  const base = new URL(url)
  if (base.protocol !== 'https:' && !isLoopback(base.hostname.replace(/^\[|\]$/g, '')))
    throw new Error('the address of Twilio must begin with https://')
  const address = new URL(
    `2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`,
    url.endsWith('/') ? url : `${url}/`,
  )
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const ended = new AbortController()
  return {
    async hand({ to, words }) {
      const body = new URLSearchParams({ To: to, Body: words })
      if (messagingServiceSid !== undefined) body.set('MessagingServiceSid', messagingServiceSid)
      else if (from !== undefined) body.set('From', from)
      if (statusCallback !== undefined) body.set('StatusCallback', statusCallback)
      try {
        const answer = await fetch(address, {
          method: 'POST',
          headers: { Authorization: authorization, Accept: 'application/json' },
          body,
          redirect: 'error',
          signal: AbortSignal.any([ended.signal, AbortSignal.timeout(TIMEOUT)]),
        })
        return handedOf(answer.status, await jsonOf(answer))
      } catch (fault) {
        return { sent: false, again: 'all-later', fault: `twilio not reached: ${codeOf(fault)}` }
      }
    },
    close: () => ended.abort(),
  }
}

async function jsonOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const json: unknown = await answer.json()
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Of an answer that names no error of its own only the status is kept: its words repeat the number. */
function handedOf(status: number, { sid, code }: Readonly<Record<string, unknown>>): Handed {
  if (status >= 200 && status < 300)
    return typeof sid === 'string' && /^[A-Z]{2}[0-9a-f]{32}$/i.test(sid)
      ? { sent: true, providerId: sid }
      : { sent: false, again: 'all-later', fault: `twilio ${status} without a message id` }
  const fault = `twilio ${status}${typeof code === 'number' ? ` ${code}` : ''}`
  if (code === OPTED_OUT) return { sent: false, again: 'never', fault, stopped: true }
  if (typeof code === 'number' && NEVER.includes(code)) return { sent: false, again: 'never', fault }
  // Too much at once, a server that fails, a login that is refused: nothing about this number.
  return { sent: false, again: 'all-later', fault }
}

function codeOf(fault: unknown): string {
  const { name, cause } = fault as { name?: string; cause?: { code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : (name ?? 'fault')
}
