/** Adds a sheet made of a single rule, as no policy refuses it; returns how to take it away. */
export function addStyles(plain: string): () => void {
  const css = important(plain)
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== sheet)
    }
  } catch {
    // Safari before 16.4 has no constructed sheets: the same rule through the object model.
    const style = document.head.appendChild(document.createElement('style'))
    style.sheet?.insertRule(css)
    return () => style.remove()
  }
}

/** Every declaration ends in a semicolon; what is said of all of them is not downloaded with each. */
export const important = (css: string): string => css.replaceAll(';', '!important;')
