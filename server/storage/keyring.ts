import { createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { KeyProvider } from '../subjects/key-provider.ts'
import type { KeyringPurpose, KeyringRow, KeyringStore } from '../subjects/keyring.ts'

/** Random bytes, each given out once. */
export type Random = (size: number) => Buffer

export const KEY_SIZE = 32

/** The secrets of the keyring, unwrapped: what needs them asks at once and never waits for the master key. */
export interface Keyring {
  /** The generation new subject keys are wrapped under. */
  newest(): number
  /** The key of a generation; `undefined` when this process has not heard of it. */
  key(generation: number): KeyObject | undefined
  readonly blindRoot: Uint8Array
  /** Takes up generations another process has added. Throws when they are wrapped under a master key it does not have. */
  refresh(): Promise<void>
}

export interface KeyringOptions {
  readonly provider: KeyProvider
  readonly now: () => number
  readonly random?: Random
  readonly readonly?: boolean
}

const WRONG_KEY =
  'the master key is not the one the subject keys were sealed with: restore keys/master.key from its backup; where it was rotated, the one of that time'

/** Unwraps the keyring, filling it when it is empty. Throws, saying what to do, when this is not its master key. */
export async function openKeyring(
  store: KeyringStore,
  { provider, now, random = randomBytes, readonly = false }: KeyringOptions,
): Promise<Keyring> {
  if (store.rows().length === 0) {
    if (readonly) throw new Error('its keyring is empty: start its server once to fill it')
    await fill(store, provider, random, now())
  }
  const keys = new Map<number, KeyObject>()
  let newest = 0

  async function load(): Promise<KeyringRow[]> {
    const rows = ofProvider(store.rows(), provider)
    const generations = rows.filter(row => row.purpose === 'subject-keys')
    for (const row of generations)
      if (!keys.has(row.generation))
        // oxlint-disable-next-line no-await-in-loop -- one or two of them
        keys.set(row.generation, createSecretKey(await unwrapped(provider, row)))
    newest = Math.max(0, ...generations.map(row => row.generation))
    return rows
  }

  const rows = await load()
  const blindIndex = rows.find(row => row.purpose === 'blind-index')
  if (newest === 0 || !blindIndex)
    throw new Error('secrets are missing in the keyring: restore subject-keys.db')
  const blindRoot = await unwrapped(provider, blindIndex)
  // Once this key is the newest in use, what an earlier one wraps is not needed any more.
  const { wrapping } = blindIndex
  if (!readonly && isNewest(store.rows(), wrapping)) store.dropWrappings('older', wrapping)
  return {
    newest: () => newest,
    key: generation => keys.get(generation),
    blindRoot,
    async refresh() {
      if (store.newestGeneration() === newest) return
      await load()
      if (store.newestGeneration() !== newest)
        throw new Error('the master key was changed: restart this process with the new one')
    },
  }
}

/** As one master key wraps them: the newest of its wrappings. */
export function ofProvider(rows: readonly KeyringRow[], { id }: KeyProvider): KeyringRow[] {
  const mine = rows.filter(row => row.provider === id)
  if (mine.length === 0) throw new Error(WRONG_KEY)
  const newest = Math.max(...mine.map(row => row.wrapping))
  return mine.filter(row => row.wrapping === newest)
}

const isNewest = (rows: readonly KeyringRow[], wrapping: number): boolean =>
  rows.every(row => row.wrapping <= wrapping) && rows.some(row => row.wrapping < wrapping)

async function fill(
  store: KeyringStore,
  provider: KeyProvider,
  random: Random,
  madeAt: number,
): Promise<void> {
  const former = formerKey(store, provider)
  const secrets: readonly [KeyringPurpose, Uint8Array][] = [
    ['subject-keys', former ?? random(KEY_SIZE)],
    ['blind-index', former ?? random(KEY_SIZE)],
  ]
  store.fill(
    await Promise.all(
      secrets.map(([purpose, secret]) =>
        wrappedRow(provider, secret, { purpose, generation: 1, wrapping: 1, madeAt }),
      ),
    ),
  )
}

/**
 * Before there was a keyring, the master key itself wrapped every subject key and was the root of the blind index. As the
 * first generation and as that root it goes on doing so, and nothing has to be written again.
 */
function formerKey(store: KeyringStore, { bytes }: KeyProvider): Uint8Array | undefined {
  const stored = store.formerCheck()
  if (!stored) return undefined
  if (!bytes)
    throw new Error('this data is older than its keyring: open it once with its master key, then move that')
  const key = bytes()
  const mine = createHmac('sha256', createSecretKey(key)).update('assent master key check').digest()
  if (stored.length !== mine.length || !timingSafeEqual(stored, mine)) throw new Error(WRONG_KEY)
  return key
}

type RowWithoutSecret = Omit<KeyringRow, 'provider' | 'wrapped'>

export async function wrappedRow(
  provider: KeyProvider,
  secret: Uint8Array,
  row: RowWithoutSecret,
): Promise<KeyringRow> {
  return { ...row, provider: provider.id, wrapped: await provider.wrap(secret, contextOf(row)) }
}

export async function unwrapped(provider: KeyProvider, row: KeyringRow): Promise<Uint8Array> {
  try {
    const secret = await provider.unwrap(row.wrapped, contextOf(row))
    if (secret.length !== KEY_SIZE) throw new Error('wrong length')
    return secret
  } catch (cause) {
    throw new Error(
      `couldn't open generation ${row.generation} of ${row.purpose} in the keyring: it was changed, or the master key cannot be reached`,
      { cause },
    )
  }
}

const contextOf = ({ purpose, generation, wrapping, madeAt }: RowWithoutSecret): string =>
  `assent keyring\n${purpose}\n${generation}\n${wrapping}\n${madeAt}`
