import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, type CommandEnd } from './support/run-command.ts'
import { readTestReport } from './support/test-report.ts'
import { workingCopy } from './support/working-copy.ts'

/** One gate, how to break it in the source, and the test that must notice. */
export interface GateOff {
  readonly gate: string
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly test: string
}

const CHOICE = 'test/browser/choice.test.ts'
const WITHDRAWAL = 'test/browser/withdrawal.test.ts'

/** A test that stays green while its gate is off proves nothing. */
const GATES_OFF: readonly GateOff[] = [
  {
    gate: 'elements wait for a grant',
    file: 'widget/consent/state.ts',
    find: '(required || choices?.[id])',
    replace: '(required || !choices || choices[id])',
    test: `${CHOICE} › before a choice nothing optional is asked for, nothing is stored, and no other host hears of the visit`,
  },
  {
    gate: 'a no is not a yes',
    file: 'widget/consent/state.ts',
    find: '(required || choices?.[id])',
    replace: '(required || (choices && id in choices))',
    test: `${CHOICE} › declining keeps everything optional away, now and after a reload, and is one entry`,
  },
  {
    gate: 'scripts wait for the one before them',
    file: 'widget/gates/elements.ts',
    find: '(awaited && inOrder)',
    replace: '(awaited && inOrder && false)',
    test: `${CHOICE} › accepting runs each held-back script exactly once, in order, without a reload, and is one entry`,
  },
  {
    gate: 'what is not approved never loads',
    file: 'widget/gates/elements.ts',
    find: '!isUnapproved(element))',
    replace: '!(isUnapproved(element) && false))',
    test: `${CHOICE} › a service that nobody approved stays blocked even with consent`,
  },
  {
    gate: 'a withdrawal reloads what ran',
    file: 'widget/gates/elements.ts',
    find: 'return location.reload()',
    replace: 'return',
    test: `${WITHDRAWAL} › withdrawing stops what ran: the page is fresh afterwards and nothing optional comes back`,
  },
  {
    gate: 'a withdrawal clears parent domains and paths',
    file: 'widget/gates/cookie-places.ts',
    find: 'domain=${labels.slice(first).join',
    replace: 'domain=${labels.slice(first, 0).join',
    test: `${WITHDRAWAL} › withdrawing removes what the scripts left, on the parent domain and below a path too`,
  },
  {
    gate: 'automatic mode waits for a grant',
    file: 'widget/guard/waiting.ts',
    find: '!!needs && !isGranted(needs)',
    replace: '!needs && !isGranted(needs)',
    test: 'test/browser/gates/automatic-calls.test.ts › what nobody has approved stays away, whatever was granted',
  },
  {
    gate: 'Global Privacy Control masks what was granted before it',
    file: 'widget/consent/state.ts',
    find: 'if (isMasked && covered',
    replace: 'if (isMasked && !gpc && covered',
    test: 'test/browser/gpc.test.ts › Global Privacy Control that is switched on later denies what had been accepted without it',
  },
  {
    gate: 'what is not approved is not rendered by a framework',
    file: 'widget/frameworks/gate.ts',
    find: 'isOpened && consentTo(purpose).granted',
    replace: 'consentTo(purpose).granted',
    test: 'test/browser/frameworks/gates.test.ts › what names a service that is not approved is not rendered with consent',
  },
]

export const switchGatesOff = (): Promise<CommandEnd> =>
  switchOffEach(
    'browser',
    GATES_OFF,
    `${CHOICE} › a service that nobody approved stays blocked even with consent`,
  )

/**
 * Breaks each gate once in a copy of the working tree, and passes when exactly the test that names it fails there.
 * @param project of vitest, whose tests these are
 * @param intact a test that passes while nothing is broken: in a copy where all fails, a failure would say nothing
 */
export async function switchOffEach(
  project: string,
  gates: readonly GateOff[],
  intact: string,
): Promise<CommandEnd> {
  const copy = workingCopy('gates')
  try {
    const whole = await outcome(copy, project, intact)
    if (whole !== 'passed') return { passed: false, output: `with every gate in place: ${whole}` }
    const faults: string[] = []
    for (const each of gates) {
      // oxlint-disable-next-line no-await-in-loop
      const fault = await switchOff(copy, project, each)
      console.log(`  ${fault ? 'NOT NOTICED' : 'noticed'}: ${each.gate}`)
      if (fault) faults.push(`${each.gate}: ${fault}`)
    }
    return { passed: faults.length === 0, output: faults.join('\n') }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function switchOff(
  copy: string,
  project: string,
  { file, find, replace, test }: GateOff,
): Promise<string | undefined> {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2)
    return `\`${find}\` is not exactly once in ${file}; adapt the list of what is broken`
  writeFileSync(
    path,
    source.replace(find, () => replace),
  )
  try {
    const state = await outcome(copy, project, test)
    return state === 'failed' ? undefined : `"${test}" ended as ${state}`
  } finally {
    writeFileSync(path, source)
  }
}

/** Builds the copy as it is and runs one test in it. */
async function outcome(copy: string, project: string, test: string): Promise<string> {
  const how = { folder: copy, show: false, minutes: 2 }
  const build = await runCommand(process.execPath, ['.ci/build.ts', '--if-stale'], how)
  if (!build.passed) return `not built:\n${build.output}`
  const [file = '', ...titles] = test.split(' › ')
  const report = join(copy, 'node_modules', 'report.json')
  rmSync(report, { force: true })
  const only = ['--project', project, file, '-t', `^ ?${literally(titles.join(' > '))}$`]
  const { output } = await runCommand(
    'vitest',
    ['run', ...only, '--reporter=json', `--outputFile=${report}`],
    how,
  )
  if (!existsSync(report)) return `not run:\n${output}`
  return readTestReport(copy, report).get(test) ?? 'not found'
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
