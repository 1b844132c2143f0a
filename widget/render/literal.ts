/**
 * A value as JavaScript source. JSON is that but for two line separators in old engines; `<` is escaped so that the
 * text stays harmless should somebody paste it into a page.
 */
export const literal = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The same with names of properties bare, where every visitor pays for the quotes. */
export const script = (value: unknown): string => literal(value).replace(/"([a-z]\w*)":/gi, '$1:')
