import { timingSafeEqual } from 'node:crypto'
import type { ProviderEvent } from './event.ts'

/** A request of a provider as it arrived: whatever is signed is signed over exactly these bytes. */
export interface HookRequest {
  readonly body: Uint8Array
  readonly header: (name: string) => string | undefined
  /** As the provider calls it: by the address the server is configured with, never by what the request says of its host. */
  readonly url: string
}

export const HOOK_REFUSALS = [
  'signature-missing',
  'signature-wrong',
  'too-old',
  'not-ours',
  'certificate-elsewhere',
  'malformed',
] as const
export type HookRefusal = (typeof HOOK_REFUSALS)[number]

export interface RefusedHook {
  readonly refused: HookRefusal
  /** What to do about it. */
  readonly detail: string
}

/** What a signed request reports; what nobody needs (opens, clicks, a kind that is new) is left out. */
export type HeardEvents = { readonly events: readonly ProviderEvent[] } | RefusedHook

export const refuse = (refused: HookRefusal, detail: string): RefusedHook => ({ refused, detail })

/** Takes as long for a wrong text as for the right one. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Of signed bytes; `undefined` where they are no JSON. */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    // No UTF-8 or no JSON: to the sender it is the same.
    return undefined
  }
}

/** Epoch milliseconds of a time as providers write it; what is no time is left out. */
export const timeOf = (text: unknown): { readonly at?: number } => {
  const at = typeof text === 'string' ? Date.parse(text) : NaN
  return Number.isFinite(at) && at >= 0 ? { at } : {}
}
