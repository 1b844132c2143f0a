import type ar from '../languages/ar.json'
import type en from '../languages/en.json'
import { isRightToLeft } from '../../shared/domain/language.ts'

/** Every text of the widget in one language. Plural forms differ by language: `services` is keyed by CLDR category. */
export type Words = { readonly [K in Exclude<keyof typeof en, 'services'>]: string } & {
  readonly services: Partial<Readonly<Record<keyof (typeof ar)['services'], string>>>
}

/** First-strong isolates: a Latin name keeps its own direction, and its full stop, inside Arabic. */
const isolate = (text: string): string => `\u2068${text}\u2069`

/** Puts values into the `{places}` of a text. */
export function fill(template: string, values: Readonly<Record<string, string>>, language: string): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    if (value === undefined) return place
    return isRightToLeft(language) && /[a-z]/i.test(value) ? isolate(value) : value
  })
}

/** "Preferences, Analytics and Marketing", as the language lists things. */
export const list = (items: readonly string[], language: string): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(items)

/** The form for a number, with the number written as the language writes it. */
export function plural(forms: Words['services'], count: number, language: string): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other ?? ''
  return fill(form, { count: new Intl.NumberFormat(language).format(count) }, language)
}
