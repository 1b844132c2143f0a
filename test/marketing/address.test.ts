import { describe, expect, test } from 'vitest'
import { normaliseAddress } from '../../server/marketing/address.ts'

const spelled = (channel: 'sms' | 'email', given: string, home?: string) =>
  normaliseAddress(channel, given, home)

describe('a telephone number has one spelling', () => {
  test.each([
    ['(202) 555-0123', 'US', '+12025550123', 'US'],
    ['+1 202 555 0123', 'DE', '+12025550123', 'US'],
    [' 202.555.0123 ', 'US', '+12025550123', 'US'],
    ['٢٠٢ ٥٥٥ ٠١٢٣', 'US', '+12025550123', 'US'],
    ['＋１２０２５５５０１２３', 'US', '+12025550123', 'US'],
    ['01512 3456789', 'DE', '+4915123456789', 'DE'],
    ['+44 7911 123456', 'GB', '+447911123456', 'GG'],
    ['+52 1 55 1234 5678', 'US', '+525512345678', 'MX'],
    ['+5215512345678', 'US', '+525512345678', 'MX'],
  ])('%s, at home in %s', (given, home, address, country) => {
    expect(spelled('sms', given, home)).toEqual({ address, country })
  })

  test.each([
    ['words', 'call me'],
    ['nothing', ' '],
    ['an e-mail address', 'robin@mail.example'],
    ['a number that cannot be', '+1 555 123 4567'],
    ['too few digits', '202 555'],
    ['a number with an extension', '+1 202 555 0123 ext 5'],
    ['a number inside a sentence', 'my number is 202 555 0123'],
    ['a national number of elsewhere', '0171 1234567'],
    ['a fixed line', '+49 30 901820'],
    ['a premium-rate number', '+49 900 1234567'],
    ['somebody’s script', '<script>alert(1)</script>'],
  ])('%s is refused, never guessed', (_what, given) => {
    expect(spelled('sms', given, 'US')).toHaveProperty('detail')
    expect(spelled('sms', given, 'US')).not.toHaveProperty('address')
  })

  test('without a home only a number with its country code is one', () => {
    expect(spelled('sms', '+1 202 555 0123')).toMatchObject({ address: '+12025550123' })
    expect(spelled('sms', '202 555 0123')).toHaveProperty('detail')
  })
})

describe('an e-mail address has one spelling', () => {
  test.each([
    [' Robin.Vale@Mail.Example ', 'Robin.Vale@mail.example'],
    ['robin+offers@mail.example', 'robin+offers@mail.example'],
    ['robin@BÜCHER.example', 'robin@xn--bcher-kva.example'],
    ['robin@mail.example.', 'robin@mail.example'],
    ['robin@ｍａｉｌ.example', 'robin@mail.example'],
    ['o’neil@mail.example', 'o’neil@mail.example'],
  ])('%s', (given, address) => {
    expect(spelled('email', given)).toEqual({ address })
  })

  test.each([
    ['a telephone number', '+12025550123'],
    ['no local part', '@mail.example'],
    ['no domain', 'robin@'],
    ['a host without a dot', 'robin@localhost'],
    ['an IP address', 'robin@192.0.2.1'],
    ['an IP address, otherwise written', 'robin@0x7f.1'],
    ['a bracketed IP address', 'robin@[192.0.2.1]'],
    ['an empty label', 'robin@mail..example'],
    ['an underscore', 'robin@my_mail.example'],
    ['a hyphen at the edge', 'robin@-mail.example'],
    ['a path', 'robin@mail.example/x'],
    ['an encoded dot', 'robin@mail%2eexample'],
    ['a blank', 'robin vale@mail.example'],
    ['two dots', 'robin..vale@mail.example'],
    ['a dot in front', '.robin@mail.example'],
    ['a quoted name', '"robin"@mail.example'],
    ['two addresses', 'robin@mail.example,vale@mail.example'],
    ['two signs', 'robin@vale@mail.example'],
    ['a line break', 'robin@mail.example\r\nBcc: x@mail.example'],
    ['what one cannot see', 'rob\u200bin@mail.example'],
    ['a letter that shows nothing', 'rob\u3164in@mail.example'],
    ['a joiner that shows nothing', 'rob\u034fin@mail.example'],
    ['what an emoji keyboard leaves behind', 'robin\ufe0f@mail.example'],
    ['half a character', 'robin\ud800@mail.example'],
    ['a local part that is too long', `${'a'.repeat(65)}@mail.example`],
  ])('%s is refused', (_what, given) => {
    expect(spelled('email', given)).toEqual({ detail: 'is no e-mail address: check it' })
  })
})
