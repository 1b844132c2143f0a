import {
  HOOK_FIELDS,
  keptBack,
  notSharedWith,
  RECIPIENT_ROLES,
  type HookField,
  type HookScope,
  type RecipientRole,
} from '../../shared/domain/hook.ts'
import { CHANNELS, type Channel, type Program, type SiteConfiguration } from '../../shared/domain/site.ts'
import { random } from '../subjects/random.ts'
import { urlFault } from './outward.ts'
import { newSecret, secretText, type HookSecrets } from './secret.ts'
import type { Hook, HookStore, NewHook } from './store.ts'

/** As somebody asked for it: any words. */
export interface AskedHook {
  readonly url: string
  readonly recipient: string
  readonly role: string
  readonly purposes: readonly string[]
  readonly programs: readonly string[]
  readonly channels?: readonly string[]
  readonly fields: readonly string[]
}

export interface RegisteredIn {
  readonly site: string
  readonly configuration: Pick<SiteConfiguration, 'purposes' | 'programs' | 'controller'>
  readonly production: boolean
  /** Index of the first entry it is told of. */
  readonly next: number
  readonly now: number
}

export type HookFault =
  | 'url'
  | 'recipient'
  | 'role'
  | 'scope'
  | 'unknown-purpose'
  | 'unknown-program'
  | 'unknown-channel'
  | 'unknown-field'
  | 'address-without-subject'
  | 'not-shared'
  | 'sms-marketing'

export interface RefusedHook {
  readonly refused: HookFault
  readonly detail: string
}

/** The hook that is asked for, or why there can be none. Nothing is ever told to nobody in particular, nor of everything. */
export function readHook(asked: AskedHook, where: RegisteredIn): NewHook | RefusedHook {
  const fault = faultOf(asked, where)
  if (fault) return fault
  const { url, recipient, purposes, programs } = asked
  return {
    site: where.site,
    id: random(6).toString('hex'),
    url: new URL(url).href,
    recipient,
    role: asked.role as RecipientRole,
    purposes,
    programs,
    ...(asked.channels && { channels: asked.channels as Channel[] }),
    fields: HOOK_FIELDS.filter(field => asked.fields.includes(field)),
    createdAt: where.now,
    next: where.next,
  }
}

/** Registers it; answers its secret, which is shown this once. */
export function registerHook(
  { hooks, secrets }: { readonly hooks: HookStore; readonly secrets: HookSecrets },
  hook: NewHook,
): string {
  const secret = newSecret()
  hooks.insert(hook, secrets.wrap(hook, secret))
  return secretText(secret)
}

/** A new secret; the one before it signs beside it until a moment, or no more at all. */
export function rotateSecret(
  { hooks, secrets }: { readonly hooks: HookStore; readonly secrets: HookSecrets },
  hook: Hook,
  bothUntil: number | undefined,
): string | undefined {
  const current = hooks.secrets(hook.id)
  if (!current) return undefined
  const secret = newSecret()
  hooks.rotate(hook.id, {
    secret: secrets.wrap(hook, secret),
    ...(bothUntil !== undefined && { former: { secret: current.secret, until: bothUntil } }),
  })
  return secretText(secret)
}

const refuse = (refused: HookFault, detail: string): RefusedHook => ({ refused, detail })

function faultOf(
  { url, recipient, role, purposes, programs, channels, fields }: AskedHook,
  { configuration, production }: RegisteredIn,
): RefusedHook | undefined {
  const fault = urlFault(url, production)
  if (fault !== undefined) return refuse('url', `${url}: ${fault}`)
  if (!/^[^\p{Cc}]{1,120}$/u.test(recipient) || recipient.trim() === '')
    return refuse('recipient', 'name who receives it, in one line of at most 120 characters')
  if (!isOneOf(RECIPIENT_ROLES, role))
    return refuse(
      'role',
      `say what ${recipient} is: "processor" (acts for ${configuration.controller.name}, under a contract) or "controller" (answers for itself)`,
    )
  if (purposes.length + programs.length === 0)
    return refuse('scope', 'name the purposes or programs it is told of: it is told of nothing else')
  return (
    unknown('purpose', purposes, decided(configuration)) ??
    unknown(
      'program',
      programs,
      configuration.programs.map(({ id }) => id),
    ) ??
    unknown('channel', channels ?? [], CHANNELS) ??
    unknown('field', fields, HOOK_FIELDS) ??
    fieldFault(fields as HookField[]) ??
    scopeFault(
      { role, purposes, programs, ...(channels && { channels: channels as Channel[] }) },
      recipient,
      fields,
      configuration,
    )
  )
}

const decided = ({ purposes }: Pick<SiteConfiguration, 'purposes'>): string[] =>
  purposes.filter(({ kind }) => kind !== 'necessary').map(({ id }) => id)

const isOneOf = <T extends string>(known: readonly T[], word: string): word is T =>
  known.some(each => each === word)

function unknown(
  what: 'purpose' | 'program' | 'channel' | 'field',
  given: readonly string[],
  known: readonly string[],
) {
  const strange = given.find(each => !known.includes(each))
  if (strange === undefined) return undefined
  const there =
    known.length === 0 ? 'there is none' : `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
  return refuse(`unknown-${what}`, `"${strange}" is no ${what} that anybody decides about here: ${there}`)
}

function fieldFault(fields: readonly HookField[]) {
  if (!fields.includes('address') || fields.includes('subject')) return undefined
  return refuse(
    'address-without-subject',
    'who gets addresses has to be told when one is erased, and that names the subject alone: list "subject" too',
  )
}

/** What people were told of whom their address goes to. */
function scopeFault(
  scope: HookScope,
  recipient: string,
  fields: readonly string[],
  { programs, controller }: RegisteredIn['configuration'],
) {
  const named = (some: readonly Program[]): string => some.map(({ id }) => id).join(', ')
  const kept = keptBack(scope, programs)
  if (kept.length > 0)
    return refuse(
      'sms-marketing',
      `${named(kept)} ${kept.length === 1 ? 'sends' : 'send'} marketing by SMS, and what people gave for that is never handed on: ${recipient} may be told of it only as a processor of ${controller.name}. Leave it out, or take --channels email`,
    )
  const others = fields.includes('address') ? notSharedWith(scope, recipient, programs) : []
  if (others.length > 0)
    return refuse(
      'not-shared',
      `who agreed to ${named(others)} was not told that their address goes to ${recipient}: leave the field "address" out, or name the program's own "sharesWith"`,
    )
  return undefined
}
