import { isComplete, type ConsentDecision, type OfferedPurpose } from './consent.ts'
import type { View } from './publication.ts'
import { isPublished } from './regime.ts'
import type { Program, Purpose, RegimeRule } from './site.ts'
import type { ConsentTool } from './take-over.ts'

/** Why one decision was not stored. Each is a value beside that decision; the rest of its batch is unaffected. */
export const REFUSAL_REASONS = [
  'malformed',
  'unknown-configuration',
  'unknown-text',
  'unknown-purpose',
  'required-purpose',
  'incomplete-choices',
  'withdrawal-grants',
  'signal-grants',
  'unknown-regime',
  'unknown-tool',
  'secret-required',
  'id-reused',
  'entry-too-large',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export interface Refusal {
  readonly reason: RefusalReason
  /** What to do about it. */
  readonly detail: string
}

/** What a decision is judged by: a configuration that was published, and every text published with it. */
export interface PublishedConfiguration {
  readonly purposes: readonly OfferedPurpose[]
  readonly programs: readonly Program[]
  readonly rules: readonly RegimeRule[]
  /** Whose choices it takes over. */
  readonly tool?: ConsentTool
  /** `first.en:<hash>`, for every file of every publication of this configuration. */
  readonly texts: { has(nameAndHash: string): boolean }
}

/** The widget asks about it: what is necessary is no choice, and messages are agreed to elsewhere. */
export const isAskedAbout = ({ kind }: Pick<Purpose, 'kind'>): boolean =>
  kind !== 'necessary' && kind !== 'messages'

/** The purposes the widget shows. Messages are agreed to elsewhere, address by address. */
export function offeredOf(purposes: readonly Pick<Purpose, 'id' | 'kind' | 'gpc'>[]): OfferedPurpose[] {
  return purposes
    .filter(p => p.kind !== 'messages')
    .map(p => ({ id: p.id, required: p.kind === 'necessary', gpc: p.gpc === true }))
}

/** The view whose text a method shows: none for the site's own interface, the browser's own signal, and other tools. */
const VIEW_OF_METHOD = {
  banner: 'first',
  settings: 'settings',
  embed: 'embed',
  api: undefined,
  gpc: undefined,
  'take-over': undefined,
} as const

export const viewOf = (method: ConsentDecision['method']): View | undefined => VIEW_OF_METHOD[method]

export const grantsAnything = (decision: Pick<ConsentDecision, 'choices'>): boolean =>
  Object.values(decision.choices).includes(true)

const isCovered = (purposes: readonly OfferedPurpose[], id: string): boolean =>
  purposes.some(purpose => purpose.id === id && purpose.gpc)

/** Judges a well-formed decision by the configuration it names; `undefined` when it may be stored. */
export function checkDecision(
  decision: ConsentDecision & { readonly secret?: string },
  published: PublishedConfiguration | undefined,
): Refusal | undefined {
  if (!published)
    return refuse(
      'unknown-configuration',
      `this site never published ${decision.configuration}: reload the page and decide again`,
    )
  return (
    checkText(decision, published) ??
    checkUnder(decision, published) ??
    checkTool(decision, published) ??
    checkChoices(decision, published.purposes)
  )
}

const refuse = (reason: RefusalReason, detail: string): Refusal => ({ reason, detail })

function checkText(
  { method, language, text }: ConsentDecision,
  { texts }: PublishedConfiguration,
): Refusal | undefined {
  const view = viewOf(method)
  if (view === undefined)
    return text === undefined
      ? undefined
      : refuse('unknown-text', `method "${method}" shows no text of ours: leave text out`)
  if (text === undefined) return refuse('unknown-text', `method "${method}" needs the hash of the text shown`)
  if (!texts.has(`${view}.${language}:${text}`))
    return refuse('unknown-text', `${text} was never published as ${view}.${language} of that configuration`)
  return undefined
}

/** Nobody can claim a laxer rule for a region than the site itself has published. */
function checkUnder(
  { under, method, gpc }: ConsentDecision,
  { rules }: PublishedConfiguration,
): Refusal | undefined {
  if (under && !isPublished(under, rules))
    return refuse('unknown-regime', 'that configuration has no such rule for the region: leave "under" out')
  if (method === 'gpc' && !(gpc && under?.regime === 'opt-out'))
    return refuse(
      'unknown-regime',
      'the signal is an act of its own under "opt-out" only, and while it is on',
    )
  return undefined
}

function checkTool(
  { method, tool, type }: ConsentDecision,
  published: PublishedConfiguration,
): Refusal | undefined {
  if (method !== 'take-over')
    return tool === undefined
      ? undefined
      : refuse('unknown-tool', `method "${method}" is no other tool's: leave tool out`)
  if (tool === undefined || tool !== published.tool)
    return refuse('unknown-tool', `that configuration takes over no choices of ${tool ?? 'an unnamed tool'}`)
  return type === 'decision'
    ? undefined
    : refuse('unknown-tool', 'what is taken over is a decision, and takes nothing back')
}

function checkChoices(
  decision: ConsentDecision & { readonly secret?: string },
  purposes: readonly OfferedPurpose[],
): Refusal | undefined {
  const { type, method, choices, gpc, secret } = decision
  for (const id of Object.keys(choices)) {
    const purpose = purposes.find(p => p.id === id)
    if (!purpose)
      return refuse('unknown-purpose', `"${id}" is not asked about in that configuration: leave it out`)
    if (purpose.required)
      return refuse('required-purpose', `"${id}" is strictly necessary and no choice: leave it out`)
  }
  const subset = method !== 'banner' && method !== 'settings'
  if (Object.keys(choices).length === 0 || (!subset && !isComplete(choices, purposes, gpc === true)))
    return refuse('incomplete-choices', 'answer every optional purpose with true or false')
  const grants = grantsAnything(decision)
  if (method === 'gpc' && Object.entries(choices).some(([id, yes]) => yes || !isCovered(purposes, id)))
    return refuse('signal-grants', 'the signal denies what it covers, and says nothing else')
  if (type === 'withdrawal' && grants)
    return refuse('withdrawal-grants', 'a withdrawal has only false choices')
  if (grants && secret === undefined)
    return refuse('secret-required', "a decision that grants anything carries the browser's secret")
  return undefined
}
