import type { Evidence, FirstReceipt } from './receipt.ts'

/**
 * Tells evidence from anything else, member by member. A receipt comes from a stranger's file: nothing of it is believed,
 * and what we do not know is refused, or a changed name would hide what it named.
 */
export const firstReceiptFault = (value: unknown): string | undefined => faultIn(value, FIRST, '')
export const isFirstReceipt = (value: unknown): value is FirstReceipt =>
  firstReceiptFault(value) === undefined

export const evidenceFault = (value: unknown): string | undefined => faultIn(value, EVIDENCE, 'evidence.')
export const isEvidence = (value: unknown): value is Evidence => evidenceFault(value) === undefined

type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isString: Check = value => typeof value === 'string'
const isIndex: Check = value => Number.isSafeInteger(value) && (value as number) >= 0
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check)
const shaped =
  (shape: Shape): Check =>
  value =>
    faultIn(value, shape, '') === undefined

const texts = (kind: Check): Check =>
  listOf(shaped({ hash: isString, kind, language: optional(isString), body: isString }))
const opened = optional(shaped({ fields: isObject, salt: isString }))

const EVIDENCE: Shape = {
  entry: isString,
  proof: isString,
  keys: listOf(isString),
  texts: texts(optional(isString)),
  private: opened,
  erased: optional(listOf(isString)),
}

const FIRST: Shape = {
  assentReceipt: value => value === 1,
  site: isString,
  entry: isString,
  index: isIndex,
  proof: listOf(isString),
  checkpoint: isString,
  vkey: isString,
  texts: texts(isString),
  private: opened,
}

function faultIn(value: unknown, shape: Shape, at: string): string | undefined {
  if (!isObject(value)) return `${at === '' ? 'a receipt' : at.slice(0, -1)} is a JSON object`
  const unknown = Object.keys(value).find(key => !Object.hasOwn(shape, key))
  if (unknown !== undefined) return `${at}${unknown} is not part of a receipt`
  const wrong = Object.entries(shape).find(([key, check]) => !check(value[key]))
  return wrong && `${at}${wrong[0]} is missing or of another type`
}
