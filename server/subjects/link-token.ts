import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'

/** `unsubscribe`: only stops. `preferences`: also shows what is kept of an address, and starts messages again. */
export type LinkAudience = 'unsubscribe' | 'preferences'

/** Whom a link in a message speaks for. */
export interface LinkClaim {
  readonly subject: string
  readonly channel: Channel
  /** The list the message belonged to; absent: the whole channel. */
  readonly program?: string
}

/**
 * Links that stand in messages for years: nothing is stored of them, so none is lost with a database, and none expires. They
 * hold a pseudonym and no address. Whose subject was erased, their links lead nowhere.
 */
export interface LinkTokens {
  make(site: string, audience: LinkAudience, claim: LinkClaim): string
  /** `undefined` for whatever was not made here, for this site and audience, to the last bit. */
  read(site: string, audience: LinkAudience, token: string): LinkClaim | undefined
}

const VERSION = 1
const SUBJECT_SIZE = 22
const HEAD_SIZE = 2 + SUBJECT_SIZE
/** 128 bits: nobody can try so many. */
const MAC_SIZE = 16
/** Of a program's id. */
const MOST_PROGRAM = 32

/** `root`: of the keyring. It outlives every master key, and comes back with a backup. */
export function openLinkTokens(root: Uint8Array): LinkTokens {
  const rootKey = createSecretKey(root)
  const keys = new Map<string, KeyObject>()

  /** A key of its own for each site and audience, so that no token is taken for another kind. */
  function keyOf(site: string, audience: LinkAudience): KeyObject {
    const name = `assent link token\n${audience}\n${site}`
    const known = keys.get(name)
    if (known) return known
    const key = createSecretKey(createHmac('sha256', rootKey).update(name).digest())
    keys.set(name, key)
    return key
  }

  const macOf = (site: string, audience: LinkAudience, payload: Uint8Array): Buffer =>
    createHmac('sha256', keyOf(site, audience)).update(payload).digest().subarray(0, MAC_SIZE)

  return {
    make(site, audience, { subject, channel, program = '' }) {
      const payload = Buffer.concat([
        Buffer.from([VERSION, CHANNELS.indexOf(channel)]),
        Buffer.from(subject, 'hex'),
        Buffer.from(program),
      ])
      if (!/^[0-9a-f]{44}$/.test(subject) || payload.length > HEAD_SIZE + MOST_PROGRAM)
        throw new Error(`couldn't make a link for subject "${subject}" and program "${program}"`)
      return Buffer.concat([payload, macOf(site, audience, payload)]).toString('base64url')
    },
    read(site, audience, token) {
      const bytes = Buffer.from(token, 'base64url')
      const length = bytes.length - HEAD_SIZE - MAC_SIZE
      // Of several spellings of the same bytes only the one that was made counts.
      if (length < 0 || length > MOST_PROGRAM || bytes.toString('base64url') !== token) return undefined
      const payload = bytes.subarray(0, -MAC_SIZE)
      if (!timingSafeEqual(bytes.subarray(-MAC_SIZE), macOf(site, audience, payload))) return undefined
      const channel = CHANNELS[payload[1]!]
      if (payload[0] !== VERSION || channel === undefined) return undefined
      const program = payload.subarray(HEAD_SIZE).toString()
      return {
        subject: payload.subarray(2, HEAD_SIZE).toString('hex'),
        channel,
        ...(program !== '' && { program }),
      }
    },
  }
}
