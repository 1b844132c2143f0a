/** Reads what may have any shape: a configuration published by an older or newer version of Assent, an entry of a stranger's log. */
export type Loose = Readonly<Record<string, unknown>>

export const looseObject = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}

export const looseList = (value: unknown): readonly Loose[] =>
  Array.isArray(value) ? value.map(looseObject) : []

/** A text with something in it. */
export const looseText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined

/** Of a text per language. */
export const inLanguage = (value: unknown, language: string | undefined): string | undefined =>
  language === undefined || !Object.hasOwn(looseObject(value), language)
    ? undefined
    : looseText(looseObject(value)[language])
