const renewed = new WeakSet<Element>()

/**
 * A script that came by `innerHTML`, as most client-side navigation brings it, never runs, and nothing tells it from others.
 * So each that waits is made again; it has not run, so nothing runs twice.
 */
export function renewScripts(element: HTMLElement): void {
  const scripts =
    element instanceof HTMLTemplateElement
      ? element.content.querySelectorAll('script')
      : element.matches('script[type="text/plain"]')
        ? [element as HTMLScriptElement]
        : []
  for (const script of scripts) {
    if (renewed.has(script)) continue
    const made = document.createElement('script')
    try {
      for (const { name, value } of script.attributes) made.setAttribute(name, value)
      made.text = script.text
    } catch {
      // Trusted Types: there, nothing came by `innerHTML` but what the page vouches for, and it stays as it is.
      continue
    }
    // Browsers hide it from the attribute.
    made.nonce = script.nonce
    renewed.add(made)
    script.replaceWith(made)
  }
}
