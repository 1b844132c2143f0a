import { describe, expect, test } from 'vitest'
import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../shared/domain/language.ts'
import { CHANNELS } from '../../shared/domain/site.ts'
import { DISCLOSED, DISCLOSURES } from '../../shared/rules/disclosures.ts'
import { TELLINGS } from '../../shared/rules/disclosure-words.ts'
import { missingFrom, rulesFor, type ToldProgram } from '../../shared/rules/missing-disclosures.ts'

const program: ToldProgram = {
  channel: 'sms',
  countries: ['GB', 'US'],
  class: 'marketing',
  brands: ['Kiln & Clay', 'Kiln & Clay Ltd'],
  names: ['Kiln letters'],
  contact: 'hello@kiln.example',
}

const lacks = (text: string, changes: Partial<ToldProgram> = {}, language: DocumentLanguage = 'en') =>
  missingFrom(text, language, { ...program, ...changes }, 'words').map(({ rule }) => rule.id)

const WORDS =
  'Yes, send me offers from Kiln & Clay, 4 msgs a month. Msg & data rates may apply. Consent is not a condition of purchase. Reply STOP to stop, HELP for help.'

test('every row has a source, days that are days, and no row has ended', () => {
  for (const { source, from, until } of DISCLOSURES) {
    expect(source.length).toBeGreaterThan(5)
    expect(until).toBeUndefined()
    expect(from === undefined || new Date(from).toISOString().slice(0, 10) === from).toBe(true)
  }
  const ids = new Set(DISCLOSURES.map(({ id }) => id))
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D9', 'D14', 'D15']) expect([...ids]).toContain(id)
})

describe.each(DOCUMENT_LANGUAGES)('in %s', language => {
  const fill = (sentence: string) =>
    sentence
      .replace('{brand}', program.brands[0]!)
      .replace('{program}', program.names[0]!)
      .replace('{contact}', program.contact)
      .replace('{recipient}', 'Mill & Sons')

  test('the sentences that are proposed tell, together, all that has to be told', () => {
    const all = DISCLOSED.map(tells => fill(TELLINGS[tells].sentence[language])).join(' ')
    for (const where of ['point', 'welcome', 'help', 'stopped'] as const)
      for (const channel of CHANNELS) {
        const told = { ...program, channel, sharesWith: 'Mill & Sons' }
        expect(missingFrom(all, language, told, where)).toEqual([])
      }
  })

  test.each(DISCLOSED)('without the one for "%s" that is what is missing', left => {
    const others = DISCLOSED.filter(tells => tells !== left && tells !== 'stop' && tells !== 'stopped')
    const text = others.map(tells => fill(TELLINGS[tells].sentence[language])).join(' ')
    const channel = left === 'stop' || left === 'by-email' ? ('email' as const) : ('sms' as const)
    const countries = left === 'stop' ? ['GB'] : program.countries
    const told = { ...program, channel, countries, sharesWith: 'Mill & Sons' }
    const without = left === 'stop' ? 'Kiln & Clay. Kiln letters. Mill & Sons.' : text
    const isOfPoint = left === 'by-email' || left === 'by-sms'
    const where = isOfPoint ? 'point' : left === 'stopped' ? 'stopped' : left === 'contact' ? 'help' : 'words'
    expect(missingFrom(without, language, told, where).map(({ rule }) => rule.tells)).toEqual([left])
  })
})

describe('what is asked for', () => {
  test('is all of the checklist where carriers have it', () => {
    expect(lacks('Hello.')).toEqual(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D9'])
    expect(lacks(WORDS)).toEqual([])
    expect(lacks('Hello.', { countries: ['CA'] })).toHaveLength(7)
  })

  test('is who, what and how to stop everywhere else, and for e-mail', () => {
    expect(lacks('Hello.', { countries: ['DE'] })).toEqual(['D1', 'D2', 'D5'])
    expect(lacks('Hello.', { channel: 'email' })).toEqual(['D1', 'D2', 'D5'])
    expect(lacks('News of Kiln & Clay. Unsubscribe at any time.', { channel: 'email' })).toEqual([])
  })

  test('speaks of no purchase where nothing is sold', () => {
    const ofDelivery =
      'Kiln & Clay texts you about your order, one text for each order. Msg & data rates may apply. Reply STOP to stop, HELP for help.'
    expect(lacks(ofDelivery)).toEqual(['D9'])
    expect(lacks(ofDelivery, { class: 'service' })).toEqual([])
  })

  test('is the name of whom a program shares with', () => {
    expect(lacks(WORDS, { sharesWith: 'Mill & Sons' })).toEqual(['recipient'])
    expect(lacks(`${WORDS} Shared with Mill & Sons.`, { sharesWith: 'Mill & Sons' })).toEqual([])
  })

  test('is, away from our own form, by which way it comes: a yes to letters is none to texts', () => {
    const ofPoint = (text: string, channel: 'sms' | 'email') =>
      missingFrom(text, 'en', { ...program, channel, countries: ['GB'] }, 'point').map(({ rule }) => rule.id)
    const letters = 'Offers of Kiln & Clay by e-mail. Unsubscribe at any time.'
    expect(ofPoint(letters, 'email')).toEqual([])
    expect(ofPoint(letters, 'sms')).toEqual(['channel'])
    expect(ofPoint('Text me offers of Kiln & Clay. STOP stops.', 'email')).toEqual(['channel'])
  })

  test('is by the day, where a day is named', () => {
    const ids = (day?: string) => rulesFor(program, 'words', day).map(({ id }) => id)
    expect(ids()).toContain('D9')
    expect(ids('2026-11-26')).toContain('D9')
    expect(ids('2010-01-01')).not.toContain('D9')
  })
})

describe('words are found as they are written', () => {
  test.each([
    ['a name without its legal form', WORDS.replace('Kiln & Clay', 'KILN & CLAY'), 'D1'],
    ['a lower-case stop is no instruction', WORDS.replace('STOP', 'stop'), '-D5'],
    ['a word that only begins so', WORDS.replace('HELP', 'HELPDESK'), '-D6'],
    ['rates with a slash', WORDS.replace('Msg & data', 'Message/data'), 'D4'],
    ['costs that are denied', WORDS.replace('Msg & data rates may apply', 'It is free'), '-D4'],
    ['a varying frequency', WORDS.replace('4 msgs a month', 'Msg frequency varies'), 'D3'],
    ['recurring is not how often', WORDS.replace('4 msgs a month', 'recurring'), '-D3'],
    [
      'consent that is not required',
      WORDS.replace('not a condition of purchase', 'not required to buy'),
      'D9',
    ],
    [
      'consent that is required',
      WORDS.replace('not a condition of purchase', 'a condition of purchase'),
      '-D9',
    ],
    ['a zero-width character in a word', WORDS.replace('STOP', 'ST\u200bOP'), 'D5'],
  ])('%s', (_what, text, id) => {
    expect(lacks(text)).toEqual(id.startsWith('-') ? [id.slice(1)] : [])
  })

  test('Arabic with and without vowel signs, and with "and" written onto a word', () => {
    const text = (rates: string) =>
      `عروض من Kiln & Clay، أربع في الشهر. ${rates}. الموافقة ليست شرطا للشراء. أجب بكلمة STOP للإيقاف وHELP للمساعدة.`
    expect(lacks(text('قد تُطبَّق رسومُ الرسائلِ والبياناتِ'), {}, 'ar')).toEqual([])
    expect(lacks(text('قد تطبق رسوم الرسائل والبيانات'), {}, 'ar')).toEqual([])
    expect(lacks(text('مجانية'), {}, 'ar')).toEqual(['D4'])
  })

  test('a German compound names the brand', () => {
    const text = 'Kiln-&-Clay-Angebote, einmal im Monat. Jederzeit abmelden.'
    expect(lacks(text, { countries: ['DE'] }, 'de')).toEqual([])
  })
})
