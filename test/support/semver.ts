interface Version {
  readonly numbers: readonly number[]
  readonly prerelease: readonly string[]
}

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/
const COMPARATOR = /^(<=|>=|<|>|=)\s*(\S+)$/

/**
 * Whether a version lies in a range as advisories write them: comparators joined by `,`, alternatives by `||`.
 * Anything else (carets, wildcards) throws: an advisory that is not understood must not pass as harmless.
 */
export function isInRange(version: string, range: string): boolean {
  const parsed = parse(version)
  return range.split('||').some(all => all.split(',').every(comparator => holds(parsed, comparator.trim())))
}

function holds(version: Version, comparator: string): boolean {
  const [, sign, bound] = COMPARATOR.exec(comparator) ?? []
  if (!sign || !bound) throw new Error(`couldn't read the comparator "${comparator}"`)
  const order = compare(version, parse(bound))
  return (
    (sign.includes('=') && order === 0) || (sign[0] === '<' && order < 0) || (sign[0] === '>' && order > 0)
  )
}

function parse(text: string): Version {
  const [, major, minor, patch, prerelease] = VERSION.exec(text) ?? []
  if (major === undefined) throw new Error(`couldn't read the version "${text}"`)
  return { numbers: [major, minor, patch].map(Number), prerelease: prerelease?.split('.') ?? [] }
}

/** Order of Semantic Versioning 2.0.0, section 11. */
function compare(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) if (number !== b.numbers[i]) return number - b.numbers[i]!
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i]
    if (other === undefined) return 1
    if (part !== other) return comparePart(part, other)
  }
  return a.prerelease.length - b.prerelease.length
}

function comparePart(a: string, b: string): number {
  const [isNumber, otherIsNumber] = [a, b].map(part => /^\d+$/.test(part))
  if (isNumber && otherIsNumber) return Number(a) - Number(b)
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1
  return a < b ? -1 : 1
}
