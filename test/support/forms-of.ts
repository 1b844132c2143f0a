import { createHash, createHmac } from 'node:crypto'

/** One way an address could be written down. */
export interface AddressForm {
  readonly name: string
  readonly bytes: Buffer
}

interface Secret {
  readonly name: string
  readonly key: Uint8Array
}

/**
 * Every form in which somebody could look for an address in files, with every key in hand: as it is, encoded, hashed, and
 * hashed under each key. `spellings`: as it was typed, and as it is normalised.
 */
export function formsOf(
  channel: string,
  spellings: readonly string[],
  secrets: readonly Secret[],
): AddressForm[] {
  const all = [...new Set(spellings.flatMap(s => [s, s.toLowerCase()]))]
  const plain = all.flatMap(text => [
    { name: `${text}, as it is`, bytes: Buffer.from(text) },
    { name: `${text}, in UTF-16`, bytes: Buffer.from(text, 'utf16le') },
    { name: `${text}, percent-encoded`, bytes: Buffer.from(encodeURIComponent(text)) },
    {
      name: `${text}, form-encoded`,
      bytes: Buffer.from(new URLSearchParams([['', text]]).toString().slice(1)),
    },
    {
      name: `${text}, in JSON escapes`,
      bytes: Buffer.from(
        [...text].map(c => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`).join(''),
      ),
    },
    ...hexOf(text, Buffer.from(text)),
    ...base64Of(text, Buffer.from(text)),
    ...digitsOf(text),
  ])
  const hashed = all.flatMap(text =>
    [text, `${channel}\n${text}`, `${channel}:${text}`].flatMap(message => [
      ...['md5', 'sha1', 'sha256'].flatMap(algorithm =>
        digest(`${algorithm} of ${text}`, createHash(algorithm).update(message).digest()),
      ),
      ...secrets.flatMap(({ name, key }) =>
        digest(`hmac of ${text} under ${name}`, createHmac('sha256', key).update(message).digest()),
      ),
    ]),
  )
  return [...plain, ...hashed]
}

const digest = (name: string, bytes: Buffer): AddressForm[] => [
  { name: `${name}, raw`, bytes },
  ...hexOf(name, bytes),
  { name: `${name}, base64`, bytes: Buffer.from(bytes.toString('base64')) },
  { name: `${name}, base64url`, bytes: Buffer.from(bytes.toString('base64url')) },
]

const hexOf = (name: string, bytes: Buffer): AddressForm[] => [
  { name: `${name}, hex`, bytes: Buffer.from(bytes.toString('hex')) },
  { name: `${name}, HEX`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
]

/** Inside a longer text its base64 depends on where it begins: the part that does not change, for each of the three. */
function base64Of(name: string, bytes: Buffer): AddressForm[] {
  return [0, 1, 2].flatMap(before =>
    (['base64', 'base64url'] as const).map(encoding => {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(encoding)
        .replace(/=+$/, '')
      const from = Math.ceil((before * 8) / 6)
      const to = text.length - ((before + bytes.length) % 3 === 0 ? 0 : 1)
      return { name: `${name}, ${encoding} from ${before}`, bytes: Buffer.from(text.slice(from, to)) }
    }),
  )
}

/** The end of a number, by which people and programs know it. */
function digitsOf(text: string): AddressForm[] {
  const digits = text.replace(/\D/g, '')
  if (digits.length < 9 || text.includes('@')) return []
  return [digits, digits.slice(-9)].map(part => ({ name: `${text}, its digits`, bytes: Buffer.from(part) }))
}
