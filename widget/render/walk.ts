import { Fragment, type ComponentChildren, type VNode } from 'preact'
import type { ElementTree, Tree } from '../ui/tree.ts'
import { OneOf } from '../ui/one-of.tsx'

/** A component without state, walked into data: no DOM and no library are needed to show it. */
export function walk(node: ComponentChildren): Tree[] {
  return joinTexts(walkParts(node))
}

export function walkElement(node: ComponentChildren): ElementTree {
  const [tree, ...others] = walk(node)
  if (!tree || typeof tree === 'string' || tree[0] === '?' || others.length > 0)
    throw new Error('a view has exactly one root element')
  return tree as ElementTree
}

function walkParts(node: ComponentChildren): Tree[] {
  if (node === null || node === undefined || typeof node === 'boolean') return []
  if (Array.isArray(node)) return node.flatMap(walkParts)
  if (typeof node !== 'object') return [String(node)]
  const { type, props } = node as VNode<Record<string, unknown>>
  if (type === (OneOf as unknown)) return [cases(props['cases'] as Record<string, ComponentChildren>)]
  if (type === Fragment) return walkParts(props['children'])
  if (typeof type === 'function') return walkParts((type as (props: unknown) => ComponentChildren)(props))
  return [element(type, props)]
}

const cases = (given: Readonly<Record<string, ComponentChildren>>): Tree => [
  '?',
  Object.fromEntries(Object.entries(given).map(([name, node]) => [name, walk(node)])),
]

function element(tag: string, { children, ...properties }: Record<string, unknown>): Tree {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue
    // What a policy would refuse, or what needs a library on the page, must not get this far.
    const text = value === true ? '' : typeof value === 'number' ? `${value}` : value
    if (typeof text !== 'string' || name === 'style' || /^on/i.test(name))
      throw new Error(`<${tag}> of a plain view has "${name}": only attributes with a text are shown`)
    attributes[name] = text
  }
  return [tag, attributes, ...walk(children as ComponentChildren)]
}

function joinTexts(parts: readonly Tree[]): Tree[] {
  const joined: Tree[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}
