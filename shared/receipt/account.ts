import { contentOf, type Act, type Entry, type EntryType, type ImportSource } from '../domain/entry.ts'
import { inLanguage, looseList, looseObject, looseText, type Loose } from '../domain/loose.ts'
import { UNDATED_YES } from '../domain/marketing.ts'
import { withoutMisleading } from '../domain/misleading.ts'
import { canBe } from '../domain/standing.ts'
import { isUndatedChoice, TOOL_NAMES, type ConsentTool } from '../domain/take-over.ts'
import type { ReceiptText } from './receipt.ts'
import { configurationIn } from './record.ts'
import type { HeldReceipt } from './verify.ts'

/**
 * What a receipt that holds says, as facts: whoever tells them chooses the words. Names are given where the configuration
 * has them, as a stranger's: nothing in them turns the reading order of those words round.
 */
export interface Account {
  readonly act: ToldAct | 'other'
  /** The entry's own word for it. */
  readonly type: string
  readonly id: string
  readonly site: string
  readonly siteName?: string
  readonly controller?: Controller
  /** One for each purpose that was answered, or for the program. */
  readonly answers: readonly Answer[]
  readonly channel?: string
  /** Epoch milliseconds by the clock of whoever acted, and by the server's. */
  readonly decidedAt?: number
  readonly receivedAt: number
  /** The claimed time cannot be true, so a yes permits nothing. */
  readonly isImplausible: boolean
  /** Where the person acted. */
  readonly method?: string
  /** Of what was taken over: the consent tool that had asked, by its own name where that is known. */
  readonly tool?: string
  readonly language?: string
  readonly gpc: boolean
  /** What a site's rules by region had it do, as the browser said, and as the server itself saw it. */
  readonly under?: SaidRegime
  readonly located?: SaidRegime
  readonly subject?: string
  /** SHA-256 of the configuration. */
  readonly configuration?: string
  /** Why, where its person did not say so; of a hold, why messages wait. */
  readonly cause?: string
  /** The owner's number or address it was said to. */
  readonly sender?: string
  /** Who recorded it, where somebody did. */
  readonly actor?: string
  /** Id of the entry it confirms, or of the hold it ends. */
  readonly answersTo?: string
  /** Of what was agreed to elsewhere: what writing rests on, and how much of it can be shown. */
  readonly recorded?: {
    readonly basis: string
    readonly evidence: string
  }
  /** Where in a list that was imported it stood. */
  readonly source?: { readonly file: string; readonly row: number }
  /** How somebody was told of a no. */
  readonly told?: string
  /** Where it was collected, if on no form of ours; and with whom it is shared. */
  readonly collectionPoint?: string
  readonly sharesWith?: string
  /** Of a reading: why. */
  readonly reason?: string
  /** What was shown, where it was a text of ours. */
  readonly shown?: ReceiptText
  /** Where another log recorded it first. */
  readonly from?: ImportSource
  /** What an erasure destroyed; the ids of the entries whose parts it were, where they are listed. */
  readonly destroyed?: {
    readonly parts: number
    readonly reason: string
    readonly entries?: readonly string[]
  }
}

export interface SaidRegime {
  readonly regime: string
  readonly region?: string
}

/** What can be told of an entry in words of its own. */
export type ToldAct = Act['type'] | 'erasure' | 'evidence-read'

export interface Controller {
  readonly name?: string
  readonly address?: string
  readonly email?: string
  readonly website?: string
}

export interface Answer {
  /** Of the purpose or program; absent when it is every program of a channel. */
  readonly id?: string
  readonly name?: string
  readonly description?: string
  readonly answer: 'yes' | 'no' | 'withdrawn' | 'requested'
}

export function accountOf({
  entry,
  texts,
  erased,
}: Pick<HeldReceipt, 'entry' | 'texts' | 'erased'>): Account {
  const content = contentOf(entry)
  const given = content as unknown as Loose
  const found = configurationIn(entry, texts)
  const configuration = looseObject(found)
  const language = looseText(given['language'])
  const controller = looseObject(configuration['controller'])
  const said = given['decidedAt']
  const isUndated = said === UNDATED_YES || isUndatedChoice(given)
  const decidedAt = typeof said === 'number' && !isUndated ? said : undefined
  const receivedAt = Number(given['receivedAt'])
  const optional = {
    siteName: inLanguage(configuration['name'], language),
    controller: found === undefined ? undefined : controllerIn(controller),
    channel: looseText(given['channel']),
    decidedAt,
    method: looseText(given['method']),
    tool: toolIn(given),
    language,
    subject: looseText(given['subject']),
    configuration: looseText(given['configuration']),
    from: sourceOf(entry),
    under: regimeIn(given['under']),
    located: regimeIn(given['located']),
    cause: looseText(given['cause']),
    sender: looseText(given['sender']),
    actor: looseText(given['actor']),
    answersTo: looseText(given['confirms']) ?? looseText(given['releases']),
    recorded: recordedIn(given),
    source: listedIn(given['source']),
    told: looseText(given['told']),
    collectionPoint: looseText(given['collectionPoint']),
    sharesWith: looseText(given['sharesWith']),
    reason: content.type === 'evidence-read' ? looseText(given['reason']) : undefined,
    destroyed:
      content.type === 'erasure'
        ? { parts: content.parts, reason: content.reason, ...(erased && { entries: erased }) }
        : undefined,
  }
  const shown = texts.find(({ hash }) => hash === given['text'])
  const account = {
    act: actOf(given['type']),
    type: String(given['type']),
    id: String(given['id']),
    site: entry.site,
    answers: answersIn(given, configuration, language),
    receivedAt,
    isImplausible:
      decidedAt !== undefined &&
      !canBe({
        type: String(given['type']),
        ...(optional.method !== undefined && { method: optional.method }),
        decidedAt,
        receivedAt,
      }),
    gpc: given['gpc'] === true,
    ...withoutAbsent(optional),
  }
  return { ...readable(account), ...(shown && { shown }) }
}

function toolIn({ tool }: Loose): string | undefined {
  const id = looseText(tool)
  return id === undefined || !Object.hasOwn(TOOL_NAMES, id) ? id : TOOL_NAMES[id as ConsentTool]
}

/** What was recorded there may have been imported there too: the innermost was first. */
function sourceOf(entry: Entry): ImportSource | undefined {
  let from: ImportSource | undefined
  for (let held = entry; held.type === 'imported'; held = held.entry) from = held.from
  return from
}

function readable<T>(value: T): T {
  if (typeof value === 'string') return withoutMisleading(value) as T
  if (Array.isArray(value)) return value.map(readable) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readable(member)])) as T
}

const recordedIn = (entry: Loose): Account['recorded'] =>
  entry['type'] === 'consent-recorded'
    ? { basis: String(entry['basis']), evidence: String(entry['evidence']) }
    : undefined

function regimeIn(said: unknown): SaidRegime | undefined {
  const regime = looseText(looseObject(said)['regime'])
  const region = looseText(looseObject(said)['region'])
  return regime === undefined ? undefined : { regime, ...(region !== undefined && { region }) }
}

function listedIn(source: unknown): Account['source'] {
  const { file, row } = looseObject(source)
  return typeof file === 'string' && typeof row === 'number' ? { file, row } : undefined
}

const ACTS = [
  'decision',
  'withdrawal',
  'opt-in',
  'opt-out',
  'confirmation',
  'consent-recorded',
  'hold',
  'hold-release',
  'erasure',
  'evidence-read',
] as const satisfies readonly (EntryType & ToldAct)[]
const actOf = (type: unknown): Account['act'] => ACTS.find(act => act === type) ?? 'other'

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }
const withoutAbsent = <T extends object>(values: T): Present<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>

const controllerIn = (controller: Loose): Controller =>
  withoutAbsent({
    name: looseText(controller['name']),
    address: looseText(controller['address']),
    email: looseText(controller['email']),
    website: looseText(controller['website']),
  })

/** The words beside the box of a channel. */
const disclosureOf = (program: Loose, channel: string | undefined): Loose =>
  looseList(program['disclosures']).find(one => one['channel'] === channel) ?? {}

function answersIn(entry: Loose, configuration: Loose, language: string | undefined): readonly Answer[] {
  const named = (list: unknown, id: string): Omit<Answer, 'answer'> => {
    const one = looseList(list).find(each => each['id'] === id) ?? {}
    return {
      id,
      ...withoutAbsent({
        name: inLanguage(one['name'], language),
        description:
          inLanguage(one['description'], language) ??
          inLanguage(disclosureOf(one, looseText(entry['channel']))['text'], language),
      }),
    }
  }
  switch (actOf(entry['type'])) {
    case 'decision':
    case 'withdrawal':
      return Object.entries(looseObject(entry['choices'])).map(([id, granted]) => ({
        ...named(configuration['purposes'], id),
        answer: granted === true ? 'yes' : entry['type'] === 'withdrawal' ? 'withdrawn' : 'no',
      }))
    case 'opt-in':
    case 'opt-out':
    case 'confirmation':
    case 'consent-recorded': {
      const program = looseText(entry['program'])
      const answer =
        entry['type'] === 'opt-out' ? 'withdrawn' : entry['confirmation'] === 'double' ? 'requested' : 'yes'
      return [{ ...(program !== undefined && named(configuration['programs'], program)), answer }]
    }
    case 'hold':
    case 'hold-release':
    case 'evidence-read':
    case 'erasure':
    case 'other':
      return []
  }
}
