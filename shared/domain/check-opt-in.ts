import type { PublishedConfiguration } from './check-decision.ts'
import type { MarketingRefusal, MarketingRefusalReason, OptIn } from './marketing.ts'
import { wordsShown } from './shown.ts'
import { takesOptIns, type CollectionPoint, type Program, type SiteConfiguration } from './site.ts'

/** Of the configuration that is published at this moment. */
export type ProgramsNow = Pick<SiteConfiguration, 'programs' | 'collectionPoints'>

/** A program as it was shown, and as it is published now. What both say must hold. */
export interface JudgedProgram {
  readonly shown: Program
  readonly current: Program
}

/** Judges a well-formed opt-in by the configuration it names and the one of this moment; its address apart. */
export function checkOptIn(
  optIn: OptIn,
  named: PublishedConfiguration | undefined,
  now: ProgramsNow,
): JudgedProgram | MarketingRefusal {
  const { configuration, program, channel } = optIn
  if (!named)
    return refuse(
      'unknown-configuration',
      `this site never published ${configuration}: reload the page and sign up again`,
    )
  const shown = programOf(named, program)
  const current = programOf(now, program)
  if (!shown || !current)
    return refuse('unknown-program', `the site has no program "${program}": use the id of one it has`)
  if (!takesOptIns(current)) return refuse('program-closed', `"${program}" takes no new sign-ups`)
  if (![shown, current].every(p => hasChannel(p, channel)))
    return refuse('unknown-channel', `"${program}" sends nothing by ${channel}: leave this box out`)
  return (
    checkPoint(optIn, now) ??
    checkWords(optIn, named) ??
    checkAge(optIn, { shown, current }) ?? { shown, current }
  )
}

const refuse = (reason: MarketingRefusalReason, detail: string): MarketingRefusal => ({ reason, detail })

const programOf = ({ programs }: ProgramsNow, id: string): Program | undefined =>
  programs.find(program => program.id === id)

export const hasChannel = ({ disclosures }: Program, channel: OptIn['channel']): boolean =>
  disclosures.some(disclosure => disclosure.channel === channel)

/** What does not come from a form of ours names where it was collected; that point is registered, and is for this program. */
function checkPoint(
  { collectionPoint, method, program }: OptIn,
  { collectionPoints = [] }: ProgramsNow,
): MarketingRefusal | undefined {
  if (collectionPoint === undefined)
    return ELSEWHERE.includes(method)
      ? refuse('unknown-collection-point', 'name the collection point whose words were shown')
      : undefined
  const point = collectionPoints.find(({ id }) => id === collectionPoint)
  if (point && collectsFor(point, program)) return undefined
  return refuse(
    'unknown-collection-point',
    `the site has no collection point "${collectionPoint}" for "${program}": add it to the configuration and publish`,
  )
}

const ELSEWHERE: readonly OptIn['method'][] = ['api', 'keyword']

export const collectsFor = ({ programs }: CollectionPoint, program: string): boolean =>
  programs.includes(program)

function checkWords(optIn: OptIn, { texts }: PublishedConfiguration): MarketingRefusal | undefined {
  const { text } = optIn
  const { name } = wordsShown(optIn)
  if (texts.has(`${name}:${text}`)) return undefined
  return refuse('unknown-text', `${text} was never published as ${name} of that configuration`)
}

function checkAge({ ofAge }: OptIn, { shown, current }: JudgedProgram): MarketingRefusal | undefined {
  const age = Math.max(shown.minimumAge ?? 0, current.minimumAge ?? 0)
  if (age === 0 || ofAge === true) return undefined
  return refuse('minor', `this program is for people of ${age} or older who say so: nothing was stored`)
}

/** Either asks for it: a site that begins to confirm does so at once. */
export const confirmationOf = ({ shown, current }: JudgedProgram): Program['confirmation'] =>
  [shown, current].some(p => p.confirmation === 'double') ? 'double' : 'single'
