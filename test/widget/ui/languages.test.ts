import { describe, expect, test } from 'vitest'
import { WIDGET_LANGUAGES } from '../../../shared/domain/language.ts'
import { wordsOf } from '../../../widget/render/languages.ts'
import type { Words } from '../../../widget/ui/words.ts'

type Key = Exclude<keyof Words, 'services' | 'reviewedBy'>

const en = wordsOf('en')
const LANGUAGES = WIDGET_LANGUAGES.map(language => [language, wordsOf(language)] as const)

/** Beyond these, a button breaks onto a second line, or pushes refusal under the fold of a 360 x 640 screen. */
const LONGEST: Partial<Record<Key, number>> = {
  accept: 18,
  reject: 18,
  choose: 14,
  save: 20,
  control: 24,
  title: 40,
  text: 130,
  change: 90,
  gpc: 170,
  withdraw: 24,
  close: 40,
  privacyNotice: 24,
  always: 20,
  on: 10,
  off: 10,
  privacyChoices: 40,
}

const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted()

describe.each(LANGUAGES)('%s', (language, words) => {
  test('has the texts that English has, in the same order', () => {
    expect(Object.keys(words)).toEqual(Object.keys(en))
  })

  test.each(Object.keys(en).filter(key => key !== 'services' && key !== 'reviewedBy') as Key[])(
    '"%s" is said, with the same places',
    key => {
      expect(words[key].trim()).not.toBe('')
      expect(places(words[key])).toEqual(places(en[key]))
    },
  )

  test.each(Object.entries(LONGEST) as [Key, number][])('"%s" fits into %i characters', (key, longest) => {
    expect([...words[key]].length).toBeLessThanOrEqual(longest)
  })

  test('has a plural form for every category of the language, and no other', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
    expect(Object.keys(words.services).toSorted()).toEqual(pluralCategories.toSorted())
  })

  test('speaks of cookies where the question is asked, in words that refusal tools know', () => {
    const cookies =
      /cookie|küpsis|eväste|süti|sīkdat|slapuk|fianán|fianáin|kolačić|piškot|informasjonskaps|бисквитк|файл\p{L}* cookie|çerez|クッキー|쿠키|कुकी|كوكيز|تعريف الارتباط/iu
    for (const key of ['title', 'text', 'control'] as const) expect(words[key]).toMatch(cookies)
  })
})

test('accepting and refusing are equally long verbs, within a few characters', () => {
  for (const [, { accept, reject }] of LANGUAGES) {
    expect(Math.abs(accept.length - reject.length)).toBeLessThanOrEqual(4)
  }
})
