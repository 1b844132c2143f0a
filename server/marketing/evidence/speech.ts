import { isRightToLeft, type DocumentLanguage } from '../../../shared/domain/language.ts'
import { markup, Html } from './html.ts'
import { ar } from './words/ar.ts'
import { de } from './words/de.ts'
import { en, type EvidenceWords } from './words/en.ts'

const WORDS: Readonly<Record<DocumentLanguage, EvidenceWords>> = { en, de, ar }

/** The page in one language. */
export interface Speech {
  readonly language: DocumentLanguage
  readonly direction: 'ltr' | 'rtl'
  readonly words: EvidenceWords
  /** A sentence with values in it, each of them apart from the reading order of the sentence. */
  say(word: keyof EvidenceWords, values: Readonly<Record<string, string | number | Html>>): Html
  /** What `prefix-name` says; the name itself where nothing does. */
  named(prefix: string, name: string): string
  /** To the second, in UTC: it is read in other zones than it happened in. */
  time(milliseconds: number): Html
  span(milliseconds: number): string
  number(value: number): string
  languageName(tag: string): string
}

export function speechIn(language: DocumentLanguage): Speech {
  const words = WORDS[language]
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' })
  const names = new Intl.DisplayNames(language, { type: 'language' })
  return {
    language,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    words,
    say: (word, values) =>
      markup`${words[word].split(/(\{\w+\})/).map(part => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1]
        const value = name === undefined ? undefined : values[name]
        return value === undefined ? markup`${part}` : markup`<bdi>${value}</bdi>`
      })}`,
    named: (prefix, name) => {
      const key = `${prefix}-${name}`
      return Object.hasOwn(words, key) ? words[key as keyof EvidenceWords] : name
    },
    time: ms =>
      Math.abs(ms) <= 8.64e15
        ? markup`<time datetime="${new Date(ms).toISOString()}">${moment.format(ms)}</time>`
        : markup`${String(ms)}`,
    span: ms => spanText(ms, language),
    number: value => new Intl.NumberFormat(language).format(value),
    languageName: tag => {
      try {
        return names.of(tag) ?? tag
      } catch {
        // No such tag: it stands as it is.
        return tag
      }
    },
  }
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** In the largest unit there are two of. */
function spanText(milliseconds: number, language: string): string {
  const [unit, size] = UNITS.find(([, ms]) => milliseconds >= 2 * ms) ?? UNITS[2]
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(Math.floor(milliseconds / size))
}
