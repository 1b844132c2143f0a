import type { Promised, TestName } from './promises/promise.ts'
import type { TestReport } from './support/test-report.ts'

export type PromiseState = 'works' | 'broken' | 'later' | 'documented only'

export interface PromiseRow {
  readonly id: string
  readonly promise: string
  readonly state: PromiseState
  /** Why the row is broken: each test it names that was not found, failed or was not run. */
  readonly faults: readonly string[]
}

/** Holds every promise to the tests it names. A row works only when each of them was found and passed. */
export function promiseTable(promises: readonly Promised[], report: TestReport): PromiseRow[] {
  const faultsOf = (tests: readonly TestName[]): string[] =>
    tests.flatMap(test => {
      const state = report.get(test)
      if (state === 'passed') return []
      return [`${state === undefined ? 'not found' : state}: ${test}`]
    })
  return promises.map(({ id, promise, proof, partly = [] }) => {
    if (typeof proof === 'string') {
      const faults = faultsOf(partly)
      return { id, promise, state: faults.length === 0 ? proof : 'broken', faults }
    }
    const faults = faultsOf(proof)
    if (proof.length === 0) faults.push('names no test; write `later` until it has one')
    return { id, promise, state: faults.length === 0 ? 'works' : 'broken', faults }
  })
}

const COLOURS: Readonly<Record<PromiseState, string>> = {
  works: '32',
  broken: '31',
  later: '33',
  'documented only': '2',
}

/** The table as text: a line per promise, its faults under it, and the counts at the end. */
export function printPromises(rows: readonly PromiseRow[], colour: boolean): string {
  const paint = (state: PromiseState, text: string): string =>
    colour ? `\u001B[${COLOURS[state]}m${text}\u001B[0m` : text
  const lines = rows.flatMap(({ id, state, promise, faults }) => [
    `${id.padEnd(5)}${paint(state, state.padEnd(16))}${promise}`,
    ...faults.map(fault => `     ${paint(state, fault)}`),
  ])
  const counts = (Object.keys(COLOURS) as PromiseState[]).map(
    state => `${rows.filter(row => row.state === state).length} ${state}`,
  )
  return [...lines, `${rows.length} promises: ${counts.join(', ')}`].join('\n')
}
