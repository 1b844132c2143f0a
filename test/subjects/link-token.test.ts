import { describe, expect, test } from 'vitest'
import { openLinkTokens, type LinkClaim } from '../../server/subjects/link-token.ts'

const links = openLinkTokens(Buffer.alloc(32, 5))
const CLAIM: LinkClaim = { subject: '019b9e1c3a40'.padEnd(44, 'a7'), channel: 'email', program: 'offers' }
const token = links.make('harbor', 'unsubscribe', CLAIM)

test.each<LinkClaim>([CLAIM, { ...CLAIM, channel: 'sms' }, { subject: CLAIM.subject, channel: 'sms' }])(
  'a token says again what it was made of (%o)',
  claim => {
    for (const audience of ['unsubscribe', 'preferences'] as const)
      expect(links.read('loom', audience, links.make('loom', audience, claim))).toEqual(claim)
  },
)

test('the same claim makes the same token, in letters that every address can hold', () => {
  expect(links.make('harbor', 'unsubscribe', CLAIM)).toBe(token)
  expect(token).toMatch(/^[\w-]{60,100}$/)
  expect(links.make('harbor', 'preferences', { subject: CLAIM.subject, channel: 'sms' })).toHaveLength(54)
})

describe('nothing else is taken for one', () => {
  test('any one bit of it changed', () => {
    const bytes = Buffer.from(token, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(links.read('harbor', 'unsubscribe', changed.toString('base64url'))).toBe(undefined)
    }
  })

  test('another site, another audience, another keyring', () => {
    expect(links.read('harbor', 'unsubscribe', token)).toEqual(CLAIM)
    expect(links.read('loom', 'unsubscribe', token)).toBe(undefined)
    expect(links.read('harbor', 'preferences', token)).toBe(undefined)
    expect(openLinkTokens(Buffer.alloc(32, 6)).read('harbor', 'unsubscribe', token)).toBe(undefined)
  })

  test('cut off, grown, or spelt otherwise', () => {
    for (let length = 0; length < token.length; length++)
      expect(links.read('harbor', 'unsubscribe', token.slice(0, length))).toBe(undefined)
    for (const other of [
      `${token}A`,
      `${token}=`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      '',
      'é',
      '=',
      '%00',
    ])
      expect(links.read('harbor', 'unsubscribe', other)).toBe(undefined)
    // The last letter has bits that stand for nothing.
    const last = token.at(-1)!
    const neighbour = String.fromCharCode(last.charCodeAt(0) + 1)
    expect(Buffer.from(token.slice(0, -1) + neighbour, 'base64url').length).toBeGreaterThan(0)
    expect(links.read('harbor', 'unsubscribe', token.slice(0, -1) + neighbour)).toBe(undefined)
  })
})

test('what cannot be a subject or a program makes no token', () => {
  for (const claim of [
    { ...CLAIM, subject: 'robin@mail.example' },
    { ...CLAIM, subject: CLAIM.subject.slice(1) },
    { ...CLAIM, program: 'a'.repeat(33) },
  ])
    expect(() => links.make('harbor', 'unsubscribe', claim)).toThrow("couldn't make a link")
})
