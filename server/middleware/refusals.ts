import type { Log } from '../../shared/domain/log.ts'
import type { Meter } from '../../shared/domain/meter.ts'

/** Hears the answers of one batch. */
export type NoteRefusals = (site: string, answers: readonly object[]) => void

/** Counts what was refused and writes one line per request: which reasons, how often. Limits stand before it. */
export const noteRefusals =
  (log: Log, meter: Meter | undefined): NoteRefusals =>
  (site, answers) => {
    let reasons: Map<string, number> | undefined
    for (const answer of answers) {
      if (!('refused' in answer) || typeof answer.refused !== 'string') continue
      meter?.refused(answer.refused)
      reasons ??= new Map()
      reasons.set(answer.refused, (reasons.get(answer.refused) ?? 0) + 1)
    }
    if (reasons) log.info('refused', { site, ...Object.fromEntries(reasons) })
  }
