import type { Receipt } from './receipt.ts'

/**
 * Tells a receipt from anything else, member by member. A receipt comes from a stranger's file: nothing of it is believed,
 * and what we do not know is refused, or a changed name would hide what it named.
 */
export function receiptShape(value: unknown): { readonly receipt: Receipt } | { readonly detail: string } {
  if (!isObject(value)) return { detail: 'a receipt is a JSON object' }
  const detail = faultIn(value, RECEIPT, '')
  return detail === undefined ? { receipt: value as unknown as Receipt } : { detail }
}

type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Record<string, unknown> =>
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
  (shape: Readonly<Record<string, Check>>): Check =>
  value =>
    isObject(value) && faultIn(value, shape, '') === undefined

const RECEIPT: Readonly<Record<string, Check>> = {
  assentReceipt: value => value === 1,
  site: isString,
  entry: isString,
  index: isIndex,
  proof: listOf(isString),
  checkpoint: isString,
  vkey: isString,
  texts: listOf(shaped({ hash: isString, kind: isString, language: optional(isString), body: isString })),
  private: optional(shaped({ fields: isObject, salt: isString })),
  erased: optional(listOf(isString)),
}

function faultIn(
  value: Record<string, unknown>,
  shape: Readonly<Record<string, Check>>,
  at: string,
): string | undefined {
  const unknown = Object.keys(value).find(key => !Object.hasOwn(shape, key))
  if (unknown !== undefined) return `${at}${unknown} is not part of a receipt`
  const wrong = Object.entries(shape).find(([key, check]) => !check(value[key]))
  return wrong && `${at}${wrong[0]} is missing or of another type`
}
