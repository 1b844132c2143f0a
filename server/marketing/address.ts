import { domainToASCII } from 'node:url'
import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type NumberType,
  type PhoneNumber,
} from 'libphonenumber-js/max'
import type { Channel } from '../../shared/domain/site.ts'
import { plainNumber } from './number-plans.ts'

export type Normalised = { readonly address: string; readonly country?: string } | NotNormalised

export interface NotNormalised {
  readonly detail: string
  /** It is a number, and of a kind that takes no text messages. */
  readonly notMobile?: true
}

/** The one spelling of an address, or what is wrong with it. What cannot be told for sure is refused, never guessed. */
export function normaliseAddress(channel: Channel, given: string, home: string | undefined): Normalised {
  const text = given.trim().normalize('NFC')
  return channel === 'email' ? mailbox(text) : telephone(text, home)
}

/** Already the one spelling of a number, if it is one. */
export const isE164 = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text)

/** Kinds of number that no person reads messages on, or that charge whoever writes. */
const NOT_TEXTED: readonly NumberType[] = [
  'FIXED_LINE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'VOICEMAIL',
  'PAGER',
]

const NOT_MOBILE = {
  detail: 'takes no text messages: write the number of a mobile phone',
  notMobile: true,
} as const

function telephone(text: string, home: string | undefined): Normalised {
  const plain = isE164(text) ? plainNumber(text) : undefined
  if (plain) return NOT_TEXTED.includes(plain.type) ? NOT_MOBILE : { address: text, country: plain.country }
  if (text.includes('@')) return { detail: 'is an e-mail address: write it in its own field' }
  const number = parsed(digitsOf(text), home)
  // A number of some kind is a valid one; only where its country tells no kinds apart has that to be asked as well.
  const type = number?.getType()
  if (number?.country === undefined || number.ext !== undefined || (type === undefined && !number.isValid()))
    return { detail: 'is no telephone number: check it, and begin with + and the country code' }
  if (NOT_TEXTED.includes(type)) return NOT_MOBILE
  return { address: number.number, country: number.country }
}

/**
 * Full-width signs are signs, and what address books wrap around a number is not seen and says nothing; nor does the mark by
 * which a spreadsheet keeps a number as text: such a one is whole.
 */
const digitsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/^tel:/i, '')
    .replace(/^['’](?=[+0][\d\s().-]+$)/, '')

function parsed(text: string, home: string | undefined): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(text, {
    extract: false,
    ...(home !== undefined && isSupportedCountry(home) && { defaultCountry: home }),
  })
  // Mexican mobile numbers had a 1 here until 2019, and are still written so.
  const old = number?.countryCallingCode === '52' && /^1(\d{10})$/.exec(number.nationalNumber)
  return old ? parsePhoneNumberFromString(`+52${old[1]}`) : number
}

const NO_MAILBOX = { detail: 'is no e-mail address: check it' }

function mailbox(text: string): Normalised {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  const ascii = asciiDomain(domain)
  if (!isLocalPart(local) || ascii === undefined || local.length + ascii.length > 253) return NO_MAILBOX
  return { address: `${local}@${ascii}` }
}

/** Without quotes and comments, which mailboxes of people do not have, and with nothing one cannot see. */
const isLocalPart = (local: string): boolean =>
  local.length <= 64 && /^[^\s.@"(),:;<>[\]\\\p{C}\p{DI}]+(\.[^\s.@"(),:;<>[\]\\\p{C}\p{DI}]+)*$/u.test(local)

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** At least two labels, and the last one is no number: so no IP address, however it was written. */
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`)

function asciiDomain(domain: string): string | undefined {
  // What would end a host, or be decoded in it, has no place in a mailbox.
  if (/[\s%/:?#\\@[\]]/.test(domain)) return undefined
  const ascii = domainToASCII(domain).replace(/\.$/, '')
  return DOMAIN.test(ascii) && ascii.length <= 253 ? ascii : undefined
}
