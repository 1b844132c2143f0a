/**
 * Canonical JSON (RFC 8785): one text for one value, so that hashes of it can be compared. Throws on what JSON cannot
 * hold faithfully (undefined, NaN, infinities, bigint, lone surrogates, class instances) instead of dropping it quietly.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value)
    case 'number':
      return canonicalNumber(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
    default:
      throw new Error(`canonical JSON has no ${typeof value}`)
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** Nothing in it needs escaping. */
const PLAIN = /^[ !#-[\]-~]*$/

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (LONE_SURROGATE.test(text)) throw new Error('canonical JSON has no lone surrogates')
  return JSON.stringify(text)
}

/** ECMAScript's own number text is what RFC 8785 prescribes; it writes -0 as 0. */
function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`canonical JSON has no ${value}`)
  return String(value)
}

function canonicalArray(items: readonly unknown[]): string {
  // Array.from visits holes too, which map would skip.
  return `[${Array.from(items, canonicalJson).join(',')}]`
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new Error('canonical JSON has only plain objects and arrays')
  const keys = Object.keys(value)
  // sort() without arguments compares UTF-16 code units, as > does: the order RFC 8785 prescribes.
  if (keys.some((key, i) => i > 0 && keys[i - 1]! > key)) keys.sort()
  let text = '{'
  for (const key of keys) {
    if (text.length > 1) text += ','
    text += `${canonicalString(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`
  }
  return `${text}}`
}
