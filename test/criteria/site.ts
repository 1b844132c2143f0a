import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WIDGET_LANGUAGES } from '../../shared/domain/language.ts'
import type { Localized, SiteConfiguration } from '../../shared/domain/site.ts'
import { LAYOUTS } from './factors.ts'

const ROOT = join(import.meta.dirname, '../..')
export const LOOM = JSON.parse(readFileSync(join(ROOT, 'demo/loom/site.json'), 'utf8')) as SiteConfiguration

/** What the owner would have to translate and a person sees first; long words are long here too. */
const NAMES: Readonly<Record<string, Localized>> = {
  necessary: { fi: 'Välttämättömät', mt: 'Neċessarji', ja: '必須' },
  preferences: { fi: 'Asetukset', mt: 'Preferenzi', ja: '設定' },
  analytics: { fi: 'Tilastointi', mt: 'Statistika', ja: '統計' },
  marketing: { fi: 'Markkinointi', mt: 'Kummerċjalizzazzjoni', ja: 'マーケティング' },
}

/** The rest of the owner's own words stays English where the demo has no others. */
function inEveryLanguage<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inEveryLanguage) as Value
  const { en, de } = value as Record<string, unknown>
  if (typeof en === 'string' && typeof de === 'string')
    return { ...Object.fromEntries(WIDGET_LANGUAGES.map(tag => [tag, en])), ...value }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, inEveryLanguage(inner as unknown)]),
  ) as Value
}

const everywhere = inEveryLanguage(LOOM)

/** The demo site in every language of the widget. */
export const SITE: SiteConfiguration = {
  ...everywhere,
  languages: WIDGET_LANGUAGES,
  purposes: everywhere.purposes.map(purpose => ({
    ...purpose,
    name: { ...purpose.name, ...NAMES[purpose.id] },
  })),
}

export const inLayout = (layout: string): SiteConfiguration => ({
  ...SITE,
  appearance: { ...SITE.appearance, ...LAYOUTS[layout] },
})

/** What the widget says in a language, by key. */
export const wordsOf = (language: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(ROOT, 'widget/languages', `${language}.json`), 'utf8')) as Record<
    string,
    string
  >
