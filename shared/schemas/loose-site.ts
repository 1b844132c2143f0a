import type { SiteConfiguration } from '../domain/site.ts'

/** One thing wrong with a configuration: where, and what to do. */
export interface Fault {
  /** Such as `purposes[2].default`. */
  readonly path: string
  readonly message: string
}

/** Whatever was written: every field may be missing or of another type, and the rules still say all they can. */
export type Loose<T> = T extends string | number | boolean
  ? T | undefined
  : T extends readonly (infer I)[]
    ? readonly Loose<I>[] | undefined
    : { readonly [K in keyof T]?: Loose<T[K]> | undefined } | undefined

export type LooseSite = NonNullable<Loose<SiteConfiguration>>

/** Whatever was given, as a site to look into. */
export const looseSite = (input: unknown): LooseSite => (isObject(input) ? input : {})

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The items of a list, each with its path; nothing when it is no list. */
export function each<T>(
  list: readonly T[] | undefined,
  path: string,
): { item: NonNullable<T>; at: string }[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: T, i) =>
    isObject(item) ? [{ item: item as NonNullable<T>, at: `${path}[${i}]` }] : [],
  )
}
