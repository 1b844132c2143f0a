import type { TestReport } from '../support/test-report.ts'
import type { Criterion } from './criterion.ts'

/** `part`: what is shown passes, and a part is open. */
export type CriterionState = 'shown' | 'part' | 'open' | 'broken'

export interface CriterionRow {
  readonly criterion: Criterion
  readonly state: CriterionState
  /** How many tests looked. */
  readonly runs: number
  readonly faults: readonly string[]
}

const OWN = 'test/criteria/'
/** The last part of a test's name begins with the ids of what it shows. */
const idsOf = (test: string): readonly string[] =>
  /^(?:[A-Z]\d+ )+/.exec(test.split(' › ').at(-1)!)?.[0].trim().split(' ') ?? []

/** Holds each criterion to the tests that look at it. */
export function criteriaTable(criteria: readonly Criterion[], report: TestReport): CriterionRow[] {
  const own = [...report].filter(([test]) => test.startsWith(OWN))
  return criteria.map(criterion => {
    const looked = [
      ...own.filter(([test]) => idsOf(test).includes(criterion.id)),
      ...criterion.tests.map(test => [test, report.get(test)] as const),
    ]
    const faults = looked
      .filter(([, state]) => state !== 'passed')
      .map(([test, state]) => `${state ?? 'not found'}: ${test}`)
    if (looked.length === 0 && criterion.open === undefined) faults.push('no test looks at it')
    return { criterion, runs: looked.length, faults, state: stateOf(criterion, looked.length, faults) }
  })
}

function stateOf({ open }: Criterion, runs: number, faults: readonly string[]): CriterionState {
  if (faults.length > 0) return 'broken'
  if (open === undefined) return 'shown'
  return runs > 0 ? 'part' : 'open'
}

/** Ids that tests claim to show and the table does not have. */
export function unknownIds(criteria: readonly Criterion[], report: TestReport): string[] {
  const known = new Set(criteria.map(({ id }) => id))
  const claimed = [...report.keys()].filter(test => test.startsWith(OWN)).flatMap(idsOf)
  return [...new Set(claimed)].filter(id => !known.has(id))
}

/** The table as text: id, words, how many looked, how it ended; what is open or broken under it. */
export function printCriteria(rows: readonly CriterionRow[]): string {
  const lines = rows.flatMap(({ criterion: { id, words, source, known, open }, state, runs, faults }) => [
    `${id.padEnd(4)}${state.padEnd(8)}${String(runs).padStart(5)}  ${words}`,
    `${' '.repeat(19)}${source}${known === 'unchecked' ? ' (unchecked: known at second hand)' : ''}`,
    ...(open === undefined ? [] : [`${' '.repeat(19)}open: ${open}`]),
    ...faults.map(fault => `${' '.repeat(19)}${fault}`),
  ])
  const counts = (['shown', 'part', 'open', 'broken'] as const).map(
    state => `${rows.filter(row => row.state === state).length} ${state}`,
  )
  const runs = rows.reduce((sum, row) => sum + row.runs, 0)
  return [...lines, `${rows.length} criteria: ${counts.join(', ')}; ${runs} looks`].join('\n')
}
