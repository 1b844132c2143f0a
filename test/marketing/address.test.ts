import { describe, expect, test } from 'vitest'
import { normaliseAddress } from '../../server/marketing/address.ts'
import { serves } from '../../server/marketing/served.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'

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
    ['0052 1 55 1234 5678', 'DE', '+525512345678', 'MX'],
    ['＋５２１５５１２３４５６７８', 'US', '+525512345678', 'MX'],
    ['＋１２０２５５５０１２３', 'DE', '+12025550123', 'US'],
    ['۲۰۲۵۵۵۰۱۲۳', 'US', '+12025550123', 'US'],
    ['\u202a+1\u00a0202\u2011555\u20110123\u202c', 'DE', '+12025550123', 'US'],
    ['tel:+1-202-555-0123', 'DE', '+12025550123', 'US'],
    ["'+44 7911 123456", 'US', '+447911123456', 'GG'],
    ['+44 (0)7911 123456', 'US', '+447911123456', 'GG'],
    ['07911 123456', 'GB', '+447911123456', 'GG'],
    ['+44 7797 712345', 'GB', '+447797712345', 'JE'],
    ['+44 7624 123456', 'GB', '+447624123456', 'IM'],
    ['+39 379 123 4567', 'IT', '+393791234567', 'IT'],
    ['+33 6 12 34 56 78', 'FR', '+33612345678', 'FR'],
    ['+262 692 12 34 56', 'FR', '+262692123456', 'RE'],
    ['+590 690 12 34 56', 'FR', '+590690123456', 'GP'],
    ['+55 11 91234 5678', 'BR', '+5511912345678', 'BR'],
    ['011 15-2345-6789', 'AR', '+5491123456789', 'AR'],
    ['+7 912 345 67 89', 'RU', '+79123456789', 'RU'],
    ['+7 701 234 56 78', 'RU', '+77012345678', 'KZ'],
    ['+1 876 210 1234', 'US', '+18762101234', 'JM'],
    ['+1 787 234 5678', 'US', '+17872345678', 'PR'],
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
    ['a toll-free number', '+1 800 555 0199'],
    ['a British mobile number without its country', '07911 123456'],
    ['a fixed line in Rome that is the Vatican’s', '+39 06 698 12345'],
    ['an O for a zero', '2O2 555 0123'],
    ['a number and a pause', '+12025550123,,5'],
    ['what a spreadsheet makes of a number', '4.47911E+11'],
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
    ['robin@faß.example', 'robin@xn--fa-hia.example'],
    ['r.o.b.i.n@gmail.example', 'r.o.b.i.n@gmail.example'],
    ['Rob\u0131n@MA\u0130L.example', 'Rob\u0131n@xn--mail-swc.example'],
    ['rene\u0301@mail.example', 'ren\u00e9@mail.example'],
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
    ['an IP address in figures of another script', 'robin@１９２.0.2.1'],
    ['an IP address in one number', 'robin@3221225985'],
    ['two trailing dots', 'robin@mail.example..'],
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

describe('a mailbox is found whatever its case', () => {
  const blindOf = (given: string) => {
    const normalised = spelled('email', given)
    if ('detail' in normalised) throw new Error(normalised.detail)
    return openBlindIndex(new Uint8Array(32)).blindOf('harbor', 'email', normalised.address).toString('hex')
  }

  test.each([
    ['Robin.Vale@Mail.Example', 'robin.vale@mail.example'],
    ['\u0130ris@mail.example', 'i\u0307ris@mail.example'],
    ['RENE\u0301@mail.example', 'ren\u00e9@mail.example'],
  ])('%s and %s are one', (one, other) => {
    expect(blindOf(one)).toBe(blindOf(other))
  })

  test('a tag and a dot are another address', () => {
    const all = ['robin@mail.example', 'robin+offers@mail.example', 'ro.bin@mail.example'].map(blindOf)
    expect(new Set(all).size).toBe(3)
  })
})

describe('who is served', () => {
  test.each([
    [['GB'], ['GB', 'GG', 'JE', 'IM'], ['IE']],
    [['GG'], ['GG'], ['GB', 'JE']],
    [['FR'], ['FR'], ['RE', 'GP', 'MQ', 'MC']],
    [['US'], ['US'], ['CA', 'PR', 'JM', 'BS']],
    [['IT'], ['IT', 'VA'], ['SM']],
    [['RU'], ['RU'], ['KZ']],
  ])('by a program for %j', (countries, served, others) => {
    expect(served.every(country => serves(countries, country))).toBe(true)
    expect(others.some(country => serves(countries, country))).toBe(false)
  })
})
