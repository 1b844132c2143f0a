import type { ErasureEntry } from '../../shared/domain/entry.ts'
import { UNCONFIRMED, type RecordedErasureReason } from '../../shared/domain/erasure.ts'
import {
  keepErasure,
  keptErasuresFile,
  parseKeptErasures,
  readKeptErasures,
  type KeptErasure,
} from '../ledger/kept-erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { performErasure } from './perform.ts'

export interface ErasureRequest {
  readonly subject: string
  /** The place in the index of the address that leads to it, when the address is what is known. */
  readonly address?: Uint8Array
  readonly reason: RecordedErasureReason
}

export interface Erased {
  readonly entry: ErasureEntry
  readonly index: number
  /** It had been erased before, and nothing came since: this is that entry. */
  readonly duplicate: boolean
  /** Overwritten in the files too. Otherwise as soon as nobody reads an older state of them any more. */
  readonly settled: boolean
}

/** Erases people. One per process: it remembers what is still to be overwritten. */
export interface Erasures {
  /** `undefined` when the subject has no entries; of a sign-up that nobody confirmed, also when something came since. */
  erase(site: string, request: ErasureRequest): Promise<Erased | undefined>
  /** Overwrites what could not be overwritten yet. `true` once nothing is left. */
  settle(): boolean
}

/** What is kept of people beside the ledger, and goes with them. */
export interface KeptBeside {
  forget(site: string, subject: string): void
  settle(): boolean
}

/** `folder`: `<data>/erasures`. */
export function openErasures(ledger: Ledger, folder: string, beside: readonly KeptBeside[] = []): Erasures {
  let settled = true

  function settle(): boolean {
    if (!settled)
      settled = [ledger.store, ledger.keys, ...beside].map(each => each.settle()).every(done => done)
    return settled
  }

  return {
    settle,
    async erase(site, { subject, address, reason }) {
      const { store } = ledger
      const state = store.subject(site, subject)
      if (!state) return undefined
      const last = store.entry(site, state.lastIndex)?.entry
      const known = last?.type === 'erasure' ? last : undefined
      const erasure: KeptErasure = known ?? {
        // The same for two processes that are asked at once: one of them does it.
        id: `erasure:${subject}:${state.lastIndex}`,
        subject,
        reason,
      }
      const blind = known ? undefined : (address ?? store.addressOfSubject(site, subject))
      const suppression = blind && erasure.reason !== UNCONFIRMED ? { blind, at: ledger.now() } : undefined
      const keep = () => {
        // Again, where the record of it was lost.
        if (!known || !isKept(folder, site, known.id))
          keepErasure(keptErasuresFile(folder, site), erasure, suppression)
      }
      // What nobody confirmed goes only if nothing came meanwhile; what was asked for is done from here on, whatever happens.
      const isAsked = erasure.reason !== UNCONFIRMED
      if (isAsked) keep()
      const done = await performErasure(
        ledger,
        site,
        erasure,
        suppression ? [suppression] : [],
        isAsked || known ? undefined : state.lastIndex,
      )
      if (!done) return undefined
      if (!isAsked) keep()
      const { index, duplicate } = done
      for (const each of beside) each.forget(site, subject)
      settled = false
      const entry = store.entry(site, index)!.entry as ErasureEntry
      return { entry, index, duplicate, settled: settle() }
    },
  }
}

function isKept(folder: string, site: string, id: string): boolean {
  const file = keptErasuresFile(folder, site)
  return parseKeptErasures(readKeptErasures(folder, site) ?? '', file).erasures.some(kept => kept.id === id)
}
