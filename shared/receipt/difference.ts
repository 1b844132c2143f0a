import { canonicalJson } from '../domain/canonical.ts'

/** Where two JSON values first differ, such as `dpv:hasNotice[0].dct:language`; `undefined` when they are equal. */
export function differenceIn(given: unknown, expected: unknown, at = ''): string | undefined {
  if (isTree(given) && isTree(expected) && Array.isArray(given) === Array.isArray(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(given)])) {
      const path = Array.isArray(expected) ? `${at}[${key}]` : `${at}${at && '.'}${key}`
      if (!Object.hasOwn(given, key) || !Object.hasOwn(expected, key)) return path
      const found = differenceIn(given[key], expected[key], path)
      if (found !== undefined) return found
    }
    return undefined
  }
  return canonicalJson(given) === canonicalJson(expected) ? undefined : at
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
