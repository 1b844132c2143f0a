import { looseList, looseObject, looseText } from '../domain/loose.ts'
import type { ReceiptText } from './receipt.ts'
import { readModule, readPage, type ShownElement, type ShownNode } from './shown-tree.ts'

/** What a person could read, line by line, and as what it stood there. */
export interface ShownLine {
  readonly as: 'heading' | 'paragraph' | 'button' | 'box'
  readonly text: string
}

/** The words of a text as it was shown; `undefined` when its bytes are of a kind this cannot read. */
export function wordsIn({ kind, body }: ReceiptText, gpc: boolean): readonly ShownLine[] | undefined {
  if (kind === 'settings') return settingsLines(body)
  // Nothing but the words.
  if (kind === 'collection') return body.split('\n').map(text => ({ as: 'paragraph', text }))
  const isPage = kind === 'preferences' || kind?.endsWith('-page')
  const tree = isPage ? readPage(body) : readModule(body, gpc)
  if (tree === undefined) return undefined
  const lines = linesOf(tree)
  return lines.length > 0 ? lines : undefined
}

const HEADINGS = /^(?:h[1-6]|legend)$/
const BLOCKS = /^(?:p|li|dt|dd|blockquote|td|th)$/

function linesOf(node: ShownNode): ShownLine[] {
  if (typeof node === 'string') return node.trim() === '' ? [] : [{ as: 'paragraph', text: node.trim() }]
  if (!isElement(node)) return node.flatMap(linesOf)
  if (isUnseen(node)) return []
  const as = roleOf(node)
  if (as === undefined) return node.children.flatMap(linesOf)
  const texts = textsOf(node).map(text => text.replace(/\s+/g, ' ').trim())
  // A cross that closes is no word.
  return [...new Set(texts)].filter(text => /\p{L}/u.test(text)).map(text => ({ as, text }))
}

/** One text; or, where it depends on the place it was shown at, each that there could be. */
function textsOf(node: ShownElement): string[] {
  const [only] = node.children
  return node.children.length === 1 && Array.isArray(only)
    ? only.map(each => textOf(each as ShownNode))
    : [textOf(node)]
}

const isElement = (node: ShownNode): node is ShownElement => typeof node === 'object' && 'tag' in node

function roleOf({ tag, children }: ShownElement): ShownLine['as'] | undefined {
  if (HEADINGS.test(tag)) return 'heading'
  if (tag === 'button') return 'button'
  if (tag === 'label' && children.some(child => isElement(child) && child.attributes['type'] === 'checkbox'))
    return 'box'
  return BLOCKS.test(tag) || tag === 'label' ? 'paragraph' : undefined
}

/** Hidden until something happens, or there for screen readers only. */
const isUnseen = ({ tag, attributes }: ShownElement): boolean =>
  'hidden' in attributes || attributes['class'] === 'assent-unseen' || tag === 'style' || tag === 'script'

function textOf(node: ShownNode): string {
  if (typeof node === 'string') return node
  if (!isElement(node)) return node.map(textOf).join(' ')
  return isUnseen(node) ? '' : node.children.map(textOf).join('')
}

/** The settings are drawn from one JSON document, which stands in their module: purposes with their services. */
function settingsLines(code: string): readonly ShownLine[] | undefined {
  const json = /mount\(h,s,(\{[^]*\})\);\s*$/.exec(code)?.[1]
  try {
    const lines = looseList(looseObject(JSON.parse(json ?? ''))['purposes']).flatMap(purpose => [
      { as: 'heading' as const, text: looseText(purpose['name']) ?? '' },
      { as: 'paragraph' as const, text: looseText(purpose['description']) ?? '' },
      ...looseList(purpose['services']).map(service => ({
        as: 'paragraph' as const,
        text: `· ${looseText(service['name']) ?? ''} (${looseText(service['provider']) ?? ''})`,
      })),
    ])
    return lines.length > 0 ? lines : undefined
  } catch {
    // Written otherwise: the bytes themselves are shown instead.
    return undefined
  }
}
