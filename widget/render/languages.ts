import ar from '../languages/ar.json' with { type: 'json' }
import de from '../languages/de.json' with { type: 'json' }
import en from '../languages/en.json' with { type: 'json' }
import es from '../languages/es.json' with { type: 'json' }
import hi from '../languages/hi.json' with { type: 'json' }
import ja from '../languages/ja.json' with { type: 'json' }
import ko from '../languages/ko.json' with { type: 'json' }
import mt from '../languages/mt.json' with { type: 'json' }
import nb from '../languages/nb.json' with { type: 'json' }
import pl from '../languages/pl.json' with { type: 'json' }
import pt from '../languages/pt.json' with { type: 'json' }
import ro from '../languages/ro.json' with { type: 'json' }
import sk from '../languages/sk.json' with { type: 'json' }
import sl from '../languages/sl.json' with { type: 'json' }
import sv from '../languages/sv.json' with { type: 'json' }
import tr from '../languages/tr.json' with { type: 'json' }
import uk from '../languages/uk.json' with { type: 'json' }
import zh from '../languages/zh.json' with { type: 'json' }
import type { WidgetLanguage } from '../../shared/domain/language.ts'
import type { Words } from '../ui/words.ts'

const WORDS: Readonly<Record<WidgetLanguage, Words>> = {
  en,
  de,
  ar,
  es,
  hi,
  ja,
  ko,
  mt,
  nb,
  pl,
  pt,
  ro,
  sk,
  sl,
  sv,
  tr,
  uk,
  zh,
}

export const wordsOf = (language: WidgetLanguage): Words => WORDS[language]
