import ar from './ar.json' with { type: 'json' }
import bg from './bg.json' with { type: 'json' }
import cs from './cs.json' with { type: 'json' }
import da from './da.json' with { type: 'json' }
import de from './de.json' with { type: 'json' }
import el from './el.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import et from './et.json' with { type: 'json' }
import fi from './fi.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }
import ga from './ga.json' with { type: 'json' }
import hi from './hi.json' with { type: 'json' }
import hr from './hr.json' with { type: 'json' }
import hu from './hu.json' with { type: 'json' }
import it from './it.json' with { type: 'json' }
import ja from './ja.json' with { type: 'json' }
import ko from './ko.json' with { type: 'json' }
import lt from './lt.json' with { type: 'json' }
import lv from './lv.json' with { type: 'json' }
import mt from './mt.json' with { type: 'json' }
import nb from './nb.json' with { type: 'json' }
import nl from './nl.json' with { type: 'json' }
import pl from './pl.json' with { type: 'json' }
import pt from './pt.json' with { type: 'json' }
import ro from './ro.json' with { type: 'json' }
import sk from './sk.json' with { type: 'json' }
import sl from './sl.json' with { type: 'json' }
import sv from './sv.json' with { type: 'json' }
import tr from './tr.json' with { type: 'json' }
import uk from './uk.json' with { type: 'json' }
import zh from './zh.json' with { type: 'json' }
import { pickLanguage, WIDGET_LANGUAGES, type WidgetLanguage } from '../../shared/domain/language.ts'

/** What the server itself says to visitors, in one language. */
export interface ServerWords {
  /** Who speaks the language and has read the file; nobody yet when empty. */
  readonly reviewedBy: string
  /**
   * A message that asks for a confirmation may hold nothing that advertises (in Germany it would need consent itself, UWG
   * section 7): `no-advertising.ts` is what these are held to. `{words}`: those agreed to, in the language's quotation marks.
   */
  readonly confirmMail: Letter
  /** In the plain alphabet of text messages where the language has it, so that it fits into one. */
  readonly confirmText: string
  /** The link to somebody's own preferences. */
  readonly linkMail: Letter
  readonly linkText: string
  /** Said where no published page can be: the site is unknown, its publication older than these words, or storage fails. */
  readonly pages: Readonly<
    Record<'none' | 'unsent' | 'later', { readonly title: string; readonly text: string }>
  >
}

interface Letter {
  readonly title: string
  readonly paragraphs: readonly string[]
}

const WORDS: Readonly<Record<WidgetLanguage, ServerWords>> = {
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

export interface Spoken {
  readonly language: WidgetLanguage
  readonly words: ServerWords
}

/** In the first of these languages that the server speaks; English when it speaks none. */
export function spokenTo(preferred: readonly string[]): Spoken {
  const language = pickLanguage(preferred, WIDGET_LANGUAGES) as WidgetLanguage
  return { language, words: WORDS[language] }
}
