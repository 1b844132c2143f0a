import type { Line } from './line.ts'

/** Consent as it was told to others, as far as their queues can be read. */
export function signalled(): Line[] {
  const scope = window as unknown as Record<string, unknown>
  const clarity = scope['clarity'] as { q?: unknown } | undefined
  return [
    ...entries(scope['dataLayer']).flatMap((entry): Line[] => {
      const [command, kind, said] = values(entry)
      if (command === 'consent')
        return [{ what: `consent ${String(kind)}`, of: `dataLayer · ${words(said)}` }]
      const { event, assent } = entry as { event?: string; assent?: object }
      return event === 'assent_change' ? [{ what: event, of: `dataLayer · ${words(assent)}` }] : []
    }),
    ...flat(entries(scope['uetq'])).map(([kind, said]) => ({
      what: `consent ${kind}`,
      of: `uetq · ${words(said)}`,
    })),
    ...entries(clarity?.q).flatMap((entry): Line[] => {
      const [command, said] = values(entry)
      return command === 'consentv2' ? [{ what: command, of: `clarity · ${words(said)}` }] : []
    }),
  ]
}

const entries = (queue: unknown): unknown[] => (Array.isArray(queue) ? (queue as unknown[]) : [])
const values = (entry: unknown): unknown[] =>
  typeof entry === 'object' && entry !== null && 'length' in entry
    ? Array.from(entry as ArrayLike<unknown>)
    : []

/** Microsoft's queue has calls of three items, one after the other. */
const flat = (queue: unknown[]): [kind: string, said: unknown][] =>
  queue.flatMap((item, i): [string, unknown][] =>
    item === 'consent' ? [[String(queue[i + 1]), queue[i + 2]]] : [],
  )

const words = (said: unknown): string =>
  Object.entries(said ?? {})
    // How long Google waits for the rest is no signal.
    .filter(([, value]) => typeof value !== 'number')
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')
