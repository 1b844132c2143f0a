/**
 * What was known and true of one person at a moment, told again in the plainest way from the whole log: no projection, no
 * code of the product. An entry is what its JSON says.
 */
export interface LoggedEntry {
  readonly type: string
  readonly id: string
  readonly receivedAt: number
  readonly decidedAt?: number
  readonly channel?: string
  readonly program?: string
  readonly purpose?: string
  readonly choices?: Readonly<Record<string, boolean>>
  readonly configuration?: string
}

export interface Moment {
  readonly asOf: number
  readonly knownAsOf: number
}

/** Entries up to the first that came later. */
export function knownBy(log: readonly LoggedEntry[], moment: number): LoggedEntry[] {
  const known = []
  for (const entry of log) {
    if (entry.receivedAt > moment) break
    known.push(entry)
  }
  return known
}

const DAY = 86_400_000
const canBeTrue = ({ decidedAt = 0, receivedAt }: LoggedEntry): boolean =>
  decidedAt - receivedAt <= 600_000 && receivedAt - decidedAt <= 400 * DAY

function since(entry: LoggedEntry): number {
  if (!canBeTrue(entry)) return entry.receivedAt
  return entry.decidedAt! < entry.receivedAt ? entry.decidedAt! : entry.receivedAt
}

export type Answer =
  | { readonly is: 'yes'; readonly since: number; readonly id: string; readonly purpose?: string }
  | { readonly is: 'no' | 'never' | 'not believed' }

/** Yes or no to one thing, by the acts that speak of it in the order they were recorded. */
function answerTo(acts: readonly { readonly entry: LoggedEntry; readonly yes: boolean }[]): Answer {
  let answer: Answer = { is: 'never' }
  const noes: number[] = []
  for (const { entry, yes } of acts) {
    const at = since(entry)
    if (!yes) {
      noes.push(at)
      answer = { is: 'no' }
    } else if (noes.every(no => no < at)) {
      const { id, purpose } = entry
      if (canBeTrue(entry)) answer = { is: 'yes', since: at, id, ...(purpose !== undefined && { purpose }) }
      else if (answer.is !== 'yes') answer = { is: noes.length > 0 ? 'no' : 'not believed' }
    }
  }
  return answer
}

const seen = (log: readonly LoggedEntry[], mine: ReadonlySet<string>, moment: Moment): LoggedEntry[] =>
  knownBy(log, moment.knownAsOf).filter(entry => mine.has(entry.id) && since(entry) <= moment.asOf)

/** By the ids of one address's acts. */
export const programAnswer = (
  log: readonly LoggedEntry[],
  mine: ReadonlySet<string>,
  program: string,
  moment: Moment,
): Answer =>
  answerTo(
    seen(log, mine, moment)
      .filter(entry => entry.program === program || (entry.type === 'opt-out' && entry.program === undefined))
      .map(entry => ({ entry, yes: entry.type === 'opt-in' })),
  )

export const purposeAnswer = (
  log: readonly LoggedEntry[],
  mine: ReadonlySet<string>,
  purpose: string,
  moment: Moment,
): Answer =>
  answerTo(
    seen(log, mine, moment)
      .filter(entry => entry.choices && purpose in entry.choices)
      .map(entry => ({ entry, yes: entry.choices![purpose]! })),
  )

/** Ids of what was seen, newest first. */
export const seenIds = (log: readonly LoggedEntry[], mine: ReadonlySet<string>, moment: Moment): string[] =>
  seen(log, mine, moment)
    .map(entry => entry.id)
    .toReversed()

/** Hash of the configuration that was in force then, or of the first one known. */
export function configurationThen(log: readonly LoggedEntry[], moment: Moment): string | undefined {
  const published = (entries: readonly LoggedEntry[]) =>
    entries.filter(entry => entry.type === 'configuration-published').map(entry => entry.configuration)
  const known = knownBy(log, moment.knownAsOf)
  const inForce = published(known.slice(0, knownBy(log, moment.asOf).length)).at(-1)
  return inForce ?? published(known)[0]
}
