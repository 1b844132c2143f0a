import type * as z from 'zod'
import { plainWords } from '../../shared/schemas/plain-words.ts'

/** What is wrong with the shape of one item of a batch; the others do not suffer. */
export interface Malformed {
  /** So that the sender can tell which one was meant. */
  readonly id: string | null
  readonly refused: 'malformed'
  readonly detail: string
}

/** Reads one item of a batch; `what` is its name where nothing closer can be named. */
export function readItem<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
): { readonly item: T } | Malformed {
  const parsed = schema.safeParse(value, { error: plainWords })
  if (parsed.success && !hidesProto(value)) return { item: parsed.data }
  const issue = parsed.error?.issues[0]
  const where = issue?.path.join('.') || what
  const wrong = issue?.message.slice(0, 200) ?? '"__proto__" is not a field'
  return { id: idOf(value), refused: 'malformed', detail: `Correct ${where.slice(0, 80)}: ${wrong}.` }
}

/** Schemas pass over a key of this name, and what is passed over would be neither stored nor refused. */
const hidesProto = (value: unknown): boolean =>
  [value, ...Object.values(value as object)].some(
    part => typeof part === 'object' && part !== null && Object.hasOwn(part, '__proto__'),
  )

/** A long or odd id is not echoed. */
function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null
  return typeof value.id === 'string' && /^[\w-]{1,64}$/.test(value.id) ? value.id : null
}
