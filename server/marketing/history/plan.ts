import type { SendDecision, EvidenceLevel } from '../../../shared/domain/marketing.ts'
import type { ListCounts } from '../../../shared/domain/check.ts'
import { hasChannel } from '../../../shared/domain/check-opt-in.ts'
import { DEFAULT_EVIDENCE, type Channel, type Program } from '../../../shared/domain/site.ts'
import { programStanding } from '../../../shared/domain/standing.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { isE164, normaliseAddress } from '../address.ts'
import type { Draft, RefusedMarketing } from '../append.ts'
import { checkList } from '../lists/check.ts'
import { isDamaged } from '../lists/damage.ts'
import { judgeOptOut } from '../opt-out.ts'
import { judgeConsent } from '../record-consent.ts'
import type { AskedSite } from '../status/question.ts'
import { actsOf, type HistoryQuestion, type PlannedAct } from './acts.ts'
import type { HistoryFile, HistoryRow } from './read.ts'
import type { No, Yes } from './row.ts'
import { isSaidBefore } from './said-before.ts'
import { emptyTally, type HistoryTally } from './tally.ts'
import { wouldBe } from './would-be.ts'

/** What is done with a row: appended, or not, for it is here already, says nothing that is recorded, or cannot be. */
export interface PlannedRow {
  readonly from: HistoryRow
  /** The one spelling of its address, where it has one. */
  readonly address: string
  readonly act?: PlannedAct
  readonly refused?: { readonly reason: string; readonly detail: string }
}

export interface HistoryPlan {
  /** What the file is called in entries. */
  readonly file: string
  /** In the order of the file. */
  readonly rows: readonly PlannedRow[]
  /** In the order they are appended: what was said against before what was agreed to. */
  readonly acts: readonly PlannedAct[]
  readonly tally: HistoryTally
  /** What a check of the file's addresses would answer after it all was stored. */
  check(program: Program, evidence: NonNullable<Program['evidence']>): ListCounts
}

/** Policies a program may have, from the narrowest; whoever decides sees what each would come to. */
export const POLICIES: Readonly<Record<string, Readonly<Record<EvidenceLevel, SendDecision>>>> = {
  strict: { full: 'send', partial: 'block', asserted: 'block' },
  default: DEFAULT_EVIDENCE,
  open: { full: 'send', partial: 'send', asserted: 'hold' },
}

/** Rows that are looked at as of one moment. */
const AT_ONCE = 500

/** What would come of a file; nothing is stored. */
export function planHistory(
  ledger: Ledger,
  site: AskedSite,
  file: HistoryFile,
  question: HistoryQuestion,
  progress: (rows: number) => void = () => {},
): HistoryPlan {
  const { programs } = site.configuration
  const { channel } = question
  const homes = new Set(programsAsked(programs, question).map(({ countries }) => countries[0]))
  const home = homes.size === 1 ? [...homes][0] : undefined
  const name = ledger.blindIndex.fileOf(site.key, file.hash).toString('hex')
  const toAct = actsOf({ ...ledger, file: name }, site.key, file, question, home)
  const would = wouldBe(ledger, site.key)
  const tally = emptyTally()
  const planned: PlannedRow[] = []
  const acts: PlannedAct[] = []
  const places = new Map<HistoryRow, number>(file.rows.map((row, place) => [row, place]))
  const addresses = new Set<string>()

  function plan(from: HistoryRow): PlannedRow {
    const { says } = from
    const spelling =
      channel === 'sms' && isE164(says.address)
        ? { address: says.address }
        : normaliseAddress(channel, says.address, home)
    const address = 'address' in spelling ? spelling.address : says.address
    tally.sees(address, addresses)
    if (says.says === 'nothing') {
      tally.passesOver(says)
      return { from, address, refused: says }
    }
    if (channel === 'sms' && !isE164(says.address) && isDamaged(says.address, home))
      return refuse(from, address, {
        reason: 'damaged-number',
        detail:
          'a spreadsheet has changed this number: take it from where it came from, and keep the column as text',
      })
    return record(from as HistoryRow & { says: Yes | No }, address)
  }

  function refuse(
    from: HistoryRow,
    address: string,
    refused: { reason: string; detail: string },
  ): PlannedRow {
    tally.refuses(refused.reason, from.says.says)
    return { from, address, refused }
  }

  function record(from: HistoryRow & { says: Yes | No }, address: string): PlannedRow {
    const act = toAct(from)
    const draft = judge(would.ledger, site.key, act, programs)
    if ('refused' in draft) return refuse(from, address, { reason: draft.refused, detail: draft.detail })
    tally.takes(act, from.says)
    const { id } = draft.entry
    if (ledger.store.entryById(site.key, id) || isSaidBefore(would.standingOf(draft.blind), act)) {
      tally.knows()
      return { from, address }
    }
    const { before, after } = would.add(draft)
    acts.push(act)
    if (act.says === 'yes') {
      const stands = programStanding(after, channel, act.consent.program)
      const erasedAt = before?.suppressedAt ?? -Infinity
      const isErased = act.consent.decidedAt <= erasedAt
      if (isErased || !stands?.act?.to) tally.countsNot('late')
      else if (stands.act.id !== id) tally.countsNot('weaker')
    }
    return { from, address, act }
  }

  // A no is recorded before any yes of its file, so that which of them counts is told by their times alone.
  const later = (row: HistoryRow) => (row.says.says === 'yes' ? 1 : 0)
  const ordered = file.rows.toSorted((a, b) => later(a) - later(b))
  for (let from = 0; from < ordered.length; from += AT_ONCE) {
    progress(from)
    ledger.store.snapshot(() => {
      for (const row of ordered.slice(from, from + AT_ONCE)) planned[places.get(row)!] = plan(row)
    })
  }

  return {
    file: name,
    rows: planned,
    acts,
    tally: tally.done(),
    check: (program, evidence) => check(would.ledger, site, channel, { ...program, evidence }, planned),
  }
}

const judge = (
  ledger: Ledger,
  site: string,
  act: PlannedAct,
  programs: readonly Program[],
): Draft | RefusedMarketing =>
  act.says === 'no'
    ? judgeOptOut(ledger, site, act.optOut, programs)
    : judgeConsent(ledger, site, act.consent, programs)

function check(
  ledger: Ledger,
  site: AskedSite,
  channel: Channel,
  program: Program,
  rows: readonly PlannedRow[],
): ListCounts {
  // What the evidence is worth does not hang on the time of day.
  const policy = { ...program, quietHours: 'elsewhere' as const }
  const programs = site.configuration.programs.map(p => (p.id === program.id ? policy : p))
  const asked = { ...site, configuration: { ...site.configuration, programs } }
  const senders = { isSilent: false, heard: [] }
  const list = checkList(ledger, asked, { channel, program: program.id, mode: 'count', senders })
  for (let from = 0; from < rows.length; from += AT_ONCE) list.answer(rows.slice(from, from + AT_ONCE))
  return list.counts()
}

/** The programs a file says something about. */
export const programsAsked = (
  programs: readonly Program[],
  { channel, program }: HistoryQuestion,
): readonly Program[] =>
  programs.filter(p => hasChannel(p, channel) && (program === undefined || p.id === program))
