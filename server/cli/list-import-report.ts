import type { ListCounts } from '../../shared/domain/check.ts'
import { EVIDENCE_LEVELS, SEND_DECISIONS, type EvidenceLevel } from '../../shared/domain/marketing.ts'
import { DEFAULT_EVIDENCE, type Program } from '../../shared/domain/site.ts'
import type { CurrentSite } from '../inventory/current.ts'
import type { HistoryQuestion } from '../marketing/history/acts.ts'
import { POLICIES, programsAsked, type HistoryPlan } from '../marketing/history/plan.ts'
import type { HistoryFile } from '../marketing/history/read.ts'
import type { StoredHistory } from '../marketing/history/store.ts'
import type { Terminal } from './terminal.ts'

export interface Told {
  readonly file: string
  readonly list: HistoryFile
  readonly plan: HistoryPlan
  readonly question: HistoryQuestion
  readonly site: CurrentSite
  readonly terminal: Terminal
  readonly done?: StoredHistory
}

const counted = (n: number): string => n.toString().padStart(9)
const most = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).toSorted(([, a], [, b]) => b - a)

export function planLines(told: Told): string[] {
  const { file, list, plan, terminal } = told
  const { tally } = plan
  const { paint } = terminal
  const quiet = (text: string) => paint('quiet', text)
  const some = (n: number, text: string) => (n > 0 ? [`${counted(n)} ${text}`] : [])
  return [
    `${file}: ${list.columns.format.id}, ${list.encoding}; ${columnsText(list)}`,
    ...unreadColumns(list),
    `SHA-256 ${list.hash}, in the log ${plan.file}`,
    `${counted(tally.rows)} rows, with ${tally.consents} consents and ${tally.suppressions} suppressions that can be recorded`,
    `${counted(tally.stored)} to be stored`,
    `${counted(tally.known)} known: here already, or adding nothing to what is`,
    ...reasons(tally.passedOver, 'passed over, nothing to record', quiet),
    ...reasons(tally.refused, 'refused', text => paint('bad', text)),
    ...some(
      tally.refusedNoes,
      paint('bad', 'of these say no: put them right, or these people may be written to'),
    ),
    ...some(tally.duplicates, 'rows name an address that an earlier row has'),
    ...some(tally.undatedConsents, 'consents have no time, and count as older than any no'),
    ...some(
      tally.undatedSuppressions,
      'suppressions have no time that can be used, and count from the day of the file',
    ),
    ...some(tally.badDates, 'suppressions have a date that cannot be, and are taken without it'),
    ...some(tally.late, 'consents permit nothing: a later no is on record'),
    ...some(tally.weaker, 'consents stand back behind one that has as much to show'),
    ...(tally.consents > 0 ? evidenceLines(told, quiet) : []),
    ...(tally.suppressions > 0
      ? [
          'Suppressions, by why:',
          ...most(tally.causes).map(
            ([cause, n]) => `${counted(n)} ${cause === 'said' ? 'their own word' : cause}`,
          ),
        ]
      : []),
    ...programsAsked(told.site.configuration.programs, told.question).flatMap(program =>
      policyLines(told, program),
    ),
  ]
}

function columnsText({ columns: { at, names, hasHeader } }: HistoryFile): string {
  const all = Object.entries(at).map(
    ([field, index]) => `${field} in ${hasHeader ? `"${names[index]}"` : `column ${index + 1}`}`,
  )
  return all.join(', ')
}

/** Of a plain CSV only columns that are named as fields are read: whoever has "Opt-in time" has to be told that it was not. */
function unreadColumns({ columns: { at, names, format } }: HistoryFile): string[] {
  const read = new Set(Object.values(at))
  const unread = names.filter((name, index) => !read.has(index) && name.trim() !== '')
  if (unread.length === 0) return []
  const shown = unread.slice(0, 8).map(name => `"${name}"`)
  const more = unread.length > shown.length ? ` and ${unread.length - shown.length} more` : ''
  const how = format.id === 'csv' ? `; have one read with --column "${unread[0]}=time", say (see --help)` : ''
  return [`Not read: ${shown.join(', ')}${more}${how}`]
}

function reasons(
  counts: Readonly<Record<string, number>>,
  title: string,
  tone: (text: string) => string,
): string[] {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0)
  return [`${counted(all)} ${title}`, ...most(counts).map(([reason, n]) => `${counted(n)}   ${tone(reason)}`)]
}

const MEANING: Readonly<Record<EvidenceLevel, string>> = {
  full: 'when, which words, and where',
  partial: 'when, and not all of the rest',
  asserted: 'nobody kept when, or it is not to be relied on',
}

function evidenceLines({ plan: { tally } }: Told, quiet: (text: string) => string): string[] {
  return [
    'Evidence of the consents:',
    ...EVIDENCE_LEVELS.map(level => `${counted(tally.evidence[level])} ${level}: ${MEANING[level]}`),
    ...most(tally.pieces).map(([pieces, n]) => `${counted(n)}   ${quiet(`has ${pieces}`)}`),
  ]
}

/** Every policy, and the program's own at the end. */
function checks(
  { plan }: Told,
  program: Program,
): [name: string, policy: NonNullable<Program['evidence']>, sum: ListCounts][] {
  const own = ['configured', program.evidence ?? DEFAULT_EVIDENCE] as const
  return [...Object.entries(POLICIES), own].map(([name, policy]) => [
    name,
    policy,
    plan.check(program, policy),
  ])
}

function policyLines(told: Told, program: Program): string[] {
  const { paint } = told.terminal
  const all = checks(told, program)
  const [, , own] = all.at(-1)!
  // What has left is not written to under any policy.
  if (told.plan.tally.consents === 0)
    return [
      `A check of this list for "${program.id}" would then answer: ${SEND_DECISIONS.map(d => `${own.decisions[d]} ${d}`).join(', ')} (${most(
        own.reasons,
      )
        .map(([reason, n]) => `${n} ${reason}`)
        .join(', ')})`,
    ]
  return [
    `A check of this list for "${program.id}" would then answer, by the policy for evidence:`,
    `          ${['policy', 'full', 'partial', 'asserted', ...SEND_DECISIONS].map(cell => cell.padStart(10)).join('')}`,
    ...all.map(
      ([name, policy, { decisions }]) =>
        `          ${[name, policy.full, policy.partial, policy.asserted, ...SEND_DECISIONS.map(d => decisions[d])].map(cell => String(cell).padStart(10)).join('')}`,
    ),
    'As it is configured, by reason:',
    ...most(own.reasons).map(([reason, n]) => `${counted(n)}   ${paint('quiet', reason)}`),
  ]
}

export function planJson(told: Told) {
  const { list, plan, question, site, done } = told
  return {
    site: site.key,
    channel: question.channel,
    as: question.as,
    format: list.columns.format.id,
    encoding: list.encoding,
    columns: list.columns.at,
    sha256: list.hash,
    file: plan.file,
    ...plan.tally,
    checks: Object.fromEntries(
      programsAsked(site.configuration.programs, question).map(program => [
        program.id,
        Object.fromEntries(
          checks(told, program).map(([name, policy, { decisions, reasons: why }]) => [
            name,
            { policy, decisions, reasons: why },
          ]),
        ),
      ]),
    ),
    ...(done ? { done } : { done: false }),
  }
}

export function storedLine({ tally }: HistoryPlan, { stored, known, refused }: StoredHistory): string {
  const failed = Object.entries(refused).map(([reason, n]) => `; ${n} refused meanwhile: ${reason}`)
  const left = [tally.passedOver, tally.refused]
    .flatMap(counts => Object.values(counts))
    .reduce((sum, n) => sum + n, 0)
  return `Stored: ${stored} of ${tally.rows} rows; ${tally.known + known} were known, ${left} not recorded${failed.join('')}. Nobody was written to.`
}
