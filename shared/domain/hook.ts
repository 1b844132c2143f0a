import { actOf, isDecision, type SubjectEntry } from './entry.ts'
import { DEFAULT_EVIDENCE, isChannel, type Channel, type Program } from './site.ts'
import type { AgreedTo, ConsentState, Standing } from './standing.ts'

/** What the recipient of a hook is to the controller: acting for it and on its instructions, or answering for itself. */
export const RECIPIENT_ROLES = ['processor', 'controller'] as const
export type RecipientRole = (typeof RECIPIENT_ROLES)[number]

export const HOOK_EVENTS = [
  'consent.granted',
  'consent.withdrawn',
  'consent.declined',
  'consent.requested',
  'consent.held',
  'consent.released',
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
  readonly event: 'consent.granted' | 'consent.withdrawn' | 'consent.declined' | 'consent.requested'
  readonly state: ConsentState
  /** Of the page, or what a yes to the program agreed to. */
  readonly purpose?: string
  readonly channel?: Channel
  /** With a channel and without this: every program of the channel, those to come included. */
  readonly program?: string
  /** When the answer counts from, epoch milliseconds. */
  readonly since: number
  /** Of a yes to a program. */
  readonly to?: AgreedTo
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

/** Of what a subject answers: not a no to all there is, nor a hold, which nobody said. */
const isAnswer = (key: string): boolean => key !== '*' && !key.endsWith(':!')

/** What the entry at this index moved, by where its subject stands after it. A yes that came too late moved nothing. */
export function changesAt(after: Standing, index: number): Change[] {
  // The whole channel after its programs, and always in the same order.
  const inOrder = Object.entries(after).toSorted(([a], [b]) => (place(a) < place(b) ? -1 : 1))
  return inOrder.flatMap(([key, { index: decides, state, since, act }]) => {
    const event = EVENT_OF[state]
    if (decides !== index || event === undefined || !isAnswer(key)) return []
    const to = act?.to
    return [{ event, state, since, ...named(key), ...(to && { purpose: to.purpose, to }) }]
  })
}

const place = (key: string): string => key.replace('*', '~')

/**
 * A yes as the person gave it here, or that can be shown as well as the program asks for. What is written to on another
 * basis ends by a clock of its own: whoever is told once would not hear of that.
 */
export function isConsent({ to }: Change, program: Program | undefined): boolean {
  const { basis = 'consent', evidence = 'full' } = to?.recorded ?? {}
  return basis === 'consent' && (program?.evidence ?? DEFAULT_EVIDENCE)[evidence] === 'send'
}

/** Every purpose and program a subject ever answered by itself. */
export const answeredIn = (standing: Standing): Named[] =>
  Object.keys(standing)
    .filter(key => isAnswer(key) && !key.endsWith(':*'))
    .map(named)

export type Named = Pick<Change, 'purpose' | 'channel' | 'program'>

function named(key: string): Named {
  const [channel, program] = key.split(':', 2)
  if (!isChannel(channel) || program === undefined) return { purpose: key }
  return { channel, ...(program !== '*' && { program }) }
}

/** Looked at first: most entries concern no hook, and need not be understood. `true` where it takes more to know. */
export function mayConcern({ purposes, programs, channels }: HookScope, entry: SubjectEntry): boolean {
  if (entry.type === 'erasure') return true
  if (entry.type === 'evidence-read') return false
  const act = actOf(entry)
  if (isDecision(act)) return Object.keys(act.choices).some(id => purposes.includes(id))
  if (channels && !channels.includes(act.channel)) return false
  const program = 'program' in act ? act.program : undefined
  return program === undefined || purposes.length > 0 || programs.includes(program)
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

/** Programs whose addresses a hook would hand to somebody people were not told of: only a yes that names them does that. */
export const notSharedWith = (scope: HookScope, recipient: string, programs: readonly Program[]): Program[] =>
  programs.filter(
    ({ id, purpose, disclosures, sharesWith }) =>
      sharesWith !== recipient &&
      disclosures.some(({ channel }) => covers(scope, channel, id, purpose)) &&
      scope.role !== 'processor',
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

/** Unless the configuration says otherwise: also a program it does not know any more. */
const isMarketing = (program: Program | undefined): boolean => program?.class !== 'service'
