import type * as z from 'zod'
import { jsonSchema } from '../openapi.ts'

/** JSON Schema, as much of it as our own schemas become. */
export interface Shape {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly contentEncoding?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly propertyNames?: Shape
  readonly additionalProperties?: Shape | boolean
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
}

export const shapeOf = (schema: z.ZodType): Shape => jsonSchema(schema) as Shape

/** One line of the table that explains a shape. */
export interface Field {
  /** `entries[].id`. */
  readonly path: string
  readonly type: string
  readonly isOptional: boolean
  readonly what: string
}

/** Introduces the fields of one of several shapes. */
export interface Variant {
  readonly variant: string
}

/** Last millisecond that RFC 3339 can write: what goes up to there is a moment. */
export const LAST_MOMENT = 253_402_300_799_999

/** Patterns people know by a name. */
const NAMED: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\^\[0-9a-f\]\{(\d+)\}\$$/, 'hex digits'],
  [/-7\[0-9a-f\]\{3\}-/, 'UUIDv7, lower case'],
  [/^\^\[a-z\]\[a-z0-9-\]/, 'id'],
  [/\(-\[A-Za-z0-9\]\{1,8\}\)\*/, 'language tag'],
]

/** Every field of a shape, members of members included, in the order in which they are written. */
export function fieldsOf(shape: Shape): (Field | Variant)[] {
  return inside(shape, '')
}

const variantsOf = (shape: Shape): readonly Shape[] | undefined => shape.anyOf ?? shape.oneOf

const isObject = (shape: Shape): boolean => shape.properties !== undefined

function inside(shape: Shape, path: string): (Field | Variant)[] {
  const variants = variantsOf(shape)
  if (variants?.some(isObject))
    return variants.flatMap((each, n) => [
      { variant: `${path === '' ? '' : `${path} `}${n === 0 ? 'either' : 'or'}` },
      ...inside(each, path),
    ])
  if (shape.items) return inside(shape.items, `${path}[]`)
  if (shape.properties) {
    const required = new Set(shape.required)
    return Object.entries(shape.properties).flatMap(([name, each]) =>
      line(each, path === '' ? name : `${path}.${name}`, !required.has(name)),
    )
  }
  const values = shape.additionalProperties
  return typeof values === 'object' && isObject(values) ? inside(values, `${path}.*`) : []
}

const line = (shape: Shape, path: string, isOptional: boolean): (Field | Variant)[] => [
  { path, type: typeOf(shape), isOptional, what: shape.description ?? '' },
  ...inside(shape, path),
]

/** What may stand there, in a few words. */
export function typeOf(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum) return shape.enum.map(value => JSON.stringify(value)).join(', ')
  const variants = variantsOf(shape)
  if (variants) return [...new Set(variants.map(typeOf))].join(' or ')
  if (typeof shape.type === 'object') return shape.type.map(type => typeOf({ ...shape, type })).join(' or ')
  switch (shape.type) {
    case 'string':
      return textType(shape)
    case 'integer':
    case 'number':
      return numberType(shape)
    case 'array':
      return `list${counted(shape.minItems, shape.maxItems)}${shape.items && !isObject(shape.items) && !variantsOf(shape.items)?.some(isObject) ? ` of ${typeOf(shape.items)}` : ''}`
    case 'object':
      return mapType(shape)
    case undefined:
      return 'any'
    default:
      return shape.type
  }
}

function textType({ format, pattern, contentEncoding, minLength, maxLength }: Shape): string {
  if (format === 'date-time') return 'time (RFC 3339)'
  if (contentEncoding !== undefined || format === 'base64') return 'base64'
  if (format === 'uri') return 'address'
  const named = pattern === undefined ? undefined : NAMED.find(([known]) => known.test(pattern))
  if (named) {
    const [, digits] = named[0].exec(pattern ?? '') ?? []
    return digits === undefined ? named[1] : `${digits} ${named[1]}`
  }
  return `text${counted(minLength, maxLength)}`
}

function numberType({ minimum, maximum }: Shape): string {
  if (maximum === LAST_MOMENT) return 'epoch milliseconds'
  const bound = (n: number | undefined): number | undefined =>
    n !== undefined && Math.abs(n) < Number.MAX_SAFE_INTEGER ? n : undefined
  return `number${counted(bound(minimum), bound(maximum))}`
}

function mapType({ additionalProperties, properties }: Shape): string {
  const isMap = typeof additionalProperties === 'object' && properties === undefined
  return isMap ? `map of ${typeOf(additionalProperties)}` : 'object'
}

function counted(least: number | undefined, most: number | undefined): string {
  if (most !== undefined) return ` (${least ?? 0} to ${most.toLocaleString('en')})`
  return least === undefined || least === 0 ? '' : ` (${least} or more)`
}
