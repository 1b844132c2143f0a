import { parseArgs } from 'node:util'
import { forgetReports, FURTHER_STEPS, STEPS, type Step, type StepResult } from './support/steps.ts'

const HELP = `npm test runs every step below, even when one fails, and ends with a summary.
  node test/run.ts                        everything but what takes longest
  node test/run.ts --all                  everything: npm run test:all
  node test/run.ts --only unit,promises   these steps only; reports of earlier runs are kept
Steps:
${[...STEPS, ...FURTHER_STEPS].map(({ name, what }) => `  ${name.padEnd(15)}${what}`).join('\n')}`

interface StepEnd {
  readonly step: Step
  readonly passed: boolean
  readonly seconds: string
  readonly notRun: readonly string[]
}

async function runStep(step: Step): Promise<StepEnd> {
  console.log(`\n── ${step.what}`)
  const started = performance.now()
  const {
    passed,
    output,
    notRun = [],
  } = await step.run().catch((error: unknown): StepResult => ({
    passed: false,
    output: error instanceof Error ? error.message : String(error),
  }))
  if (!passed && output.trim()) console.log(output.trim())
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`── ${step.what}: ${passed ? 'passed' : 'FAILED'} in ${seconds} s`)
  return { step, passed, seconds, notRun }
}

function chosenSteps(only: string | undefined, all: boolean): readonly Step[] {
  const every = [...STEPS, ...FURTHER_STEPS]
  if (only === undefined) return all ? every : STEPS
  const names = only.split(',')
  const unknown = names.filter(name => !every.some(step => step.name === name))
  if (unknown.length > 0) throw new Error(`no such step: ${unknown.join(', ')}\n${HELP}`)
  return every.filter(({ name }) => names.includes(name))
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const steps = chosenSteps(values.only, values.all)
  if (values.only === undefined) forgetReports()
  const ends: StepEnd[] = []
  // One after the other: the later steps need the build, and two cores are soon full.
  // oxlint-disable-next-line no-await-in-loop
  for (const step of steps) ends.push(await runStep(step))
  console.log('\n── summary')
  for (const { step, passed, seconds, notRun } of ends) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${step.name.padEnd(15)}${seconds.padStart(7)} s`)
    for (const line of notRun) console.log(`        ${line}`)
  }
  if (values.only !== undefined) console.log('Only a part ran; `npm run test:all` runs everything.')
  return ends.every(({ passed }) => passed) ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return 2
})
