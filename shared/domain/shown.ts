import { viewOf } from './check-decision.ts'
import { formOf } from './check-opt-in.ts'
import type { DecisionEntry, OptInEntry } from './entry.ts'
import type { TextKind } from './publication.ts'

export interface ShownText {
  readonly kind: TextKind
  /** Under which its bytes must have been published. */
  readonly name: string
}

/** What an entry says was shown; `undefined` when the site's own interface asked. */
export function shownIn(entry: DecisionEntry | OptInEntry): ShownText | undefined {
  if (entry.type === 'opt-in') {
    const kind = formOf(entry.method)
    return { kind, name: `${kind}.${entry.program}.${entry.language}` }
  }
  const kind = viewOf(entry.method)
  return kind && { kind, name: `${kind}.${entry.language}` }
}
