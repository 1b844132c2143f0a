import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface AxeWindow {
  readonly axe: {
    run(options: object): Promise<{
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
      passes: { id: string }[]
    }>
  }
}

/** A page of whatever browser. */
interface Evaluates {
  evaluate(code: string): Promise<unknown>
  evaluate<Answer, Given>(act: (given: Given) => Promise<Answer>, given: Given): Promise<Answer>
}

/** What axe finds on a page as it is. `looked`: rules it must have applied, or finding nothing would only mean having looked at nothing. */
export async function axeFindings(page: Evaluates, looked: readonly string[]): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations, passes } = await page.evaluate(
    tags => (window as never as AxeWindow).axe.run({ runOnly: { type: 'tag', values: tags } }),
    TAGS,
  )
  expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining([...looked]))
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(n => `${n.html} ${n.failureSummary}`).join(' ')}`,
  )
}
