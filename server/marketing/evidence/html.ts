import { withoutMisleading } from '../../../shared/domain/misleading.ts'

/** Markup that is safe to put into markup. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

type Value = Html | string | number | undefined | false | readonly (Html | undefined | false)[]

/**
 * Every text that is put in is a stranger's: escaped, with nothing in it that steers how it is read. Only attributes in
 * double quotes may take one.
 */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.map((part, i) => part + (i < values.length ? textOf(values[i]) : '')).join(''))

const textOf = (value: Value): string => {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(textOf).join('')
  return escaped(String(value))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  withoutMisleading(text.replace(/(?![\n\t])\p{Cc}/gu, '\uFFFD')).replace(/[&<>"']/g, each => ESCAPES[each]!)
