import { posix } from 'node:path'
import { parseSync } from 'vite'

/** `mixed-up`: only inline `type` specifiers, which still loads the module at run time; `computed`: no literal. */
export type ImportKind = 'run time' | 'type' | 'mixed-up' | 'computed'

export interface Import {
  readonly kind: ImportKind
  /** A file of the repository, `node:fs`, or the name of a package; the source text when computed. */
  readonly target: string
  readonly within: 'repository' | 'node' | 'package'
}

export interface SourceFile {
  readonly path: string
  readonly imports: readonly Import[]
  readonly exportsDefault: boolean
  /** All it does is hand on what others export. */
  readonly isBarrel: boolean
  readonly readsEnvironment: boolean
}

interface Statement {
  readonly request: string
  readonly kind: ImportKind
}

/** What one source file imports, read from its syntax tree rather than by pattern. */
export function readSource(path: string, code: string): SourceFile {
  const { module, program, comments, errors } = parseSync(path, code)
  if (errors.length > 0) throw new Error(`couldn't read ${path}: ${errors[0]!.message}`)
  const bare = comments.reduce((text, { start, end }) => blank(text, start, end), code)
  const written = (start: number): string => code.slice(start, start + 40)
  const kindOf = (start: number, types: readonly boolean[]): ImportKind => {
    if (/^(import|export)\s+type\b(?!\s+from\b|\s*,)/.test(written(start))) return 'type'
    return types.length > 0 && types.every(Boolean) ? 'mixed-up' : 'run time'
  }
  const statements: Statement[] = [
    ...module.staticImports.map(({ start, moduleRequest, entries }) => ({
      request: moduleRequest.value,
      kind: kindOf(
        start,
        entries.map(entry => entry.isType),
      ),
    })),
    ...module.staticExports.flatMap(({ start, entries }) => {
      const from = entries.find(entry => entry.moduleRequest)?.moduleRequest
      return from
        ? [
            {
              request: from.value,
              kind: kindOf(
                start,
                entries.map(entry => entry.isType),
              ),
            },
          ]
        : []
    }),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }): Statement => {
      const literal = /^(['"`])([^'"`$]*)\1$/.exec(code.slice(start, end))
      return { request: literal?.[2] ?? code.slice(start, end), kind: literal ? 'run time' : 'computed' }
    }),
  ]
  return {
    path,
    imports: statements.map(statement => resolveImport(path, statement)),
    exportsDefault: module.staticExports.some(({ entries }) =>
      entries.some(entry => entry.exportName.kind === 'Default' || entry.exportName.name === 'default'),
    ),
    isBarrel:
      program.body.length > 0 &&
      program.body.every(
        node =>
          node.type === 'ExportAllDeclaration' ||
          (node.type === 'ExportNamedDeclaration' && node.source !== null) ||
          node.type === 'ImportDeclaration',
      ) &&
      program.body.some(node => node.type !== 'ImportDeclaration'),
    readsEnvironment:
      /\bprocess\s*(\?\.|\.|\[\s*['"])\s*env\b|\benv\b[^;]*\bfrom\s*['"](node:)?process['"]/.test(bare),
  }
}

function resolveImport(path: string, { request, kind }: Statement): Import {
  if (kind === 'computed') return { kind, target: request, within: 'repository' }
  if (request.startsWith('.')) {
    return { kind, target: posix.join(posix.dirname(path), request.split('?')[0]!), within: 'repository' }
  }
  if (request.startsWith('node:')) return { kind, target: request, within: 'node' }
  const parts = request.split('/')
  const target = request.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
  return { kind, target, within: 'package' }
}

const blank = (text: string, start: number, end: number): string =>
  text.slice(0, start) + ' '.repeat(end - start) + text.slice(end)
