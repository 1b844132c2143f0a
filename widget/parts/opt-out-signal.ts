import { readCookie } from '../consent/stored.ts'
import type { PartOf } from './part.ts'

/**
 * Where opting out is the rule, the browser's own signal opts out, and is recorded as that: once, as an act of its own with
 * no text and no choice of the person's. It says no to what it covers and nothing of the rest. Whoever has answered while
 * the signal was on has said more than it does; an older answer is overtaken.
 */
export const start: PartOf<'opt-out-signal'> = (assent, { key, covered }) => {
  if (!navigator.globalPrivacyControl) return
  const [version, , , , flags = ''] = readCookie(key)?.split('.') ?? []
  if (version === 'v1' && /[gs]$/.test(flags)) return
  assent.decide(Object.fromEntries(covered.map(id => [id, false])), 'gpc')
}
