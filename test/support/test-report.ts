import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { TestName } from '../promises/promise.ts'

export type TestState = 'passed' | 'failed' | 'skipped'

/** Test name → how it ended. A name that occurs twice has the worse of its two ends. */
export type TestReport = ReadonlyMap<TestName, TestState>

interface VitestFile {
  readonly name: string
  readonly assertionResults: readonly {
    readonly ancestorTitles: readonly string[]
    readonly title: string
    readonly status: string
  }[]
}

const WORSE: readonly TestState[] = ['passed', 'skipped', 'failed']

/** Reads what vitest's JSON reporter wrote. Anything that is neither passed nor failed was not run: `skipped`. */
export function readTestReport(root: string, file: string): TestReport {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as { testResults: readonly VitestFile[] }
  return testReport(root, testResults)
}

export function testReport(root: string, files: readonly VitestFile[]): TestReport {
  const report = new Map<TestName, TestState>()
  for (const { name, assertionResults } of files) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      const test = [relative(root, name), ...ancestorTitles.filter(Boolean), title].join(' › ')
      const state = status === 'passed' || status === 'failed' ? status : 'skipped'
      report.set(test, worse(report.get(test), state))
    }
  }
  return report
}

function worse(a: TestState | undefined, b: TestState): TestState {
  return a !== undefined && WORSE.indexOf(a) > WORSE.indexOf(b) ? a : b
}
