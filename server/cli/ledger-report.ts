import type { RenderedAgain } from '../inventory/rendered-again.ts'
import type { SignedTree } from '../../shared/domain/log-keys.ts'
import type { Finding } from '../ledger/finding.ts'
import { actText, type ActLine } from './latest-acts.ts'
import type { Terminal } from './terminal.ts'
import { printable } from './verify-receipt.ts'
import { witnessLines, type WitnessReport } from './witness-report.ts'

export interface SiteReport {
  readonly site: string
  readonly entries: number
  /** Root of the tree as stored (base64), as checkpoints write it. */
  readonly root: string
  readonly checkpoint: { readonly size: number; readonly root: string; readonly signedBy: string } | null
  /** The checkpoint kept elsewhere that this log extends. */
  readonly extends?: string
  /** Where an operator let the log go on without what was signed of it. */
  readonly resumed?: readonly ResumedAt[]
  /** Empty with a finding: a log that does not hold is not vouched for. */
  readonly witnesses: readonly WitnessReport[]
  readonly findings: readonly Finding[]
  /** Absent where the build is not whole. */
  readonly rendered?: RenderedAgain
  readonly acts: readonly ActLine[]
}

export interface ResumedAt {
  readonly index: number
  /** What was signed and is gone, as far as anybody knows. */
  readonly lost?: SignedTree
}

/** The reports in words: per site what it holds, what does not fit, and what people did last. */
export function printReports(
  { out, paint }: Terminal,
  reports: readonly SiteReport[],
  elsewhere: readonly Finding[],
  { folder, id }: { readonly folder: string; readonly id?: string },
): void {
  if (reports.length === 0)
    out(`There is no site in ${folder}: publish one with "assent site publish <file>".`)
  for (const report of reports) {
    const { site, entries, checkpoint, findings, acts } = report
    out(`${paint('strong', printable(site))}: ${entries} entries, ${verdict(findings, paint)}`)
    for (const line of findingLines(findings)) out(`  ${paint('bad', 'finding')}     ${line}`)
    out(`  root        ${report.root}`)
    out(
      `  checkpoint  ${checkpoint ? `${checkpoint.size} entries, signed by ${checkpoint.signedBy}` : 'none that is signed'}`,
    )
    if (report.rendered) out(`  texts       ${renderedText(report.rendered)}`)
    if (report.extends !== undefined) out(`  extends     ${printable(report.extends)}`)
    for (const { index, lost } of report.resumed ?? [])
      out(
        `  resumed     at index ${index}, without ${lost ? `what had been signed: ${lost.size} entries, root ${lost.root}` : 'a checkpoint of what had been signed'}`,
      )
    if (report.witnesses.length > 0)
      witnessLines(report.witnesses, entries).forEach((line, i) =>
        out(`  ${i === 0 ? 'witnesses ' : '          '}  ${line}`),
      )
    if (acts.length > 0) out(id === undefined ? '  latest acts:' : '  the act:')
    acts.forEach(act => out(`  ${printable(actText(act))}`))
  }
  elsewhere.forEach(f => out(`${paint('bad', 'finding')}: ${findingText(f)}`))
}

/** One fault of a table can touch every row of it: beyond so many, only their number says more. */
const SHOWN = 40

const findingLines = (findings: readonly Finding[]): string[] => [
  ...findings.slice(0, SHOWN).map(findingText),
  ...(findings.length > SHOWN ? [`and ${findings.length - SHOWN} more: --json lists every one`] : []),
]

function renderedText({ versions, same }: RenderedAgain): string {
  const all = `${same} of ${versions} published versions rendered again from their configuration, byte for byte as kept`
  return same === versions
    ? all
    : `${all}; the other was made by another version of Assent, so its kept bytes count, which have their hashes in the log`
}

function verdict(findings: readonly Finding[], paint: Terminal['paint']): string {
  if (findings.length === 0) return paint('good', 'everything holds')
  const indexes = findings.flatMap(f => (f.index === undefined ? [] : [f.index]))
  const first = indexes.length > 0 ? `, first bad index ${Math.min(...indexes)}` : ''
  return paint('bad', `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}${first}`)
}

export const findingText = ({ site, column, index, detail }: Finding): string =>
  printable(`${index === undefined ? site || 'database' : `index ${index}`}, ${column}: ${detail}`)
