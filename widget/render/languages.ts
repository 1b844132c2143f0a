import ar from '../languages/ar.json' with { type: 'json' }
import de from '../languages/de.json' with { type: 'json' }
import en from '../languages/en.json' with { type: 'json' }
import type { WidgetLanguage } from '../../shared/domain/language.ts'
import type { Words } from '../ui/words.ts'

const WORDS: Readonly<Record<WidgetLanguage, Words>> = { en, de, ar }

export const wordsOf = (language: WidgetLanguage): Words => WORDS[language]
