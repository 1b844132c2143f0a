import { configuration, gpc } from './config.ts'
import { writeConsent } from './cookie.ts'
import type { ConsentHandle } from './handle.ts'
import { enqueue } from './outbox.ts'

/** A time in hex, then 128 random bits: ordered, so that the ledger's indexes grow at their end. */
// `crypto.randomUUID` and `crypto.subtle` do not exist on plain http.
const stamped = (time: number, digits: number): string =>
  [time, ...crypto.getRandomValues(new BigUint64Array(2))].reduce<string>(
    (text, part) => text + part.toString(16).padStart(text ? 16 : digits, '0'),
    '',
  )

/** The only way a choice changes: remember it, apply it, queue it for the ledger. Sending is the outbox's business. */
export const saver =
  (record: ConsentHandle['record'], sync: () => void): ConsentHandle['save'] =>
  (asked, method, shown, type) => {
    const before = record()
    const decidedAt = Date.now()
    const choices: Record<string, boolean> = {}
    const remembered = { ...before?.choices }
    let flags = 0
    let grants = false
    let takesBack = false
    for (const [id, required, , signals] of configuration.purposes) {
      if (!required && id in asked) {
        choices[id] = remembered[id] = !!asked[id]
        grants ||= choices[id]
        takesBack ||= !!before?.choices[id]
      }
      if (required || remembered[id]) flags |= signals
    }
    const secret = before?.secret ?? (grants ? stamped(Math.floor(decidedAt / 60_000), 8) : undefined)
    const hash = configuration.configuration
    if (
      !writeConsent({ decidedAt, configuration: hash.slice(0, 8), choices: remembered, gpc, secret }, flags)
    )
      return ''
    sync()
    const id = stamped(decidedAt, 12).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-7$3-8$4-$5')
    enqueue({
      id,
      type: type ?? (takesBack && !grants ? 'withdrawal' : 'decision'),
      decidedAt,
      configuration: shown?.configuration ?? hash,
      text: shown?.text,
      language: shown?.language ?? configuration.languages[0],
      method,
      choices,
      gpc: gpc || undefined,
      secret,
    })
    return id
  }
