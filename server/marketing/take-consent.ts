import type { EvidenceLevel, MarketingRefusalReason } from '../../shared/domain/marketing.ts'
import type { CollectionPoint, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { missingFrom, toldBy } from '../../shared/rules/missing-disclosures.ts'
import type { ConsentGiven, OtherBasis } from '../../shared/schemas/consents.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptIns, type OptInAnswer, type Sender } from './opt-in.ts'
import { recordConsents, type RecordedAnswer } from './record-consent.ts'

/** The site whose forms and back end pass on what people agreed to, as it is published now. */
export interface ConsentSite {
  readonly key: string
  readonly configuration: SiteConfiguration
  /** SHA-256 (hex) of the configuration. */
  readonly hash: string
}

/** What the evidence of this record has to hold beside what every record holds, and does not. */
export function missingEvidence(
  { programs, collectionPoints = [] }: Pick<SiteConfiguration, 'programs' | 'collectionPoints'>,
  sent: Readonly<Record<string, unknown>>,
): string[] {
  const lacks = (field: string): boolean => sent[field] === undefined
  const program: Program | undefined = programs.find(({ id }) => id === sent['program'])
  const point: CollectionPoint | undefined = collectionPoints.find(({ id }) => id === sent['collectionPoint'])
  const isConsent = lacks('basis') || sent['basis'] === 'consent'
  const needed = [
    ...(point?.kind === 'web-form' ? ['page'] : []),
    ...(isConsent && program?.minimumAge !== undefined ? ['ofAge'] : []),
    ...(isConsent && program?.sharesWith !== undefined ? ['sharesWith'] : []),
    ...(isSoft(sent['basis']) ? ['optOutOffered'] : []),
    ...(!isConsent && !lacks('text') ? ['configuration', 'language', 'collectionPoint'] : []),
  ]
  return needed.filter(lacks)
}

const isSoft = (basis: unknown): boolean => basis === 'soft-opt-in' || basis === 'charity-soft-opt-in'

/** Appends an opt-in that another system took, with the same evidence as one of our forms. */
export async function takeConsent(
  ledger: Ledger,
  { key, configuration }: ConsentSite,
  { ofAge, basis: _basis, page: _page, ip: _ip, userAgent: _agent, ...given }: ConsentGiven,
  sender: Sender,
): Promise<OptInAnswer> {
  const { id } = given
  // Who says to be too young has said so, which is another thing than not having been asked.
  if (ofAge === false) return refuse(id, 'minor', 'this person is not of age: nothing was stored')
  const untold = untoldBy(ledger, key, configuration, given)
  if (untold !== undefined) return refuse(id, 'evidence-missing', untold)
  const optIn = { ...given, method: 'api' as const, ...(ofAge && { ofAge }) }
  const [answer] = await appendOptIns(ledger, key, [optIn], configuration, sender)
  return answer!
}

const wordsOf = ({
  collectionPoint,
  language,
  text,
}: Pick<OtherBasis, 'collectionPoint' | 'language' | 'text'>): string =>
  `collection.${collectionPoint}.${language}:${text}`

const refuse = (id: string, refused: MarketingRefusalReason, detail: string) => ({ id, refused, detail })

/** A point collects for every channel its words tell enough for; for another they show no consent. */
function untoldBy(
  { store }: Ledger,
  site: string,
  configuration: SiteConfiguration,
  { program: id, channel, language, collectionPoint, text, configuration: named }: ConsentGiven,
): string | undefined {
  const program = configuration.programs.find(each => each.id === id)
  const isPublished = store.publication(site, named)?.texts.has(wordsOf({ collectionPoint, language, text }))
  const words = isPublished ? store.text(site, text) : undefined
  // What was never published is refused as that.
  if (!program || !words) return undefined
  const missing = missingFrom(
    new TextDecoder().decode(words.body),
    language,
    toldBy(configuration, program, channel, language),
    'point',
  )
  if (missing.length === 0) return undefined
  const untold = missing.map(({ what, rule }) => `${what} (${rule.id})`).join(', ')
  return `the words of "${collectionPoint}" do not tell what ${channel} needs: ${untold}`
}

/** Records that somebody may be written to for another reason than consent: which, why, and who says so. */
export async function takeOtherBasis(
  ledger: Ledger,
  { key, configuration, hash }: ConsentSite,
  sent: OtherBasis,
  { actor, sender }: { readonly actor: string; readonly sender: Sender },
): Promise<RecordedAnswer> {
  const { id, text, language, collectionPoint, reason, reference, optOutOffered } = sent
  const named = sent.configuration ?? hash
  if (text !== undefined && !ledger.store.publication(key, named)?.texts.has(wordsOf(sent)))
    return refuse(id, 'unknown-text', `${text} was never published as words of "${collectionPoint}"`)
  const { program, channel, address, decidedAt, basis } = sent
  const { network: ip, userAgent, page } = sender
  const consent = {
    id,
    program,
    channel,
    address,
    decidedAt,
    basis,
    evidence: evidenceOf(sent),
    configuration: text === undefined ? hash : named,
    ...(text !== undefined && { text }),
    ...(language !== undefined && { language }),
    ...(collectionPoint !== undefined && { collectionPoint }),
    method: 'api' as const,
    actor,
    shown: {
      reason,
      ...(reference !== undefined && { reference }),
      ...(optOutOffered !== undefined && { optOutOffered }),
      ...(ip !== undefined && { ip }),
      ...(page !== undefined && { page }),
      ...(userAgent !== undefined && { userAgent }),
    },
  }
  const [answer] = await recordConsents(ledger, key, [consent], configuration)
  return answer!
}

/** A soft opt-in is shown by the words that offered the way out; everything else by what happened. */
function evidenceOf({ basis, text, reference }: OtherBasis): EvidenceLevel {
  if (!isSoft(basis)) return reference === undefined ? 'asserted' : 'full'
  return text !== undefined ? 'full' : reference !== undefined ? 'partial' : 'asserted'
}
