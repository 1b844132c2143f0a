import * as z from 'zod'
import type { ProblemSlug } from '../../middleware/problem.ts'
import type { Scope } from '../../operators/api-keys.ts'
import type { Audience } from '../reference/audience.ts'

/** What one route promises; the same schemas check its real answers in the tests. */
export interface Description {
  /** Addresses in OpenAPI's spelling; one route may stand for several. */
  readonly paths: readonly string[]
  readonly summary: string
  /** Who calls it, where the address and what it needs do not say so. */
  readonly audience?: Audience
  readonly query?: Readonly<Record<string, string>>
  /** The query's members one may leave out. */
  readonly optional?: readonly string[]
  readonly secret?: 'needed' | 'may be needed'
  /** The scope an API key needs here; what it may be refused with is not said again in `problems`. */
  readonly key?: Scope
  /** A page of the site needs no key. */
  readonly orPage?: true
  /** A provider calls it by itself, and sends these headers, which nobody makes by hand. */
  readonly providerSends?: readonly string[]
  readonly body?: z.ZodType
  /** Types a list may come in, and is then answered in. */
  readonly streams?: Readonly<Record<string, { readonly body: string; readonly answer: string }>>
  /** Further media types an answer may have, for whoever asks for them by Accept. */
  readonly otherwise?: Readonly<Record<string, string>>
  /** Sent by a page without scripts, so url-encoded. */
  readonly form?: z.ZodType
  /** Of status 200. */
  readonly answer: { readonly type: string; readonly schema: z.ZodType }
  /** Further statuses without a body of their own. */
  readonly also?: Readonly<Record<number, string>>
  /** Every answer of these statuses carries JSON of this schema instead of a problem. */
  readonly otherJson?: Readonly<Record<number, z.ZodType>>
  readonly problems: readonly ProblemSlug[]
  /** Who takes `text/html` is refused with a page instead of a problem. */
  readonly refusalPage?: true
}

/** By a route's method and path in the app. */
export type Descriptions = Readonly<Record<string, Description>>

export const text = (what: string) => z.string().describe(what)
export const unchanged = { 304: 'You have it already.' }
