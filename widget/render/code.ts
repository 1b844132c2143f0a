import type { Tree } from '../ui/tree.ts'
import { FACTS } from '../ui/one-of.tsx'
import { literal } from './literal.ts'

/** What the code of a view calls: how an element is made; whether the signal is on, or how a case is picked. */
export type Names = { readonly element: string } & ({ readonly gpc: string } | { readonly pick: string })

/** A view's tree as the JavaScript expression that makes its elements: nothing has to walk it on the page. */
export function code(tree: Tree, names: Names): string {
  if (typeof tree === 'string') return literal(tree)
  if (tree[0] === '?') return cases(tree[1] as Readonly<Record<string, readonly Tree[]>>, names)
  const [tag, attributes, ...children] = tree
  const isBare = Object.keys(attributes).length === 0
  const parts = [
    literal(tag),
    ...(isBare && children.length === 0
      ? []
      : [isBare ? '0' : properties(attributes as Record<string, string>)]),
  ]
  return `${names.element}(${[...parts, ...children.map(child => code(child, names))].join()})`
}

const properties = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${/^\w+$/.test(name) ? name : literal(name)}:${literal(value)}`)
    .join()}}`

/** Each case is a list of nodes. The first layer knows a single fact. */
function cases(given: Readonly<Record<string, readonly Tree[]>>, names: Names): string {
  const list = (trees: readonly Tree[] = []): string => `[${trees.map(tree => code(tree, names)).join()}]`
  if ('gpc' in names) return `...${names.gpc}?${list(given[FACTS.gpc])}:${list(given[''])}`
  const entries = Object.entries(given).map(([fact, trees]) => `${literal(fact)}:${list(trees)}`)
  return `...${names.pick}({${entries.join()}})`
}
