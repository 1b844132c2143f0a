import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { KeyProvider } from '../subjects/key-provider.ts'
import type { KeyringRow, KeyringStore, SubjectKeyName } from '../subjects/keyring.ts'
import { KEY_SIZE, ofProvider, unwrapped, wrappedRow, type Random } from './keyring.ts'
import { rewrapped } from './wrapped-keys.ts'

const BATCH = 500

/** What of the keyring may be told. */
export interface MasterKeyState {
  /** Id of the master key in use. */
  readonly provider: string
  /** Id of the one that is to follow it, once a change was begun. */
  readonly next?: string
  readonly generations: readonly {
    readonly generation: number
    readonly madeAt: number
    readonly subjectKeys: number
  }[]
  /** Subject keys still to be wrapped under the newest generation. */
  readonly older: number
}

/**
 * Changing the master key, in steps each of which may be the last one before a crash: after any of them the data opens
 * with the key in use, or with the next one, or with either, and beginning again finishes it.
 */
export interface MasterKeyChange {
  state(): MasterKeyState
  /** Wraps every secret under the next key too, and adds a generation for subject keys. Again: does nothing more. */
  prepare(next: KeyProvider): Promise<void>
  /** Forgets a next key that no process uses yet. */
  discard(): void
  /**
   * Wraps older subject keys under the newest generation, batch by batch beside whoever uses them; then drops what nothing
   * needs any more. One that does not open stays as it is, for verify to name.
   */
  rewrap(): AsyncGenerator<Rewrapped, void>
}

export interface Rewrapped {
  readonly done: number
  /** Did not open. */
  readonly left: number
}

export function masterKeyChange(
  store: KeyringStore,
  provider: KeyProvider,
  { now, random = randomBytes }: { readonly now: () => number; readonly random?: Random },
): MasterKeyChange {
  const newerThan = (mine: readonly KeyringRow[]) =>
    store.rows().filter(row => row.wrapping > mine[0]!.wrapping)

  return {
    state() {
      const mine = ofProvider(store.rows(), provider)
      const counts = store.countSubjectKeys()
      const newest = store.newestGeneration()
      const next = newerThan(mine)[0]?.provider
      return {
        provider: provider.id,
        ...(next !== undefined && { next }),
        generations: mine
          .filter(row => row.purpose === 'subject-keys')
          .map(({ generation, madeAt }) => ({
            generation,
            madeAt,
            subjectKeys: counts.get(generation) ?? 0,
          })),
        older: [...counts].reduce((sum, [generation, n]) => sum + (generation < newest ? n : 0), 0),
      }
    },

    async prepare(next) {
      const mine = ofProvider(store.rows(), provider)
      if (next.id === provider.id) throw new Error('the next master key is the one in use: give another')
      const begun = newerThan(mine)[0]?.provider
      if (begun === next.id) return
      if (begun !== undefined)
        throw new Error(
          `a change to the master key ${begun} was begun: give that one, or, if it is lost and nothing uses it, discard it`,
        )
      const wrapping = mine[0]!.wrapping
      const generation = store.newestGeneration() + 1
      const newKey = random(KEY_SIZE)
      const made = { purpose: 'subject-keys', generation, madeAt: now() } as const
      store.add([
        await wrappedRow(provider, newKey, { ...made, wrapping }),
        await wrappedRow(next, newKey, { ...made, wrapping: wrapping + 1 }),
        ...(await Promise.all(
          mine.map(async ({ purpose, generation, madeAt, ...row }) =>
            wrappedRow(next, await unwrapped(provider, { purpose, generation, madeAt, ...row }), {
              purpose,
              generation,
              madeAt,
              wrapping: wrapping + 1,
            }),
          ),
        )),
      ])
    },

    discard: () => store.dropWrappings('newer', ofProvider(store.rows(), provider)[0]!.wrapping),

    async *rewrap() {
      const keys = new Map<number, KeyObject>()
      for (const row of ofProvider(store.rows(), provider))
        if (row.purpose === 'subject-keys')
          // oxlint-disable-next-line no-await-in-loop -- one or two of them
          keys.set(row.generation, createSecretKey(await unwrapped(provider, row)))
      const generation = store.newestGeneration()
      const to = { generation, key: keys.get(generation)! }
      let after: SubjectKeyName | undefined
      for (;;) {
        const batch = store.olderSubjectKeys(after, BATCH)
        if (batch.length === 0) break
        const done = batch.flatMap(key => attempt(() => rewrapped(key, keys.get(key.generation)!, to)))
        store.rewrap(done)
        after = batch.at(-1)!
        yield { done: done.length, left: batch.length - done.length }
      }
      store.dropUnusedGenerations()
      // In use and the newest: what an earlier master key wraps is not needed any more.
      const mine = ofProvider(store.rows(), provider)
      if (newerThan(mine).length === 0) store.dropWrappings('older', mine[0]!.wrapping)
    },
  }
}

function attempt<T>(act: () => T): T | [] {
  try {
    return act()
  } catch {
    // Verify finds it and says which one it is; the others must not wait for that.
    return []
  }
}
