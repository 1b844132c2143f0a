import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { configuration as ours, gpc, key } from './config.ts'
import { writeCookie } from './cookie.ts'
import type { ConsentHandle, Shown } from './handle.ts'
import { newId, stamped } from './ids.ts'
import { enqueue } from './outbox.ts'
import { record, sync } from './state.ts'
import { readCookie } from './stored.ts'

/** Consent Mode flags that choices grant. */
const flagsOf = (choices: PurposeChoices): number =>
  ours.purposes.reduce(
    (bits, [id, required, , grants]) => (required || choices[id] ? bits | grants : bits),
    0,
  )

/**
 * The only way a choice changes: remember it, apply it, queue it for the ledger. Sending is the outbox's business.
 * @param view which configuration this is, for answers that come without a view
 * @param apply applies what is remembered now, on the whole page
 */
export const saver =
  (view: Shown, apply: () => void): ConsentHandle['save'] =>
  (asked, method, shown, type) => {
    const { configuration, language } = shown ?? view
    // Another tab may have answered something meanwhile.
    sync()
    const before = record
    const decidedAt = Date.now()
    const choices: Record<string, boolean> = {}
    const remembered = { ...before?.choices }
    let grants = false
    let takesBack = false
    for (const [id, required] of ours.purposes)
      if (!required && id in asked) {
        takesBack ||= !!remembered[id]
        choices[id] = remembered[id] = !!asked[id]
        grants ||= choices[id]
      }
    const secret = (before && readCookie(key)!.split('.')[5]) ?? (grants ? stamped(decidedAt) : undefined)
    const list = Object.entries(remembered).map(([id, granted]) => `${id}:${+granted}`)
    const flags = `${flagsOf(remembered)}${gpc ? 'g' : ''}${secret ? `.${secret}` : ''}`
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
      secret,
    })
    return id
  }
