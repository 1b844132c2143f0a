import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CRITERIA } from '../criteria/criteria.ts'
import { criteriaTable, printCriteria, unknownIds } from '../criteria/criteria-table.ts'
import { plantFaults } from '../criteria/planted.ts'
import { switchGatesOff } from '../gates-off.ts'
import { printPromises, promiseTable } from '../promise-table.ts'
import { PROMISES } from '../promises.ts'
import { without } from '../promises/promise.ts'
import { installChromium } from './chromium.ts'
import { installEngine, isAbsent, type OptionalEngine } from './engines.ts'
import { runCommand, type CommandEnd } from './run-command.ts'
import { readTestReport, type TestReport, type TestState } from './test-report.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
const REPORTS = join(ROOT, 'node_modules', '.cache', 'assent', 'reports')
const SOURCES = ['widget', 'server', 'shared', 'demo', 'test', '.ci', 'vite.config.ts']
const TEST_STEPS = ['unit', 'browser', 'engines', 'criteria'] as const
type TestStep = (typeof TEST_STEPS)[number] | 'browser-full' | 'criteria-full' | 'engines-whole'
const OPTIONAL_ENGINES: readonly OptionalEngine[] = ['Firefox', 'WebKit']

export interface Step {
  readonly name: string
  readonly what: string
  run(): Promise<StepResult>
}

export interface StepResult extends CommandEnd {
  /** What it could not do here and may leave out; the summary names it. */
  readonly notRun?: readonly string[]
}

const quietly = (command: string, ...parameters: string[]): Promise<CommandEnd> =>
  runCommand(command, parameters, { folder: ROOT, show: false, minutes: 5 })

/** Everything `npm test` does, in order. */
export const STEPS: readonly Step[] = [
  { name: 'types', what: 'types (tsc)', run: () => quietly('tsc', '-p', 'tsconfig.json') },
  {
    name: 'lint',
    what: 'lint (oxlint, type-aware)',
    run: () => quietly('oxlint', '-c', '.ci/oxlint.json', '--type-aware', '--deny-warnings', ...SOURCES),
  },
  {
    name: 'format',
    what: 'formatting (prettier)',
    run: () =>
      quietly(
        'prettier',
        '--config',
        '.ci/prettier.json',
        '--ignore-path',
        '.ci/prettierignore',
        '--check',
        '.',
      ),
  },
  { name: 'build', what: 'build', run: () => quietly(process.execPath, '.ci/build.ts', '--if-stale') },
  {
    name: 'unit',
    what: 'tests without a browser',
    run: () => runTests('unit', ['unit', 'dom'], 'default', 10),
  },
  {
    name: 'browser',
    what: 'tests in a real Chromium',
    run: () => {
      console.log(`  with ${installChromium(line => console.log(`  ${line}`))}`)
      return runTests('browser', ['browser'], 'verbose', 15)
    },
  },
  { name: 'engines', what: 'the core suite in each engine', run: () => runEngines('engines', 10) },
  {
    name: 'criteria',
    what: 'criteria of the banner, over pairs of conditions',
    run: () => runCriteria('criteria', 10),
  },
  { name: 'gates', what: 'each gate switched off once', run: () => switchGatesOff() },
  { name: 'promises', what: 'promises', run: () => Promise.resolve(checkPromises()) },
]

/** What only `npm run test:all` does. */
export const FURTHER_STEPS: readonly Step[] = [
  {
    name: 'browser-full',
    what: 'every unmarked kind of exit in every way, and the looks on pages of every make',
    run: () => runTests('browser-full', ['browser-full'], 'verbose', 15),
  },
  {
    name: 'engines-whole',
    what: 'each kind of exit alone, and a consent host away in every way, in each engine',
    run: () => runEngines('engines-whole', 60),
  },
  {
    name: 'criteria-full',
    what: 'criteria of the banner, in every language and every view',
    run: () => runCriteria('criteria-full', 40),
  },
  { name: 'planted', what: 'faults planted in the banner, one by one', run: () => plantFaults() },
]

const reportFile = (step: string): string => join(REPORTS, `${step}.json`)

/** A report of an earlier run must never stand in for this one. */
export function forgetReports(): void {
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
}

async function runTests(
  step: TestStep,
  projects: readonly string[],
  shown: 'default' | 'verbose' | 'dot',
  minutes: number,
  files: readonly string[] = [],
): Promise<CommandEnd> {
  const file = reportFile(step)
  rmSync(file, { force: true })
  const chosen = projects.flatMap(project => ['--project', project])
  const reporters = [`--reporter=${shown}`, '--reporter=json', `--outputFile.json=${file}`]
  const end = await runCommand('vitest', ['run', ...chosen, ...reporters, ...files], {
    folder: ROOT,
    show: true,
    minutes,
  })
  if (!existsSync(file))
    return { passed: false, output: `${end.output}\nvitest left no report, so nothing is proven.` }
  const faults = reportFaults(readTestReport(ROOT, file))
  return { passed: end.passed && faults.length === 0, output: [end.output, ...faults].join('\n') }
}

const ENGINE_FOLDERS = { engines: 'test/engines', 'engines-whole': 'test/engines/whole' } as const
const fileOf = (engine: 'Chromium' | OptionalEngine, step: keyof typeof ENGINE_FOLDERS = 'engines'): string =>
  `${ENGINE_FOLDERS[step]}/${engine.toLowerCase()}.test.ts`

/** Chromium must run; the others where this machine has them or may install them. */
async function runEngines(step: keyof typeof ENGINE_FOLDERS, minutes: number): Promise<StepResult> {
  const tell = (line: string): void => console.log(`  ${line}`)
  tell(`with ${installChromium(tell)}`)
  const absent = OPTIONAL_ENGINES.flatMap(engine => {
    const why = installEngine(engine, tell)
    return why === undefined ? [] : [{ engine, why }]
  })
  const present = OPTIONAL_ENGINES.filter(each => !absent.some(({ engine }) => engine === each))
  const files = ['Chromium' as const, ...present].map(engine => fileOf(engine, step))
  const end = await runTests(step, [step], 'verbose', minutes, files)
  return { ...end, notRun: absent.map(({ engine, why }) => `${engine}: not run (${why})`) }
}

async function runCriteria(step: 'criteria' | 'criteria-full', minutes: number): Promise<CommandEnd> {
  installChromium(line => console.log(`  ${line}`))
  // Hundreds of looks at the same things: the table says how many, and names what failed.
  const { passed, output } = await runTests(step, [step], 'dot', minutes)
  const report = readReports([...TEST_STEPS, 'criteria-full'])
  const rows = criteriaTable(CRITERIA, report)
  console.log(printCriteria(rows))
  const broken = rows
    .filter(({ state }) => state === 'broken')
    .map(({ criterion: { id }, faults }) => `${id}: ${faults.join('; ')}`)
  const unknown = unknownIds(CRITERIA, report).map(id => `${id} is no criterion, and a test says it shows it`)
  const faults = [...broken, ...unknown]
  return { passed: passed && faults.length === 0, output: [output, ...faults].join('\n') }
}

/** What the steps that ran have left. */
const readReports = (steps: readonly string[]): TestReport =>
  new Map(
    steps
      .filter(step => existsSync(reportFile(step)))
      .flatMap(step => [...readTestReport(ROOT, reportFile(step))]),
  )

/** Nothing run, and nothing left out without a word: both would be a green that proves nothing. */
export function reportFaults(report: TestReport): string[] {
  const named = (wanted: TestState): string[] =>
    [...report].filter(([, state]) => state === wanted).map(([test]) => `${wanted}: ${test}`)
  if (report.size === 0) return ['no test ran.']
  return [...named('failed'), ...named('skipped')]
}

function checkPromises(): CommandEnd {
  const missing = TEST_STEPS.filter(step => !existsSync(reportFile(step)))
  const report = readReports(TEST_STEPS)
  // Named as not run where the engines are; the same tests of the others count.
  const absent = OPTIONAL_ENGINES.filter(isAbsent).map(engine => fileOf(engine))
  const rows = promiseTable(without(absent, PROMISES), report)
  console.log(printPromises(rows, process.stdout.isTTY))
  const broken = rows
    .filter(({ state }) => state === 'broken')
    .map(({ id, faults }) => `${id}: ${faults.join('; ')}`)
  const unread = missing.map(step => `no report of the step \`${step}\`; run \`npm test\` whole.`)
  return { passed: broken.length + unread.length === 0, output: [...unread, ...broken].join('\n') }
}
