import type { ElementTree, Tree } from '../ui/tree.ts'

/** Elements without an end tag (HTML standard, 13.1.2). */
const VOID = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr'])
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, each => ESCAPES[each]!)

/** A tree as HTML: nothing in a text or an attribute can be markup. What depends on the visitor's page has no place here. */
export function html(tree: Tree): string {
  if (typeof tree === 'string') return escapeHtml(tree)
  if (tree[0] === '?') throw new Error('a page without scripts has no cases')
  const [tag, attributes, ...children] = tree as ElementTree
  const names = Object.entries(attributes)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`))
    .join('')
  // Its text is no markup, and only its end tag could end it.
  if (tag === 'style') {
    const css = children.join('')
    if (css.includes('</')) throw new Error('a style sheet must not hold "</"')
    return `<style${names}>${css}</style>`
  }
  return VOID.has(tag) ? `<${tag}${names}>` : `<${tag}${names}>${children.map(html).join('')}</${tag}>`
}
