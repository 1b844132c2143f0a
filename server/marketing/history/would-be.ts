import type { SubjectEntry } from '../../../shared/domain/entry.ts'
import { applyEntry, type Standing } from '../../../shared/domain/standing.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { KnownAddress } from '../../ledger/store.ts'
import type { Draft } from '../append.ts'

/** What would stand if something were appended that is not. */
export interface WouldBe {
  /** Answers whoever asks for an address as it would after all that was added; it must not be written to. */
  readonly ledger: Ledger
  standingOf(blind: Uint8Array): Standing
  /** Where the address would stand, by the one rule of standing. */
  add(draft: Draft): { readonly before: KnownAddress | undefined; readonly after: Standing }
}

/** `site`: the only one anything is added to. */
export function wouldBe(ledger: Ledger, site: string): WouldBe {
  const { store, keys } = ledger
  const after = new Map<string, Extract<KnownAddress, { standing: unknown }>>()
  const sealed = new Set<string>()
  const keyOf = (blind: Uint8Array) => Buffer.from(blind).toString('base64')
  const blinds = { email: new Map<string, Buffer>(), sms: new Map<string, Buffer>() }
  let index = store.size(site)

  /** Every address is asked for once for each policy, and its hash costs as much as the rest of the question. */
  function blindOf(asked: string, channel: Channel, address: string): Buffer {
    const known = asked === site ? blinds[channel].get(address) : undefined
    if (known) return known
    const blind = ledger.blindIndex.blindOf(asked, channel, address)
    if (asked === site) blinds[channel].set(address, blind)
    return blind
  }

  const standingOfAddress = (asked: string, blind: Uint8Array) =>
    (asked === site ? after.get(keyOf(blind)) : undefined) ?? store.standingOfAddress(asked, blind)
  const standing = (known: KnownAddress | undefined): Standing =>
    known && 'standing' in known ? known.standing : {}
  return {
    standingOf: blind => standing(standingOfAddress(site, blind)),
    ledger: {
      ...ledger,
      store: {
        ...store,
        standingOfAddress,
        standingsOfAddresses: (asked, blinds) => blinds.map(blind => standingOfAddress(asked, blind)),
      },
      blindIndex: {
        ...ledger.blindIndex,
        blindOf,
        blindsOf: async (asked, channel, addresses) =>
          addresses.map(address => blindOf(asked, channel, address)),
      },
      keys: {
        ...keys,
        hasSubjectKey: (asked, subject) =>
          (asked === site && sealed.has(subject)) || keys.hasSubjectKey(asked, subject),
        withoutSubjectKeys: (asked, subjects) => {
          const without = keys.withoutSubjectKeys(asked, subjects)
          return asked === site ? new Set([...without].filter(each => !sealed.has(each))) : without
        },
      },
    },
    add({ blind, entry, private: fields }) {
      const before = standingOfAddress(site, blind)
      const subject = before?.subject ?? `would-be-${index}`
      const act = { ...entry, v: 1, site, subject, receivedAt: ledger.now(), sent: '' } as SubjectEntry
      const now = applyEntry(standing(before), act, index++)
      after.set(keyOf(blind), {
        subject,
        standing: now,
        ...(before?.suppressedAt !== undefined && { suppressedAt: before.suppressedAt }),
      })
      if (fields) sealed.add(subject)
      return { before, after: now }
    },
  }
}
