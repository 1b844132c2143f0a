import type { CheckMode, DecisionCounts } from './check.ts'
import { CHECK_MODES } from './check.ts'
import type { SignedTree } from './log-keys.ts'
import { CHANNELS, type Channel } from './site.ts'

/** What a site states of one check of one list, so that whoever sends can show that it was asked, and when. */
export interface Clearance {
  /** Name of the log whose key signs it. */
  readonly log: string
  /** SHA-256 (hex) of the list's bytes as they were sent. */
  readonly list: string
  /** The same of the rows that came back, where they were text. */
  readonly answer?: string
  readonly channel: Channel
  readonly program: string
  readonly mode: CheckMode
  readonly seller?: string
  readonly sender?: string
  readonly sendAt?: number
  readonly after?: number
  readonly rows: number
  readonly decisions: DecisionCounts
  readonly configuration: string
  readonly rules: string
  readonly against: SignedTree
  readonly entry: { readonly id: string; readonly index: number }
  readonly checkedAt: number
  readonly validUntil: number
}

/**
 * The first line of what is signed. The first line of a checkpoint is the name of a log, which has no blanks, and its second
 * one a number, so neither is ever taken for the other.
 */
const TITLE = 'assent clearance v1'

/** One fact a line, in this order; ends in a newline, as the text of a C2SP signed note does. */
export function formatClearance(c: Clearance): string {
  const { size, root } = c.against
  const lines = [
    TITLE,
    `log ${c.log}`,
    `list ${c.list}`,
    ...(c.answer === undefined ? [] : [`answer ${c.answer}`]),
    `channel ${c.channel}`,
    `program ${c.program}`,
    `mode ${c.mode}`,
    ...(c.seller === undefined ? [] : [`seller ${quoted(c.seller)}`]),
    ...(c.sender === undefined ? [] : [`sender ${c.sender}`]),
    ...(c.sendAt === undefined ? [] : [`send-at ${new Date(c.sendAt).toISOString()}`]),
    ...(c.after === undefined ? [] : [`after ${c.after}`]),
    `rows ${c.rows}`,
    `send ${c.decisions.send}`,
    `hold ${c.decisions.hold}`,
    `block ${c.decisions.block}`,
    `configuration ${c.configuration}`,
    `rules ${c.rules}`,
    `tree ${size} ${root}`,
    `entry ${c.entry.index} ${c.entry.id}`,
    `checked ${new Date(c.checkedAt).toISOString()}`,
    `valid-until ${new Date(c.validUntil).toISOString()}`,
  ]
  return `${lines.join('\n')}\n`
}

/** In quotes, so that no name begins a line of its own. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\p{Cc}\p{Cs}]/gu,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** `undefined` when the text is no clearance, to the letter. */
export function readClearance(text: string): Clearance | undefined {
  const [title, ...lines] = text.slice(0, -1).split('\n')
  if (title !== TITLE) return undefined
  const facts = new Map(lines.map(line => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)]))
  const of = (name: string): string => facts.get(name) ?? ''
  const number = (name: string): number => Number(of(name))
  const optional = <K extends string, T>(key: K, name: string, read: (value: string) => T) =>
    facts.has(name) ? ({ [key]: read(of(name)) } as Record<K, T>) : {}
  const [size = '', root = ''] = of('tree').split(' ')
  const [index = '', id = ''] = of('entry').split(' ')
  try {
    const read: Clearance = {
      log: of('log'),
      list: of('list'),
      ...optional('answer', 'answer', String),
      channel: CHANNELS.find(channel => channel === of('channel'))!,
      program: of('program'),
      mode: CHECK_MODES.find(mode => mode === of('mode'))!,
      ...optional('seller', 'seller', value => JSON.parse(value) as string),
      ...optional('sender', 'sender', String),
      ...optional('sendAt', 'send-at', Date.parse),
      ...optional('after', 'after', Number),
      rows: number('rows'),
      decisions: { send: number('send'), hold: number('hold'), block: number('block') },
      configuration: of('configuration'),
      rules: of('rules'),
      against: { size: Number(size), root },
      entry: { id, index: Number(index) },
      checkedAt: Date.parse(of('checked')),
      validUntil: Date.parse(of('valid-until')),
    }
    // Whatever was left out, doubled, or written in another way comes out different.
    return formatClearance(read) === text ? read : undefined
  } catch {
    // No JSON, or no moment of any calendar: no clearance.
    return undefined
  }
}
