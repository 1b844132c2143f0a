import type { Definition, Nodes, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { isMisleading } from '../../shared/domain/misleading.ts'
import type { ProseNode } from '../ui/prose.tsx'

export interface Prose {
  readonly nodes: readonly ProseNode[]
  /** What stands in the way of publishing it, each with its line and what to do. */
  readonly faults: readonly string[]
}

/** Longer texts and deeper nests are no notice, and could hold the parser up. */
const LONGEST = 20_000
const DEEPEST = 12

/** Schemes that cannot act; `/path` of the site, but neither `//host` nor `/\host`, which browsers take for another site. */
const ALLOWED = /^(https?:\/\/|mailto:|tel:|#|\/(?![/\\]))/i
/** Browsers drop some of these from an address before they read it. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/u

/** CommonMark as a notice may use it. `anchors`: what `#…` may lead to. */
export function readProse(source: string, anchors: readonly string[]): Prose {
  if (source.length > LONGEST)
    return { nodes: [], faults: [`is longer than ${LONGEST.toLocaleString('en')} characters: split it`] }
  const root = fromMarkdown(source)
  const faults = new Set<string>()
  const definitions = new Map<string, Definition>()
  /** Depths of the headings that the present one stands under: however they are written, no level is skipped. */
  const outline: number[] = []

  const refuse = (node: Nodes, what: string): ProseNode[] => {
    faults.add(`line ${node.position?.start.line ?? 1} ${what}`)
    return []
  }
  const checked = (node: Nodes, text: string): string => {
    if (isMisleading(text)) refuse(node, 'has characters that change the reading order: remove them')
    return text
  }
  const link = (node: Nodes, url: string, children: ProseNode[]): ProseNode[] => {
    if (!ALLOWED.test(url) || INVISIBLE.test(url))
      return refuse(
        node,
        `links to "${shown(url)}": links lead to https, http, mailto, tel, "#section" or "/path", and to nothing else`,
      )
    if (url.startsWith('#') && !anchors.includes(url.slice(1)))
      return refuse(node, `links to "${shown(url)}": no section has this id; there are ${anchors.join(', ')}`)
    return [{ type: 'link', url, children }]
  }

  function read(node: RootContent, depth: number): ProseNode[] {
    if (depth > DEEPEST) return refuse(node, 'is nested too deeply: write it flatter')
    const inside = (): ProseNode[] =>
      'children' in node ? (node.children as RootContent[]).flatMap(child => read(child, depth + 1)) : []
    switch (node.type) {
      case 'text':
      case 'inlineCode':
      case 'code':
        return [{ type: node.type, value: checked(node, node.value) }]
      case 'break':
      case 'thematicBreak':
        return [{ type: node.type }]
      case 'paragraph':
      case 'blockquote':
      case 'emphasis':
      case 'strong':
        return [{ type: node.type, children: inside() }]
      case 'list':
        return [{ type: 'list', start: node.ordered ? (node.start ?? 1) : undefined, children: inside() }]
      case 'listItem': {
        // As CommonMark renders it: an item of a tight list holds its words without a paragraph around them.
        const items = inside()
        const [only] = items
        return [
          {
            type: 'listItem',
            children:
              !node.spread && only?.type === 'paragraph' ? [...only.children, ...items.slice(1)] : items,
          },
        ]
      }
      case 'heading':
        while ((outline.at(-1) ?? 0) >= node.depth) outline.pop()
        return [{ type: 'heading', level: outline.push(node.depth) - 1, children: inside() }]
      case 'link':
        return link(node, node.url, inside())
      case 'linkReference': {
        const definition = definitions.get(node.identifier)
        return definition
          ? link(node, definition.url, inside())
          : refuse(
              node,
              `links to "${shown(node.identifier)}", which is defined too deep in a nest: move it out`,
            )
      }
      case 'definition':
        return []
      case 'html':
        return refuse(node, `has raw HTML (${shown(node.value)}): write it in Markdown, or as \`code\``)
      case 'image':
      case 'imageReference':
        return refuse(node, 'has an image: a notice is text only, so describe it or link to it')
      default:
        return refuse(node, `has "${node.type}", which a notice cannot show: write it otherwise`)
    }
  }

  const define = (node: Nodes, depth = 0): void => {
    if (node.type === 'definition' && !definitions.has(node.identifier))
      definitions.set(node.identifier, node)
    else if ('children' in node && depth <= DEEPEST) node.children.forEach(child => define(child, depth + 1))
  }
  define(root)
  const nodes = root.children.flatMap(node => read(node, 0))
  if (nodes.length === 0 && faults.size === 0) faults.add('shows nothing: write it, or remove the section')
  return { nodes, faults: [...faults] }
}

/** As much of it as a message can take; what cannot be seen is written out. */
const shown = (text: string): string => {
  const seen = text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    c => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return seen.length > 40 ? `${seen.slice(0, 40)}…` : seen
}
