import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeWindow {
  readonly axe: {
    run(options: object): Promise<{
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
      passes: { id: string }[]
    }>
  }
}

/** What axe finds on a page as it stands, in words; the rules of WCAG 2.2 AA and its best practices. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations, passes } = await page.evaluate(() => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (window as never as AxeWindow).axe.run({ runOnly: { type: 'tag', values: tags } })
  })
  // Otherwise finding nothing might only mean having looked at nothing.
  expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast']))
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(n => `${n.html} ${n.failureSummary}`).join(' ')}`,
  )
}
