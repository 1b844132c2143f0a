import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { ADVERTISING_FLAGS } from '../../shared/domain/signals.ts'
import { configuration, gpc, key } from './config.ts'
import { readCookie } from './stored.ts'

/** What the cookie remembers. It is the state: what does not stick there is not in force here. */
export let record: { readonly choices: Record<string, boolean>; readonly gpc: boolean } | undefined
/** Consent Mode flags in force: all denied while nothing is known. */
export let flags: number
let seen: string | undefined | 0 = 0
/** Run at each change, and when a choice has expired. */
export const watchers = new Set<() => void>()

/** Strictly necessary purposes always are. */
export const granted = (purpose: string): boolean =>
  configuration.purposes.some(([id, required]) => id === purpose && (required || record?.choices[id]))

/**
 * `v1.<time, base 36>.<configuration, 8 hex>.<id>:1,<id>:0.<Consent Mode flags>[g][.<secret>]`; g: GPC was on.
 * A browser may keep the cookie longer than it was told to: the time in it decides.
 */
function read(raw: string | undefined): typeof record {
  const [version, time, , list, signals] = raw?.split('.') ?? []
  // The shape is part of the version: a planted one that lacks a part is none.
  if (version === 'v1' && signals && parseInt(time!, 36) + configuration.expiresAfter > Date.now())
    return {
      choices: Object.fromEntries(list!.split(',').map(item => [item.slice(0, -2), item.endsWith('1')])),
      gpc: signals.endsWith('g'),
    }
}

/** Reads what is remembered and applies it if it has changed, here or in another tab. */
export function sync(): void {
  const raw = readCookie(key)
  record = read(raw)
  flags = 0
  if (record) {
    const isMasked = gpc && !record.gpc
    for (const [id, , covered, grants] of configuration.purposes) {
      // The signal came on after the decision: what it covers counts as not asked until the person grants it by name.
      if (isMasked && covered) delete record.choices[id]
      if (granted(id)) flags |= grants
    }
    if (isMasked) flags &= ~ADVERTISING_FLAGS
  }
  if (seen !== (seen = raw)) for (const run of watchers) run()
}

export function onChange(tell: (choices: PurposeChoices) => void): () => void {
  const run = (): void => {
    try {
      if (record) tell(record.choices)
    } catch (error) {
      // The site's own fault must not keep a decision from being applied and recorded.
      reportError(error)
    }
  }
  watchers.add(run)
  run()
  return () => watchers.delete(run)
}
