import type { FoundCookie, Notes } from './found.ts'
import { words } from './loose.ts'

/** An id of ours made of a name of theirs, and no other's. */
export function idFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  const base = (/^[a-z]/.test(plain) ? plain : `x-${plain}`).slice(0, 29).replace(/-+$/, '')
  const isFree = (id: string): boolean => !taken.has(id) && !(id in {})
  if (isFree(base)) return base
  for (let n = 2; ; n++) if (isFree(`${base}-${n}`)) return `${base}-${n}`
}

/**
 * Names of cookies as we write them, `*` at the end for the rest, of what another tool wrote as a name or a pattern;
 * `undefined` where that says something a name cannot.
 */
export function cookieNames(pattern: unknown): readonly string[] | undefined {
  if (typeof pattern === 'string') return /^[\w!#$%&'+.^`|~-]+\*?$/.test(pattern) ? [pattern] : undefined
  if (!(pattern instanceof RegExp) || pattern.flags.includes('i')) return undefined
  const isAnchored = pattern.source.startsWith('^')
  // Found anywhere in a name: no name with a star at its end says that.
  if (!isAnchored) return undefined
  const [, group, rest = ''] = /^\^\((?:\?:)?([^()]+)\)(.*)$/.exec(pattern.source) ?? []
  const alternatives =
    group === undefined ? [pattern.source.slice(1)] : group.split('|').map(one => one + rest)
  const names = alternatives.map(nameOf)
  return names.every(name => name !== undefined) ? names : undefined
}

/** Letters that stand for themselves, then the end of the name or what means "and anything more". */
const READABLE = /^((?:[\w!#%&'`~-]|\\[.\-_/])+)(\$|(?:\.|\[[^\]]+\]|\\[wd])[*+]\$?|\.?)$/

function nameOf(source: string): string | undefined {
  const [, letters, end] = READABLE.exec(source) ?? []
  return letters === undefined ? undefined : letters.replaceAll('\\', '') + (end === '$' ? '' : '*')
}

/** Cookies that another tool was told of by a name or a pattern; what is neither is told to the owner. */
export function cookiesNamed(
  { name, domain, path }: { readonly name?: unknown; readonly domain?: unknown; readonly path?: unknown },
  where: string,
  { unknown }: Notes,
): FoundCookie[] {
  const names = cookieNames(name)
  if (!names)
    unknown.push(
      `${where}: ${name instanceof RegExp ? String(name) : 'a cookie'} is no name, nor one that begins with something: write its cookies by hand`,
    )
  return (names ?? []).map(one => ({
    name: one,
    ...(words(domain) !== undefined && { domain: String(domain) }),
    ...(words(path) !== undefined && { path: String(path) }),
  }))
}
