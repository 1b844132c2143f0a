import type { Tree } from '../ui/tree.ts'

const VOID = new Set(['br', 'hr', 'input', 'link', 'meta'])
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, character => ESCAPES[character]!)

/** A view's tree as a whole HTML document, for pages without scripts. */
export const html = (tree: Tree): string => `<!doctype html>\n${write(tree)}\n`

function write(tree: Tree, inside = ''): string {
  if (typeof tree === 'string') return inside === 'style' ? styleText(tree) : escape(tree)
  if (tree[0] === '?') throw new Error('a page without scripts cannot choose between cases')
  const [tag, attributes, ...children] = tree
  const written = Object.entries(attributes as Record<string, string>)
    .map(([name, value]) =>
      value === '' ? ` ${name.toLowerCase()}` : ` ${name.toLowerCase()}="${escape(value)}"`,
    )
    .join('')
  if (VOID.has(tag)) return `<${tag}${written}>`
  return `<${tag}${written}>${children.map(child => write(child, tag)).join('')}</${tag}>`
}

/** HTML has no escapes inside a style element. */
function styleText(css: string): string {
  if (css.includes('</')) throw new Error('a style sheet would end its own element')
  return css
}
