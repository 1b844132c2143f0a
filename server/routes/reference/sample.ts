import { LAST_MOMENT, type Shape } from './shape.ts'

/** Values by the name of a field or parameter, where its type alone would say little. */
export type Known = Readonly<Record<string, unknown>>

const HASH = '5e0c1fd1a3e6a1f39b7b1c3e4e2f5a60718293a4b5c6d7e8f90a1b2c3d4e5f60'
const MOMENT = Date.parse('2026-11-22T08:00:00Z')

const NAMED: Known = {
  id: '019ab1f0-5c00-7a3e-8b1d-2f4c6e8a0b1c',
  address: '+12025550123',
  channel: 'sms',
  program: 'harbor-offers',
  'email-address': 'robin@mail.example',
  'sms-address': '+12025550123',
  // Of those a key may say.
  method: 'api',
  status: 422,
  openapi: '3.1.0',
}

/** A whole example of a shape: of what is sent only what has to be there, of what is answered every member. */
export function sample(
  shape: Shape,
  { known = {}, optional = true }: { known?: Known; optional?: boolean } = {},
): unknown {
  const named = { ...NAMED, ...known }
  const of = (each: Shape, name: string): unknown => {
    if (each.examples?.length) return each.examples[0]
    if (each.const !== undefined) return each.const
    const value = named[name]
    if (each.enum) return each.enum.includes(value) ? value : each.enum[0]
    const variants = each.anyOf ?? each.oneOf
    if (variants) return of(variants[0]!, name)
    const [type] = typeof each.type === 'object' ? each.type : [each.type]
    if (value !== undefined && typeof value === plain(type)) return value
    return unnamed({ ...each, ...(type !== undefined && { type }) }, name)
  }
  const unnamed = (each: Shape, name: string): unknown => {
    switch (each.type) {
      case 'object':
        return objectOf(each)
      case 'array':
        return each.items ? [of(each.items, name === 'addresses' ? 'address' : name)] : []
      case 'boolean':
        return false
      case 'integer':
      case 'number':
        return each.maximum === LAST_MOMENT ? MOMENT : Math.max(1, each.minimum ?? 1)
      default:
        return textFor(each)
    }
  }
  const objectOf = ({ properties, required = [], additionalProperties, propertyNames }: Shape): object => {
    if (properties)
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([name]) => optional || required.includes(name))
          .map(([name, each]) => [name, of(each, name)]),
      )
    const [key = 'analytics'] = (propertyNames?.enum ?? []) as readonly string[]
    return typeof additionalProperties === 'object' ? { [key]: of(additionalProperties, '') } : {}
  }
  return of(shape, '')
}

const plain = (type: string | undefined): string => (type === 'integer' ? 'number' : (type ?? 'string'))

function textFor({ format, pattern = '', contentEncoding }: Shape): string {
  const [, digits] = /^\^\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern) ?? []
  if (digits !== undefined) return HASH.slice(0, Number(digits))
  if (/-7\[0-9a-f\]\{3\}-/.test(pattern)) return String(NAMED['id'])
  if (/\(-\[A-Za-z0-9\]\{1,8\}\)\*/.test(pattern)) return 'en'
  if (pattern.startsWith('^[a-z]')) return 'harbor-offers'
  if (format === 'date-time') return new Date(MOMENT).toISOString()
  if (format === 'uri') return 'https://consent.example/'
  if (contentEncoding !== undefined || format === 'base64') return Buffer.from(HASH, 'hex').toString('base64')
  return '…'
}
