import { randomBytes } from 'node:crypto'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendPublication, type RenderedFile } from '../../server/ledger/publish.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { readConfiguration } from '../../server/inventory/current.ts'
import { createApiKey, type Scope } from '../../server/operators/api-keys.ts'
import { openOperators } from '../../server/storage/open.ts'
import type { TextKind } from '../../shared/domain/publication.ts'
import { uuid7 } from './decision-body.ts'

/** Subjects in the ledger before anything is measured. */
export const LOADED = 10_000

/** What every opt-in of one run shares. */
type Form = Omit<SentOptIn, 'id' | 'address' | 'decidedAt'>

export interface LoadedOptIns {
  readonly form: Form
  /** An API key that may ask. */
  readonly key: string
}

/** Area codes of numbers nobody has loaded: the exchange 555 belongs to nobody in particular. */
const AREAS = [201, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219]
const numberIn = (area: number, n: number): string => `+1${area}555${String(n % 10_000).padStart(4, '0')}`
const drawn = (): number => Math.floor(Math.random() * LOADED)

export const loadedAt = (n: number): string => numberIn(202, n)
export const loadedNumber = (): string => loadedAt(drawn())
export const strangersNumber = (): string => numberIn(970, drawn())

export const statusPath =
  (number: () => string): (() => string) =>
  () =>
    `/v1/sites/loom/status?channel=sms&program=weekly&address=%2B${number().slice(1)}`

/** Opts `LOADED` numbers in, in a ledger no server has open, and makes a key to ask about them. */
export async function loadOptIns(
  folder: string,
  scopes: readonly Scope[] = ['status'],
): Promise<LoadedOptIns> {
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now)
  try {
    const { configuration, files } = ledger.store.current('loom')!
    const site = readConfiguration(ledger.store, 'loom', configuration)
    const words: RenderedFile = {
      name: 'opt-in.weekly.en',
      kind: 'opt-in',
      language: 'en',
      bytes: Buffer.from('the words beside the box, as this benchmark shows them'),
    }
    const published = Object.entries(files).map(([name, hash]): RenderedFile => {
      const { kind, language, body } = ledger.store.text('loom', hash)!
      return { name, kind: kind satisfies TextKind, ...(language !== undefined && { language }), bytes: body }
    })
    const others = published.filter(file => file.name !== words.name)
    await appendPublication(ledger, 'loom', ledger.store.text('loom', configuration)!.body, [
      ...others,
      words,
    ])
    const form: Form = {
      program: 'weekly',
      channel: 'sms',
      configuration,
      text: contentHash(words.bytes),
      language: 'en',
      method: 'form',
    }
    for (let n = 0; n < LOADED; n += 1_000) {
      const optIns = Array.from({ length: 1_000 }, (_, i) => anOptIn(form, numberIn(202, n + i)))
      const answers = await appendOptIns(ledger, 'loom', optIns, site, { network: '192.0.2.0/24' })
      const refused = answers.find(answer => 'refused' in answer)
      if (refused)
        throw new Error(`the ledger refused an opt-in of this benchmark: ${JSON.stringify(refused)}`)
    }
    return { form, key: makeKey(folder, scopes) }
  } finally {
    await close()
  }
}

function anOptIn(form: Form, address: string): SentOptIn {
  const now = Date.now()
  return { ...form, id: uuid7(now, randomBytes(26).toString('hex')), address, decidedAt: now }
}

/** An API key that may ask. */
export function makeKey(folder: string, scopes: readonly Scope[] = ['status']): string {
  const operators = openOperators(folder)
  try {
    return createApiKey(operators.apiKeys, { site: 'loom', scopes }, { now: Date.now, random: randomBytes })
      .key
  } finally {
    operators.close()
  }
}

/** Makes bodies as a form posts them, one box each. `once`: an address never seen every time; throws when there is none left. */
export function optInBodies(form: Form, numbers: 'once' | 'over again'): () => string {
  let made = 0
  return () => {
    const n = made++
    const area = AREAS[Math.floor(n / 10_000) % (numbers === 'once' ? Infinity : AREAS.length)]
    if (area === undefined)
      throw new Error('no number is left that nobody has: measure fewer or shorter rounds')
    return JSON.stringify({ optIns: [anOptIn(form, numberIn(area, n))] })
  }
}
