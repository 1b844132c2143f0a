import { createElement, type ComponentChildren } from 'preact'

/** What a section of the owner may be made of; the words are those of CommonMark's syntax tree (mdast). */
export type ProseNode =
  | { readonly type: 'text' | 'inlineCode' | 'code'; readonly value: string }
  | { readonly type: 'break' | 'thematicBreak' }
  | { readonly type: 'link'; readonly url: string; readonly children: readonly ProseNode[] }
  | { readonly type: 'heading'; readonly level: number; readonly children: readonly ProseNode[] }
  | {
      readonly type: 'list'
      /** First number; `undefined` for bullets. */
      readonly start: number | undefined
      readonly children: readonly ProseNode[]
    }
  | {
      readonly type: 'paragraph' | 'blockquote' | 'listItem' | 'emphasis' | 'strong'
      readonly children: readonly ProseNode[]
    }

const TAGS = {
  paragraph: 'p',
  blockquote: 'blockquote',
  listItem: 'li',
  emphasis: 'em',
  strong: 'strong',
  break: 'br',
  thematicBreak: 'hr',
} as const

export interface ProseProps {
  readonly nodes: readonly ProseNode[]
  /** Level of its highest headings. */
  readonly top: number
  /** Where a link leads from here. */
  readonly href: (url: string) => string
  /** Said of a link that leaves this page. */
  readonly opensNew: string
}

/** The owner's words. Every text is a text, so nothing in them can become anything else. */
export function Prose({ nodes, ...how }: ProseProps): ComponentChildren {
  return nodes.map((node, i) => <Node key={i} node={node} {...how} />)
}

function Node({ node, ...how }: { readonly node: ProseNode } & Omit<ProseProps, 'nodes'>): ComponentChildren {
  const inside = 'children' in node && <Prose nodes={node.children} {...how} />
  switch (node.type) {
    case 'text':
      return node.value
    case 'inlineCode':
      return <code>{node.value}</code>
    case 'code':
      return (
        <pre>
          <code>{node.value}</code>
        </pre>
      )
    case 'heading':
      return createElement(`h${Math.min(6, how.top + node.level)}`, {}, inside)
    case 'list':
      return node.start === undefined ? (
        <ul>{inside}</ul>
      ) : (
        <ol start={node.start === 1 ? undefined : node.start}>{inside}</ol>
      )
    case 'link':
      return /^https?:/i.test(node.url) ? (
        <a href={node.url} target="_blank" rel="noopener noreferrer">
          {inside}
          <span class="assent-unseen"> ({how.opensNew})</span>
        </a>
      ) : (
        <a href={how.href(node.url)}>{inside}</a>
      )
    default:
      return createElement(TAGS[node.type], {}, inside)
  }
}
