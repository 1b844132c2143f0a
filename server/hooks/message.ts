import type { HookEvent, HookField } from '../../shared/domain/hook.ts'
import type { Hook } from './store.ts'

/** One thing a hook tells, before it is cut down to the fields it lists. */
export interface Message {
  /** Unique for ever: of the site, the place in its log, and the entry there. */
  readonly id: string
  readonly event: HookEvent
  /** Index of the entry. */
  readonly index: number
  readonly receivedAt: number
  readonly data: Readonly<Partial<Record<Exclude<HookField, 'address'>, unknown>>>
  /** Opened only for a hook that asks for it, at the moment of sending; `undefined` where it is not known, or not any more. */
  readonly address: () => string | undefined
}

/** As it is posted (Standard Webhooks: type, timestamp, data). */
export function bodyOf({ site, fields }: Hook, { event, index, receivedAt, data, address }: Message): string {
  const listed: Record<string, unknown> = {}
  for (const field of fields) {
    const value = field === 'address' ? address() : data[field]
    if (value !== undefined) listed[field] = value
  }
  return JSON.stringify({ type: event, timestamp: timeText(receivedAt), site, sequence: index, data: listed })
}

export const timeText = (moment: number): string => new Date(moment).toISOString()
