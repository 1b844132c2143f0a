import { parse, type Node, type Program } from 'acorn'
import { isRecord, nodesOf, reader, Unread } from './value-of.ts'

/** Tools whose configuration can be read. */
export const FROM = ['vanilla-cookieconsent', 'klaro'] as const
export type From = (typeof FROM)[number]

export type Config = Readonly<Record<string, unknown>>

export interface ReadConfig {
  readonly from: From
  readonly config: Config
  /** The file as it was read, where something else in it matters. */
  readonly text: string
  /** The first line of what stands at a node. */
  lineOf(node: Node): number
}

/** Says in one sentence why a file could not be read. */
export class UnreadableFile extends Error {}

/**
 * Finds a tool's configuration in a JSON or JavaScript file. Nothing of the file is run: it is somebody else's, it may do
 * anything, and what is asked of it stands there as text.
 */
export function readConfig(text: string, wanted: From | undefined): ReadConfig {
  const program = parsed(text)
  const valueOf = reader(program)
  const candidates = [...nodesOf(program)]
    .filter(({ type }) => type === 'ObjectExpression')
    .flatMap(node => {
      const config = valueOf(node)
      if (!isRecord(config)) return []
      const from = toolOf(config)
      return from ? [{ from, config }] : []
    })
  const fitting = candidates.filter(({ from }) => wanted === undefined || from === wanted)
  // The outermost one, and of several that which says most.
  const found = fitting.toSorted((a, b) => Object.keys(b.config).length - Object.keys(a.config).length)[0]
  if (!found) throw new UnreadableFile(whyNot(candidates[0]?.from, wanted, program, valueOf))
  return { ...found, text, lineOf: ({ start }) => text.slice(0, start).split('\n').length }
}

function parsed(text: string): Program {
  // JSON is an expression, and no program.
  const isJson = /^\s*\{/.test(text)
  const attempts = isJson ? [`(${text}\n)`, text] : [text]
  let fault: unknown
  for (const attempt of attempts)
    for (const sourceType of ['module', 'script'] as const)
      try {
        return parse(attempt, { ecmaVersion: 'latest', sourceType, locations: true, allowHashBang: true })
      } catch (error) {
        fault ??= error
      }
  const message = fault instanceof Error ? fault.message : String(fault)
  throw new UnreadableFile(`is neither JSON nor JavaScript that can be parsed: ${message}`)
}

const toolOf = (config: Config): From | undefined => {
  if (Array.isArray(config['services']) || Array.isArray(config['apps'])) return 'klaro'
  const { categories, language } = config
  return isRecord(categories) && (language === undefined || isRecord(language) || language instanceof Unread)
    ? 'vanilla-cookieconsent'
    : undefined
}

function whyNot(
  other: From | undefined,
  wanted: From | undefined,
  program: Program,
  valueOf: (node: Node) => unknown,
): string {
  if (other && wanted) return `has a configuration of ${other}, and none of ${wanted}: leave --from out`
  const isVersion2 = [...nodesOf(program)].some(node => {
    const value = node.type === 'ObjectExpression' && valueOf(node)
    return isRecord(value) && isRecord(value['languages']) && !('purposes' in value)
  })
  return isVersion2
    ? 'looks like a configuration of vanilla-cookieconsent 2, which is not read: bring it to version 3 first'
    : 'has no configuration of vanilla-cookieconsent 3 ("categories") or Klaro ("services") in it'
}
