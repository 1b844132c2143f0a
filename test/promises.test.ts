import { expect, test } from 'vitest'
import { printPromises, promiseTable } from './promise-table.ts'
import { documented, later, partly, proven, without } from './promises/promise.ts'
import { PROMISES } from './promises.ts'
import { testReport } from './support/test-report.ts'

const report = testReport('/repo', [
  {
    name: '/repo/test/a.test.ts',
    assertionResults: [
      { ancestorTitles: [], title: 'holds', status: 'passed' },
      { ancestorTitles: ['with a group'], title: 'holds', status: 'passed' },
      { ancestorTitles: [], title: 'breaks', status: 'failed' },
      { ancestorTitles: [], title: 'rests', status: 'skipped' },
      { ancestorTitles: [], title: 'waits', status: 'todo' },
      { ancestorTitles: [], title: 'twice', status: 'failed' },
      { ancestorTitles: [], title: 'twice', status: 'passed' },
    ],
  },
])
const stateOf = (...tests: string[]) => promiseTable([proven('X1', 'Something is so', ...tests)], report)[0]!

test('a promise works when every test it names was found and passed', () => {
  expect(stateOf('test/a.test.ts › holds', 'test/a.test.ts › with a group › holds')).toMatchObject({
    state: 'works',
    faults: [],
  })
})

test.each([
  ['a failed test', 'breaks', 'failed'],
  ['a skipped test', 'rests', 'skipped'],
  ['a test still to be written', 'waits', 'skipped'],
  ['a test that does not exist', 'is dreamt of', 'not found'],
  ['a title that failed once and passed once', 'twice', 'failed'],
])('a promise that rests on %s is broken, and the row says why', (_what, title, fault) => {
  const row = stateOf('test/a.test.ts › holds', `test/a.test.ts › ${title}`)
  expect(row).toMatchObject({ id: 'X1', state: 'broken', faults: [`${fault}: test/a.test.ts › ${title}`] })
  expect(printPromises([row], false)).toContain(`${fault}: test/a.test.ts › ${title}`)
})

test('a promise that names no test at all is broken', () => {
  expect(stateOf().state).toBe('broken')
})

test('promises for later and documented ones need no test, and are counted apart', () => {
  const rows = promiseTable([later('X1', 'One day'), documented('X2', 'By people')], report)
  expect(printPromises(rows, false)).toMatch(/2 promises: 0 works, 0 broken, 1 later, 1 documented only$/)
})

test('a promise for later of which a part is shown breaks when that part does', () => {
  const stateWith = (test: string) => promiseTable([partly('X1', 'One day', test)], report)[0]!.state
  expect([stateWith('test/a.test.ts › holds'), stateWith('test/a.test.ts › breaks')]).toEqual([
    'later',
    'broken',
  ])
})

test('the table holds every promise once, in order', () => {
  const ids = (letter: string, digits: number, count: number) =>
    Array.from({ length: count }, (_, i) => letter + String(i + 1).padStart(digits, '0'))
  expect(PROMISES.map(({ id }) => id)).toEqual([...ids('M', 1, 8), ...ids('A', 2, 63), ...ids('B', 2, 111)])
})

test('the tests of an engine that is not there are left out; a row that names no other is broken', () => {
  const rows = without(
    ['test/engines/webkit.test.ts'],
    [
      proven('X1', 'Both', 'test/a.test.ts › holds', 'test/engines/webkit.test.ts › WebKit › holds'),
      proven('X2', 'That alone', 'test/engines/webkit.test.ts › WebKit › holds'),
    ],
  )
  expect(promiseTable(rows, report).map(({ state }) => state)).toEqual(['works', 'broken'])
})
