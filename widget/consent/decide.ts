import { writeCookie } from './cookie.ts'
import type { ConsentHandle, Shown } from './handle.ts'
import { lent } from './lent.ts'
import { enqueue } from './outbox.ts'

/** A time in hex, then 128 random bits: ordered, so that the ledger's indexes grow at their end. */
// `crypto.randomUUID` and `crypto.subtle` do not exist on plain http.
const stamped = (time: number): string =>
  crypto
    .getRandomValues(new BigUint64Array(2))
    .reduce((text, part) => text + part.toString(16).padStart(16, '0'), time.toString(16).padStart(12, '0'))

/**
 * The only way a choice changes: remember it, apply it, queue it for the ledger. Sending is the outbox's business.
 * `view`: which configuration this is, for answers that come without a view.
 */
export const saver =
  (view: Shown): ConsentHandle['save'] =>
  (asked, method, shown, type) => {
    const { configuration: ours, gpc, key } = lent
    const before = lent.state()
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
    const secret =
      (before && lent.readCookie(key)!.split('.')[5]) ?? (grants ? stamped(decidedAt) : undefined)
    const list = Object.entries(remembered).map(([id, granted]) => `${id}:${+granted}`)
    const flags = `${lent.flagsOf(remembered)}${gpc ? 'g' : ''}${secret ? `.${secret}` : ''}`
    const text = `v1.${decidedAt.toString(36)}.${ours.configuration}.${list.join()}.${flags}`
    if (!writeCookie(key, text, ours.expiresAfterDays)) return ''
    lent.sync()
    const id = stamped(decidedAt).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-7$3-8$4-$5')
    const { configuration, language } = shown ?? view
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
