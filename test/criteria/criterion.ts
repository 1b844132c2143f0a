import type { TestName } from '../promises/promise.ts'

/** Something a banner, what it lets through or what it signals must show, as a browser sees it. */
export interface Criterion {
  readonly id: string
  readonly words: string
  /** Where it comes from. Nothing here is legal advice. */
  readonly source: string
  /** How well the source is known: its own text, somebody's quotation of it, or nothing but common knowledge. */
  readonly known: 'read' | 'unchecked' | 'ours'
  /** Tests elsewhere that show it, by their full names; those of `test/criteria` count by the id their title begins with. */
  readonly tests: readonly TestName[]
  /** What of it nothing shows yet, and why. Printed, and never counted as shown. */
  readonly open?: string
}

type Known = Criterion['known']

/** One row; `tests` are shown elsewhere, `open` is not shown at all. */
export const criterion = (
  id: string,
  words: string,
  [source, known]: readonly [source: string, known: Known],
  { tests = [], open }: { readonly tests?: readonly TestName[]; readonly open?: string } = {},
): Criterion => ({ id, words, source, known, tests, ...(open === undefined ? {} : { open }) })
