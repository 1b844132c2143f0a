import { CONSENT_TOOLS } from '../../shared/domain/take-over.ts'
import { CONSENT_METHODS } from '../../shared/domain/consent.ts'
import {
  CONFIRMATION_METHODS,
  CONFIRMATIONS,
  EVIDENCE_LEVELS,
  HOLD_CAUSES,
  MESSAGE_BASES,
  OPT_IN_METHODS,
  OPT_OUT_CAUSES,
  OPT_OUT_METHODS,
  RECORD_METHODS,
  TOLD_BY,
} from '../../shared/domain/marketing.ts'
import { CHANNELS, REGIMES } from '../../shared/domain/site.ts'

/**
 * What is wrong with an act that another log recorded, member by member; `undefined` when nothing is. That log proves the
 * act stood in it, not that this one can read it: what is not known here is refused, for it might mean something.
 */
export function actFault(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { type } = entry
  const shape = typeof type === 'string' && Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined
  if (!shape) return `an entry of type "${String(type)}" is no act`
  const unknown = Object.keys(entry).find(key => !Object.hasOwn(shape, key))
  if (unknown !== undefined) return `"${unknown}" is not a member of an entry of type "${String(type)}"`
  const wrong = Object.entries(shape).find(([key, check]) => !check(entry[key]))
  return wrong && `"${wrong[0]}" is missing or not as this version knows it`
}

type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount: Check = value => Number.isSafeInteger(value) && (value as number) >= 0
/** Last millisecond that RFC 3339 can write: what is later, no answer could tell. */
const LAST_MOMENT = 253_402_300_799_999
const isMoment: Check = value => isCount(value) && (value as number) <= LAST_MOMENT
const matches =
  (pattern: RegExp): Check =>
  value =>
    typeof value === 'string' && pattern.test(value)
const oneOf =
  (...values: readonly unknown[]): Check =>
  value =>
    values.includes(value)
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)

const hash = matches(/^[0-9a-f]{64}$/)
const subject = matches(/^[0-9a-f]{44}$/)
const id = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const name = matches(/^[a-z][a-z0-9-]{0,63}$/)
const language = matches(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/)
const choices: Check = value =>
  isObject(value) && Object.entries(value).every(([key, choice]) => name(key) && typeof choice === 'boolean')
const under: Check = value =>
  isObject(value) &&
  oneOf('regime', 'regime,region')(Object.keys(value).sort().join()) &&
  oneOf(...REGIMES)(value['regime']) &&
  optional(matches(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/))(value['region'])
const source: Check = value =>
  isObject(value) &&
  Object.keys(value).sort().join() === 'index,leaf,origin,size' &&
  isCount(value['index']) &&
  isCount(value['size']) &&
  hash(value['leaf']) &&
  typeof value['origin'] === 'string'

const words: Check = value => typeof value === 'string' && value.length > 0 && value.length <= 320
const listed: Check = value =>
  isObject(value) &&
  Object.keys(value).sort().join() === 'file,row' &&
  hash(value['file']) &&
  isCount(value['row'])

const everywhere = {
  v: oneOf(1),
  site: name,
  id,
  receivedAt: isMoment,
  sent: hash,
  previous: optional(isCount),
}
const decision = {
  ...everywhere,
  type: oneOf('decision', 'withdrawal'),
  subject: optional(subject),
  commitment: optional(hash),
  decidedAt: isMoment,
  configuration: hash,
  text: optional(hash),
  language,
  method: oneOf(...CONSENT_METHODS),
  choices,
  gpc: oneOf(undefined, true),
  under: optional(under),
  located: optional(under),
  tool: oneOf(undefined, ...CONSENT_TOOLS),
}

const ofAddress = {
  ...everywhere,
  subject,
  commitment: optional(hash),
  decidedAt: isMoment,
  channel: oneOf(...CHANNELS),
}

const SHAPES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  decision,
  withdrawal: decision,
  'opt-in': {
    ...everywhere,
    type: oneOf('opt-in'),
    subject,
    commitment: optional(hash),
    decidedAt: isMoment,
    program: name,
    purpose: name,
    channel: oneOf(...CHANNELS),
    configuration: hash,
    text: hash,
    language,
    method: oneOf(...OPT_IN_METHODS),
    basis: oneOf('consent'),
    confirmation: oneOf(...CONFIRMATIONS),
    ofAge: oneOf(undefined, true),
    collectionPoint: optional(name),
    sharesWith: optional(words),
  },
  'opt-out': {
    ...ofAddress,
    type: oneOf('opt-out'),
    program: optional(name),
    method: oneOf(...OPT_OUT_METHODS),
    cause: oneOf(undefined, ...OPT_OUT_CAUSES),
    sender: optional(words),
    actor: optional(words),
    told: oneOf(undefined, ...TOLD_BY),
    source: optional(listed),
  },
  confirmation: {
    ...ofAddress,
    type: oneOf('confirmation'),
    program: name,
    confirms: id,
    method: oneOf(...CONFIRMATION_METHODS),
  },
  'consent-recorded': {
    ...ofAddress,
    type: oneOf('consent-recorded'),
    program: name,
    purpose: name,
    basis: oneOf(...MESSAGE_BASES),
    evidence: oneOf(...EVIDENCE_LEVELS),
    configuration: hash,
    text: optional(hash),
    language: optional(language),
    method: oneOf(...RECORD_METHODS),
    actor: words,
    collectionPoint: optional(name),
    sharesWith: optional(words),
    source: optional(listed),
  },
  hold: {
    ...ofAddress,
    type: oneOf('hold'),
    cause: oneOf(...HOLD_CAUSES),
    method: oneOf('keyword', 'staff'),
  },
  'hold-release': {
    ...ofAddress,
    type: oneOf('hold-release'),
    releases: id,
    actor: words,
  },
  imported: {
    ...everywhere,
    type: oneOf('imported'),
    subject: optional(subject),
    from: source,
    entry: value => isObject(value) && actFault(value) === undefined,
  },
}
