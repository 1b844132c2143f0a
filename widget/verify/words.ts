import {
  isRightToLeft,
  pickLanguage,
  DOCUMENT_LANGUAGES,
  type DocumentLanguage,
} from '../../shared/domain/language.ts'
import { withoutMisleading } from '../../shared/domain/misleading.ts'
import { fill } from '../ui/words.ts'
import ar from './languages/ar.json' with { type: 'json' }
import de from './languages/de.json' with { type: 'json' }
import en from './languages/en.json' with { type: 'json' }

export type Words = Readonly<Record<keyof typeof en, string>>

const WORDS: Readonly<Record<DocumentLanguage, Words>> = { en, de, ar }

/** The page in one language. */
export interface Speech {
  readonly language: DocumentLanguage
  readonly words: Words
  say(word: keyof Words, values?: Readonly<Record<string, string>>): string
  /** A moment, to the second, with its zone. */
  time(milliseconds: number): string
  number(value: number): string
}

export function speechIn(language: DocumentLanguage): Speech {
  const words = WORDS[language]
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'long' })
  return {
    language,
    words,
    say: (word, values = {}) => fill(words[word], readable(values), language),
    time: ms => (Math.abs(ms) <= 8.64e15 ? when.format(ms) : String(ms)),
    number: value => new Intl.NumberFormat(language).format(value),
  }
}

/** Values are a stranger's: the sentence they are put into must not be read in another order. */
const readable = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withoutMisleading(value)]))

/** The best of ours for a reader. */
export const preferred = (languages: readonly string[]): DocumentLanguage =>
  pickLanguage(languages, DOCUMENT_LANGUAGES) as DocumentLanguage

export const directionOf = (language: DocumentLanguage): 'rtl' | 'ltr' =>
  isRightToLeft(language) ? 'rtl' : 'ltr'

/** Each language by its own name. */
export const OWN_NAMES: Readonly<Record<DocumentLanguage, string>> = {
  en: 'English',
  de: 'Deutsch',
  ar: 'العربية',
}
