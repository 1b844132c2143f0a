import { configuration as ours, gpc, key } from './config.ts'
import { writeCookie } from './cookie.ts'
import type { ConsentHandle, Shown } from './handle.ts'
import { newId, stamped } from './ids.ts'
import { enqueue } from './outbox.ts'
import { flagsOf, held, sync } from './state.ts'
import { readCookie } from './stored.ts'

/** Of a choice that another tool took, when that was, as far as is known, and what is told otherwise of it. */
type Save = (...asked: [...Parameters<ConsentHandle['save']>, decidedAt?: number, more?: object]) => string

/**
 * The only way a choice changes: remember it, apply it, queue it for the ledger. Sending is the outbox's business.
 * @param view which configuration this is, for answers that come without a view
 * @param apply applies what is remembered now, on the whole page
 */
export const saver =
  (view: Shown, apply: () => void): Save =>
  (asked, method, shown, type, decidedAt = Date.now(), more) => {
    const { configuration, language } = shown ?? view
    // Another tab may have answered something meanwhile.
    sync()
    const before = held
    const choices: Record<string, boolean> = {}
    const remembered = { ...before }
    let grants = false
    let takesBack = false
    for (const [id, required] of ours.purposes)
      if (!required && id in asked) {
        takesBack ||= !!remembered[id]
        choices[id] = remembered[id] = !!asked[id]
        grants ||= choices[id]
      }
    const secret = (before && readCookie(key)!.split('.')[5]) || (grants ? stamped(decidedAt) : undefined)
    const list = Object.entries(remembered).map(([id, granted]) => `${id}:${+granted}`)
    const flags = `${flagsOf(remembered)}${method === 'gpc' ? 's' : gpc ? 'g' : ''}${secret ? `.${secret}` : ''}`
    const text = `v1.${decidedAt.toString(36)}.${configuration.slice(0, 8)}.${list.join()}.${flags}`
    const { place, expiresAfter } = ours
    // One of this host alone would stand before it.
    if (place) writeCookie(key, '', 0)
    // A host that is not below the domain, such as that of a developer, remembers for itself.
    if (!writeCookie(key, text, expiresAfter, place) && !writeCookie(key, text, expiresAfter)) return ''
    sync()
    apply()
    const id = newId(decidedAt)
    enqueue({
      id,
      type: type ?? (takesBack && !grants ? 'withdrawal' : 'decision'),
      decidedAt,
      configuration,
      text: shown?.text,
      language,
      method,
      choices,
      gpc: gpc || undefined,
      under: ours.under,
      secret,
      ...more,
    })
    return id
  }
