/**
 * Adds a sheet made of a single rule, as no policy refuses it; returns it, and how to take it away.
 * Every declaration in it ends in a semicolon: what is said of all of them is not downloaded with each.
 */
export function addStyles(css: string): readonly [sheet: CSSStyleSheet | null, remove: () => void] {
  const style = document.createElement('style')
  let sheet: CSSStyleSheet | null
  try {
    sheet = new CSSStyleSheet()
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  } catch {
    // Safari before 16.4 has no constructed sheets: the same rule through the object model.
    document.head.append(style)
    // A policy may refuse that there; plain is better than nothing.
    sheet = style.sheet
  }
  sheet?.insertRule(css.replaceAll(';', '!important;'))
  return [
    sheet,
    () => {
      style.remove()
      document.adoptedStyleSheets = document.adoptedStyleSheets?.filter(other => other !== sheet)
    },
  ]
}
