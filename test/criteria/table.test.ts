import { expect, test } from 'vitest'
import { testReport } from '../support/test-report.ts'
import { CRITERIA } from './criteria.ts'
import { criteriaTable, printCriteria, unknownIds } from './criteria-table.ts'
import { criterion } from './criterion.ts'

const report = testReport('/repo', [
  {
    name: '/repo/test/criteria/first.test.ts',
    assertionResults: [
      { ancestorTitles: ['bar, dark'], title: 'L1 is seen', status: 'passed' },
      { ancestorTitles: ['box, dark'], title: 'L1 is seen', status: 'passed' },
      { ancestorTitles: [], title: 'L2 L3 are alike', status: 'failed' },
      { ancestorTitles: [], title: 'Z9 is not in the table', status: 'passed' },
    ],
  },
  {
    name: '/repo/test/other.test.ts',
    assertionResults: [{ ancestorTitles: [], title: 'L4 holds', status: 'passed' }],
  },
])
const row = (id: string, more: Parameters<typeof criterion>[3] = {}) =>
  criteriaTable([criterion(id, 'Something is so', ['A law', 'unchecked'], more)], report)[0]!

test('a criterion is shown by every test that begins with its id, and by those it names', () => {
  expect(row('L1')).toMatchObject({ state: 'shown', runs: 2, faults: [] })
  expect(row('L4', { tests: ['test/other.test.ts › L4 holds'] })).toMatchObject({ state: 'shown', runs: 1 })
})

test('a test that fails, is not there or was never written breaks it, and the row says why', () => {
  expect(row('L3').faults).toEqual(['failed: test/criteria/first.test.ts › L2 L3 are alike'])
  expect(row('L1', { tests: ['test/other.test.ts › dreamt of'] }).state).toBe('broken')
  expect(row('L5').faults).toEqual(['no test looks at it'])
})

test('what is open is said with its reason, and never counted as shown', () => {
  const rows = [row('L1', { open: 'the rest of it' }), row('L6', { open: 'nobody built it' })]
  expect(rows.map(({ state }) => state)).toEqual(['part', 'open'])
  expect(printCriteria(rows)).toMatch(
    /open: nobody built it\n2 criteria: 0 shown, 1 part, 1 open, 0 broken; 2 looks$/,
  )
})

test('a test that claims to show what no row has is noticed', () => {
  expect(unknownIds([], report)).toEqual(['L1', 'L2', 'L3', 'Z9'])
})

test('a source known at second hand is marked as such wherever it is printed', () => {
  expect(printCriteria([row('L1')])).toContain('A law (unchecked: known at second hand)')
})

test('the table holds every criterion once, in order', () => {
  const ids = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
  expect(CRITERIA.map(({ id }) => id)).toEqual([
    ...ids('L', 15),
    ...ids('P', 5),
    ...ids('W', 7),
    ...ids('G', 8),
    ...ids('C', 8),
    ...ids('A', CRITERIA.filter(({ id }) => id.startsWith('A')).length),
  ])
})
