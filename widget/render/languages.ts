import ar from '../languages/ar.json' with { type: 'json' }
import bg from '../languages/bg.json' with { type: 'json' }
import cs from '../languages/cs.json' with { type: 'json' }
import da from '../languages/da.json' with { type: 'json' }
import de from '../languages/de.json' with { type: 'json' }
import el from '../languages/el.json' with { type: 'json' }
import en from '../languages/en.json' with { type: 'json' }
import es from '../languages/es.json' with { type: 'json' }
import et from '../languages/et.json' with { type: 'json' }
import fi from '../languages/fi.json' with { type: 'json' }
import fr from '../languages/fr.json' with { type: 'json' }
import ga from '../languages/ga.json' with { type: 'json' }
import hi from '../languages/hi.json' with { type: 'json' }
import hr from '../languages/hr.json' with { type: 'json' }
import hu from '../languages/hu.json' with { type: 'json' }
import it from '../languages/it.json' with { type: 'json' }
import ja from '../languages/ja.json' with { type: 'json' }
import ko from '../languages/ko.json' with { type: 'json' }
import lt from '../languages/lt.json' with { type: 'json' }
import lv from '../languages/lv.json' with { type: 'json' }
import mt from '../languages/mt.json' with { type: 'json' }
import nb from '../languages/nb.json' with { type: 'json' }
import nl from '../languages/nl.json' with { type: 'json' }
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
  bg,
  cs,
  da,
  el,
  es,
  et,
  fi,
  fr,
  ga,
  hi,
  hr,
  hu,
  it,
  ja,
  ko,
  lt,
  lv,
  mt,
  nb,
  nl,
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
