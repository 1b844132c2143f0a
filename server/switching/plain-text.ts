import { WIDGET_LANGUAGES, type WidgetLanguage } from '../../shared/domain/language.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
}

/** Texts of ours are texts: what was HTML is read as a person would read it. */
export const plainText = (html: string): string =>
  html
    .replaceAll(/<(script|style)[^]*?<\/\1>/gi, ' ')
    .replaceAll(/<br\s*\/?>|<\/(p|div|li|h\d)>/gi, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:#(\d{1,7})|(\w+));/g, (whole, code?: string, name?: string) =>
      code === undefined
        ? (ENTITIES[name ?? ''] ?? whole)
        : Number(code) <= 0x10_ff_ff
          ? String.fromCodePoint(Number(code))
          : whole,
    )
    .replaceAll(/\s+/g, ' ')
    .trim()

/** The language of ours that another tool's tag means. */
export function languageFor(tag: string): WidgetLanguage | undefined {
  const primary = tag.toLowerCase().split(/[-_]/)[0]
  const known = primary === 'no' || primary === 'nn' ? 'nb' : primary
  return WIDGET_LANGUAGES.find(language => language === known)
}
