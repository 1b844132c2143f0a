/**
 * Languages the widget speaks: the official ones of the European Union, Norwegian, and six of those most read elsewhere.
 * One file each in `widget/languages`, and one in `server/languages` for what the server itself says to visitors.
 */
export const WIDGET_LANGUAGES = [
  'en',
  'de',
  'ar',
  'bg',
  'cs',
  'da',
  'el',
  'es',
  'et',
  'fi',
  'fr',
  'ga',
  'hi',
  'hr',
  'hu',
  'it',
  'ja',
  'ko',
  'lt',
  'lv',
  'mt',
  'nb',
  'nl',
  'pl',
  'pt',
  'ro',
  'sk',
  'sl',
  'sv',
  'tr',
  'uk',
  'zh',
] as const
export type WidgetLanguage = (typeof WIDGET_LANGUAGES)[number]

/** Of the pages that prove something, of the first texts of a new site, and those in which disclosures can be looked for. */
export const DOCUMENT_LANGUAGES = ['en', 'de', 'ar'] as const satisfies readonly WidgetLanguage[]
export type DocumentLanguage = (typeof DOCUMENT_LANGUAGES)[number]

/** Languages written from right to left, by primary subtag (CLDR). */
const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ks|ku|ps|sd|ug|ur|yi)(-|$)/i

export const isRightToLeft = (language: string): boolean => RIGHT_TO_LEFT.test(language)

/**
 * The first preferred language that is offered, by exact tag and then by primary subtag (RFC 4647 lookup);
 * the first offered one when none fits. `offered` is never empty.
 */
export function pickLanguage(preferred: readonly string[], offered: readonly string[]): string {
  for (const wanted of preferred.map(tag => tag.toLowerCase())) {
    const primary = wanted.split('-')[0]
    const found =
      offered.find(o => o.toLowerCase() === wanted) ?? offered.find(o => o.toLowerCase() === primary)
    if (found) return found
  }
  return offered[0]!
}
