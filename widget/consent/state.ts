import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { configuration, gpc, key } from './config.ts'
import { readCookie } from './stored.ts'

/** None, falsy, where nothing is known. */
type Choices = Record<string, boolean> | undefined

/** What the cookie remembers: what does not stick there was not decided here. */
export let held: Choices
/** What is in force: the same, unless the site's rules by region or its changes make something else of it. */
export let choices: Choices
/** Consent Mode flags in force: all denied while nothing is known. */
export let flags: number
let seen: string | undefined | 0 = 0
/** Run at each change, and when a choice has expired. */
export const watchers = new Set<() => void>()

/** Strictly necessary purposes always are. */
export const granted = (purpose: string): boolean =>
  configuration.purposes.some(([id, required]) => id === purpose && (required || choices?.[id]))

/** Consent Mode flags that choices grant. */
export const flagsOf = (given: PurposeChoices): number =>
  configuration.purposes.reduce(
    (bits, [id, required, , grants]) => (required || given[id] ? bits | grants : bits),
    0,
  )

/**
 * Reads what is remembered and applies it if it has changed, here or in another tab.
 * `v1.<time, base 36>.<configuration, 8 hex>.<id>:1,<id>:0.<Consent Mode flags>[g|s][.<secret>]`; g: GPC was on, s: the
 * signal itself was the act. A browser may keep the cookie longer than it was told to: the time in it decides.
 */
export function sync(): void {
  const raw = readCookie(key)
  const [version, time, , list, signals] = raw?.split('.') ?? []
  const decidedAt = parseInt(time!, 36)
  // The shape is part of the version: a planted one that lacks a part is none.
  held = (version === 'v1' &&
    signals &&
    decidedAt + configuration.expiresAfter > Date.now() &&
    Object.fromEntries(list!.split(',').map(item => [item.slice(0, -2), item.endsWith('1')]))) as Choices
  // The signal came on after the decision: what it covers, all of advertising in it, counts as not asked until the person
  // grants it by name.
  const isMasked = gpc && !signals?.endsWith('g')
  for (const [id, , covered] of configuration.purposes) if (isMasked && covered && held?.[id]) delete held[id]
  choices = configuration.settle?.(held, decidedAt) ?? held
  flags = choices ? flagsOf(choices) : 0
  if (seen !== (seen = raw)) for (const run of watchers) run()
}

export function onChange(tell: (choices: PurposeChoices) => void): () => void {
  const run = (): void => {
    try {
      if (choices) tell(choices)
    } catch (error) {
      // The site's own fault must not keep a decision from being applied and recorded.
      reportError(error)
    }
  }
  watchers.add(run)
  run()
  return () => watchers.delete(run)
}
