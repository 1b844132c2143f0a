import { isChannel, type Channel, type Program } from './site.ts'
import type { ConsentState, Standing } from './standing.ts'

/** What the recipient of a hook is to the controller: acting for it and on its instructions, or answering for itself. */
export const RECIPIENT_ROLES = ['processor', 'controller'] as const
export type RecipientRole = (typeof RECIPIENT_ROLES)[number]

export const HOOK_EVENTS = [
  'consent.granted',
  'consent.withdrawn',
  'consent.declined',
  'consent.requested',
  'consent.erased',
] as const
export type HookEvent = (typeof HOOK_EVENTS)[number]

/** What a recipient may be told. It is told what its hook lists, and nothing else. */
export const HOOK_FIELDS = [
  'subject',
  'channel',
  'program',
  'purpose',
  'decision',
  'decidedAt',
  'receivedAt',
  'entry',
  'text',
  'address',
] as const
export type HookField = (typeof HOOK_FIELDS)[number]

/** Everything but what was shown and the address, which are asked for by name. */
export const USUAL_FIELDS: readonly HookField[] = HOOK_FIELDS.filter(
  field => field !== 'text' && field !== 'address',
)

/** Whom a hook tells of what. */
export interface HookScope {
  readonly role: RecipientRole
  /** Of the page, or of programs: then each program that has one of them. */
  readonly purposes: readonly string[]
  readonly programs: readonly string[]
  /** Of programs; absent: each. */
  readonly channels?: readonly Channel[]
}

/** One purpose of the page, one program of a channel, or a whole channel, whose standing an entry moved. */
export interface Change {
  readonly event: Exclude<HookEvent, 'consent.erased'>
  readonly state: ConsentState
  /** Of the page, or what a yes to the program agreed to. */
  readonly purpose?: string
  readonly channel?: Channel
  /** With a channel and without this: every program of the channel, those to come included. */
  readonly program?: string
  /** When the answer counts from, epoch milliseconds. */
  readonly since: number
}

/** A yes at a time that cannot be true grants nothing, and so nobody is told of it. */
const EVENT_OF: Readonly<Record<ConsentState, Change['event'] | undefined>> = {
  given: 'consent.granted',
  renewed: 'consent.granted',
  requested: 'consent.requested',
  refused: 'consent.declined',
  withdrawn: 'consent.withdrawn',
  invalidated: undefined,
}

/** What the entry at this index moved, by where its subject stands after it. A yes that came too late moved nothing. */
export function changesAt(after: Standing, index: number): Change[] {
  return Object.entries(after).flatMap(([key, { index: decides, state, since, act }]) => {
    const event = EVENT_OF[state]
    if (decides !== index || event === undefined || key === '*') return []
    return [{ event, state, since, ...named(key), ...(act?.to && { purpose: act.to.purpose }) }]
  })
}

/** Every purpose and program a subject ever answered by itself. */
export const answeredIn = (standing: Standing): Named[] =>
  Object.keys(standing)
    .filter(key => !key.endsWith('*'))
    .map(named)

export type Named = Pick<Change, 'purpose' | 'channel' | 'program'>

function named(key: string): Named {
  const [channel, program] = key.split(':', 2)
  if (!isChannel(channel) || program === undefined) return { purpose: key }
  return { channel, ...(program !== '*' && { program }) }
}

/** Whether a hook may tell of this, and is to. Programs: those of the site as it is published now. */
export function concerns(scope: HookScope, change: Named, programs: readonly Program[]): boolean {
  const { channel, purpose } = change
  if (channel === undefined) return purpose !== undefined && scope.purposes.includes(purpose)
  if (change.program === undefined)
    return programs.some(
      program => hasChannel(program, channel) && tellsOf(scope, channel, program.id, program, purpose),
    )
  const program = programs.find(({ id }) => id === change.program)
  return tellsOf(scope, channel, change.program, program, purpose)
}

/** Programs a hook would tell of and must not: numbers given for marketing are for nobody but who sends it for the controller. */
export const keptBack = (scope: HookScope, programs: readonly Program[]): Program[] =>
  programs.filter(
    program =>
      hasChannel(program, 'sms') &&
      covers(scope, 'sms', program.id, program.purpose) &&
      isKeptBack(scope, 'sms', program),
  )

const hasChannel = ({ disclosures }: Program, channel: Channel): boolean =>
  disclosures.some(disclosure => disclosure.channel === channel)

const tellsOf = (
  scope: HookScope,
  channel: Channel,
  id: string,
  program: Program | undefined,
  agreedTo: string | undefined,
): boolean => covers(scope, channel, id, agreedTo ?? program?.purpose) && !isKeptBack(scope, channel, program)

function covers(
  { purposes, programs, channels }: HookScope,
  channel: Channel,
  program: string,
  purpose: string | undefined,
): boolean {
  if (channels && !channels.includes(channel)) return false
  return programs.includes(program) || (purpose !== undefined && purposes.includes(purpose))
}

const isKeptBack = ({ role }: HookScope, channel: Channel, program: Program | undefined): boolean =>
  role !== 'processor' && channel === 'sms' && isMarketing(program)

/** Unless the configuration says what else it is for: also a program it does not know any more. */
const isMarketing = (program: Program | undefined): boolean =>
  program === undefined || !('kind' in program) || program.kind === 'marketing'
