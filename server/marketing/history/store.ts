import type { Ledger } from '../../ledger/ledger.ts'
import type { Program } from '../../../shared/domain/site.ts'
import { appendOptOuts } from '../opt-out.ts'
import { recordConsents } from '../record-consent.ts'
import type { PlannedAct } from './acts.ts'

export interface StoredHistory {
  readonly stored: number
  /** Somebody else stored them meanwhile: another run of the same import. */
  readonly known: number
  /** What changed between the plan and now: by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** Acts of one durable commit. */
const AT_ONCE = 1_000

/**
 * Stores what was planned, in its order. Stopped in the middle, the same plan made again finds what is here already. Nobody is
 * written to: what is recorded from elsewhere asks for no confirmation.
 */
export async function storeHistory(
  ledger: Ledger,
  site: string,
  acts: readonly PlannedAct[],
  now: { readonly programs: readonly Program[] },
  progress: (stored: number) => void,
): Promise<StoredHistory> {
  let [stored, known] = [0, 0]
  const refused: Record<string, number> = {}
  const noes = acts.flatMap(act => (act.says === 'no' ? [act.optOut] : []))
  const yeses = acts.flatMap(act => (act.says === 'yes' ? [act.consent] : []))

  function hear(answers: Awaited<ReturnType<typeof appendOptOuts>>): void {
    for (const answer of answers)
      if ('index' in answer && !answer.duplicate) stored++
      // Its id follows from the file, the row and what was asked; only its own times may differ.
      else if ('index' in answer || answer.refused === 'id-reused') known++
      else refused[answer.refused] = (refused[answer.refused] ?? 0) + 1
    progress(stored + known)
  }
  for (let from = 0; from < noes.length; from += AT_ONCE)
    // oxlint-disable-next-line no-await-in-loop -- in order, some at a time
    hear(await appendOptOuts(ledger, site, noes.slice(from, from + AT_ONCE), now))
  for (let from = 0; from < yeses.length; from += AT_ONCE)
    // oxlint-disable-next-line no-await-in-loop -- in order, some at a time
    hear(await recordConsents(ledger, site, yeses.slice(from, from + AT_ONCE), now))
  return { stored, known, refused }
}
