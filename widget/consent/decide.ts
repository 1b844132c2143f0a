import type { ConsentMethod, PurposeChoices } from '../../shared/domain/consent.ts'
import { configuration, gpc } from './config.ts'
import type { Shown } from './handle.ts'
import { enqueue } from './outbox.ts'
import { record, remember } from './state.ts'

/** A time in hex, then 128 random bits: ordered, so that the ledger's indexes grow at their end. */
// `crypto.randomUUID` and `crypto.subtle` do not exist on plain http.
const stamped = (time: number, digits: number): string =>
  [time, ...crypto.getRandomValues(new BigUint64Array(2))].reduce<string>(
    (text, part, place) => text + part.toString(16).padStart(place ? 16 : digits, '0'),
    '',
  )

/** The only way a choice changes: remember it, apply it, queue it for the ledger. Sending is the outbox's business. */
export function save(asked: PurposeChoices, method: ConsentMethod, shown?: Shown): string {
  const decidedAt = Date.now()
  const choices: Record<string, boolean> = {}
  let grants = false
  let takesBack = false
  for (const [id, required] of configuration.purposes)
    if (!required && id in asked) {
      choices[id] = !!asked[id]
      grants ||= choices[id]
      takesBack ||= !!record?.choices[id]
    }
  const secret = record?.secret ?? (grants ? stamped((decidedAt / 60_000) | 0, 8) : undefined)
  const id = stamped(decidedAt, 12).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-7$3-8$4-$5')
  const hash = configuration.configuration
  if (
    !remember({
      decidedAt,
      configuration: hash.slice(0, 8),
      choices: { ...record?.choices, ...choices },
      gpc,
      secret,
    })
  )
    return ''
  enqueue({
    id,
    type: takesBack && !grants ? 'withdrawal' : 'decision',
    decidedAt,
    configuration: hash,
    language: configuration.languages[0]!,
    ...shown,
    method,
    choices,
    gpc: gpc || undefined,
    secret,
  })
  return id
}

/** Takes everything back. */
export const withdraw = (): string =>
  save(Object.fromEntries(configuration.purposes.map(([id]) => [id, false])), 'api')
