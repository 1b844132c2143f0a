import type { Expression, Node, Pattern, Program, SpreadElement } from 'acorn'

/** What stands in a file and is no plain value: a function, or something that only running the file would tell. */
export class Unread {
  readonly kind: 'function' | 'expression'
  readonly node: Node

  constructor(kind: Unread['kind'], node: Node) {
    this.kind = kind
    this.node = node
  }
}

/** Nobody's configuration is larger or goes deeper; what refers to itself would go on for ever. */
const DEEPEST = 40
const MOST_VALUES = 1_000_000

/**
 * Reads values from a program without running a line of it: literals, objects, lists, templates and the names of constants.
 * Whatever else stands there is `Unread`, and says where.
 */
export function reader(program: Program): (node: Node) => unknown {
  const constants = constantsOf(program)
  let read = 0

  function value(node: Node, depth = 0): unknown {
    if (depth > DEEPEST || ++read > MOST_VALUES) return new Unread('expression', node)
    const expression = node as Expression | SpreadElement
    switch (expression.type) {
      case 'Literal':
        return 'regex' in expression && expression.regex
          ? regex(expression.regex.pattern, expression.regex.flags)
          : expression.value
      case 'TemplateLiteral': {
        const inside = expression.expressions.map(each => value(each, depth + 1))
        return inside.every(isPlain)
          ? expression.quasis
              .map(({ value: { cooked } }, i) => `${cooked ?? ''}${String(inside[i] ?? '')}`)
              .join('')
          : new Unread('expression', node)
      }
      case 'UnaryExpression': {
        const of = value(expression.argument, depth + 1)
        if (expression.operator === '-' && typeof of === 'number') return -of
        if (expression.operator === '!' && isPlain(of)) return !of
        return expression.operator === 'void' ? undefined : new Unread('expression', node)
      }
      case 'BinaryExpression': {
        const [left, right] = [expression.left, expression.right].map(side => value(side, depth + 1))
        if (expression.operator === '+' && isPlain(left) && isPlain(right))
          return typeof left === 'number' && typeof right === 'number' ? left + right : `${left}${right}`
        if (expression.operator === '*' && typeof left === 'number' && typeof right === 'number')
          return left * right
        return new Unread('expression', node)
      }
      case 'ArrayExpression':
        return expression.elements.flatMap(element => {
          if (!element) return []
          if (element.type !== 'SpreadElement') return [value(element, depth + 1)]
          const spread = value(element.argument, depth + 1)
          return Array.isArray(spread) ? (spread as unknown[]) : [new Unread('expression', element)]
        })
      case 'ObjectExpression': {
        // Without a prototype: a key of somebody else's may be called anything.
        const made = Object.create(null) as Record<string, unknown>
        for (const property of expression.properties) {
          if (property.type === 'SpreadElement') {
            const spread = value(property.argument, depth + 1)
            if (isRecord(spread)) Object.assign(made, spread)
            continue
          }
          const key = property.computed
            ? value(property.key, depth + 1)
            : property.key.type === 'Identifier'
              ? property.key.name
              : value(property.key, depth + 1)
          if (typeof key === 'string' || typeof key === 'number') made[key] = value(property.value, depth + 1)
        }
        return made
      }
      case 'Identifier': {
        if (expression.name === 'undefined') return undefined
        const known = constants.get(expression.name)
        return known ? value(known, depth + 1) : new Unread('expression', node)
      }
      case 'MemberExpression': {
        const of = value(expression.object, depth + 1)
        const key =
          !expression.computed && expression.property.type === 'Identifier'
            ? expression.property.name
            : value(expression.property, depth + 1)
        return isRecord(of) && typeof key === 'string' && key in of ? of[key] : new Unread('expression', node)
      }
      case 'NewExpression': {
        const [pattern, flags] = expression.arguments.map(argument => value(argument, depth + 1))
        const isRegex = expression.callee.type === 'Identifier' && expression.callee.name === 'RegExp'
        return isRegex && typeof pattern === 'string'
          ? regex(pattern, typeof flags === 'string' ? flags : '')
          : new Unread('expression', node)
      }
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return new Unread('function', node)
      default:
        return new Unread('expression', node)
    }
  }
  return node => value(node)
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof RegExp) &&
  !(value instanceof Unread)

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

function regex(pattern: string, flags: string): unknown {
  try {
    return new RegExp(pattern, flags)
  } catch {
    return undefined
  }
}

/** Every name that is given a value once, wherever in the file. */
function constantsOf(program: Program): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>()
  const twice = new Set<string>()
  const add = (target: Pattern | Expression, node: Node | null | undefined): void => {
    if (target.type !== 'Identifier' || !node) return
    if (found.has(target.name)) twice.add(target.name)
    found.set(target.name, node)
  }
  for (const node of nodesOf(program)) {
    if (node.type === 'VariableDeclaration')
      for (const { id, init } of (node as Extract<Program['body'][number], { type: 'VariableDeclaration' }>)
        .declarations)
        add(id, init)
    if (node.type === 'AssignmentExpression') {
      const { left, right } = node as Extract<Expression, { type: 'AssignmentExpression' }>
      add(left, right)
    }
  }
  for (const name of twice) found.delete(name)
  return found
}

/** Every node of a tree, parents first. */
export function* nodesOf(root: unknown): Generator<Node> {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (Array.isArray(next)) waiting.push(...next.toReversed())
    else if (typeof next === 'object' && next !== null && 'type' in next) {
      yield next as Node
      waiting.push(...Object.values(next).toReversed())
    }
  }
}
