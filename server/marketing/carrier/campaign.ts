import { CAMPAIGN_FIELDS, CAMPAIGN_SAMPLES } from '../../../shared/rules/campaign-registration.ts'
import { holdsOn } from '../../../shared/rules/dated.ts'
import { KEYWORDS, type KeywordMeaning } from '../../../shared/rules/keywords.ts'
import type { Program, SiteConfiguration } from '../../../shared/domain/site.ts'

export interface CampaignSite {
  readonly key: string
  readonly configuration: SiteConfiguration
}

/** A 10DLC campaign in the words of Twilio's API. What is absent has still to be written. */
export interface Campaign {
  readonly description: string
  readonly messageFlow: string
  readonly messageSamples: readonly string[]
  readonly optInMessage?: string
  readonly optOutMessage?: string
  readonly helpMessage?: string
  readonly optInKeywords: readonly string[]
  readonly optOutKeywords: readonly string[]
  readonly helpKeywords: readonly string[]
  readonly privacyPolicyUrl: string
  readonly termsAndConditionsUrl?: string
  readonly hasEmbeddedLinks: boolean
  readonly hasEmbeddedPhone: boolean
  readonly subscriberOptIn: true
  readonly ageGated: boolean
}

export interface CampaignContext {
  /** Of this server, as people reach it. */
  readonly url: string
  /** RFC 3339 full-date. */
  readonly day: string
  /** Language of the registration. */
  readonly language: string
  /** Messages as they will be sent; nobody but the owner knows them. */
  readonly samples: readonly string[]
  /** Where else people opt in to its text messages. */
  readonly points: readonly TextingPoint[]
}

/** A place of the owner's own whose words tell all that text messages need. */
export interface TextingPoint {
  readonly name: string
  readonly kind: string
  readonly url?: string
  readonly words: string
}

export function campaignOf(
  site: CampaignSite,
  program: Program,
  { url, day, language, samples, points }: CampaignContext,
): Campaign {
  const { configuration } = site
  const purpose = configuration.purposes.find(({ id }) => id === program.purpose)
  const { welcome, help, stopped } = program.replies ?? {}
  const seller = program.seller ?? configuration.controller.name
  const words = (means: KeywordMeaning) => keywords(means, language, day)
  return {
    description:
      `${seller} sends text messages of the program “${program.name[language]}” to people who asked for them. ${purpose?.description[language] ?? ''}`.trim(),
    messageFlow: messageFlow(site, program, { url, language, points }),
    messageSamples: samples,
    ...(welcome?.[language] !== undefined && { optInMessage: welcome[language] }),
    ...(stopped?.[language] !== undefined && { optOutMessage: stopped[language] }),
    ...(help?.[language] !== undefined && { helpMessage: help[language] }),
    optInKeywords: words('start'),
    optOutKeywords: words('stop'),
    helpKeywords: words('help'),
    privacyPolicyUrl: `${url}/s/${site.key}/notice`,
    ...(program.terms !== undefined && { termsAndConditionsUrl: program.terms }),
    hasEmbeddedLinks: samples.some(sample => /https?:\/\/|\b\w+\.(?:com|net|org|example)\b/i.test(sample)),
    hasEmbeddedPhone: samples.some(sample => /\+?\d[\d\s().-]{8,}\d/.test(sample)),
    subscriberOptIn: true,
    ageGated: program.minimumAge !== undefined,
  }
}

/** Words of the registration's language and of English that count on that day, as a provider lists them: in capitals. */
function keywords(means: KeywordMeaning, language: string, day: string): string[] {
  const counting = KEYWORDS.filter(
    word =>
      word.means === means && holdsOn(word, day) && (word.language === 'en' || word.language === language),
  )
  return [...new Set(counting.map(({ word }) => word.toUpperCase()))].filter(word => !word.includes(' '))
}

/** How somebody comes to get messages, told to whoever has to allow it: nothing that the configuration does not bear out. */
function messageFlow(
  { key }: CampaignSite,
  program: Program,
  { url, language, points }: Pick<CampaignContext, 'url' | 'language' | 'points'>,
): string {
  const disclosure = program.disclosures.find(({ channel }) => channel === 'sms')?.text[language] ?? ''
  return [
    `People opt in on a web form (${url}/s/${key}/opt-in.${program.id}.${language}.html). It has a box for text messages alone, unticked, apart from e-mail and from every other question; the form can be sent without it. Beside the box: “${disclosure}”`,
    program.terms === undefined
      ? 'The privacy notice is linked there.'
      : 'The terms and the privacy notice are linked there.',
    ...(program.confirmation === 'double'
      ? ['A text message then asks to confirm, and nothing else is sent until its number has.']
      : []),
    ...points.map(
      ({ name, kind, url: at, words }) =>
        `People also opt in at “${name}” (${kind}${at === undefined ? '' : `, ${at}`}), in these words: “${words}”`,
    ),
    'Each opt-in is recorded with its time, page, language and the exact words, in an append-only log.',
    ...(program.sharesWith === undefined ? ['Mobile opt-in data is not shared.'] : []),
  ].join(' ')
}

/** What has to be put right before it is handed in, in words that say how. */
export function missingIn(campaign: Campaign): string[] {
  const told: Readonly<Record<string, readonly string[] | undefined>> = {
    ...Object.fromEntries(
      Object.entries(campaign).map(([name, value]) => [
        name,
        typeof value === 'string' ? [value] : undefined,
      ]),
    ),
    messageSamples: campaign.messageSamples,
    optInKeywords: [campaign.optInKeywords.join(',')],
    optOutKeywords: [campaign.optOutKeywords.join(',')],
    helpKeywords: [campaign.helpKeywords.join(',')],
  }
  const lengths = CAMPAIGN_FIELDS.flatMap(({ field, least, most }) => {
    const texts = told[field]
    if (texts === undefined) return [`${field} is missing: ${HOW[field] ?? 'add it to the configuration'}.`]
    return texts
      .filter(text => text.length < least || text.length > most)
      .map(
        text =>
          `${field} has ${text.length} characters; it must have ${least} to ${most}: “${text.slice(0, 40)}…”`,
      )
  })
  const { messageSamples, privacyPolicyUrl, termsAndConditionsUrl } = campaign
  const { least, most } = CAMPAIGN_SAMPLES
  return [
    ...lengths,
    ...(messageSamples.length < least || messageSamples.length > most
      ? [
          `messageSamples: ${least} to ${most} are needed, ${messageSamples.length} were given: name each with --sample "…".`,
        ]
      : []),
    ...(privacyPolicyUrl.startsWith('https://')
      ? []
      : [
          `privacyPolicyUrl is ${privacyPolicyUrl}: set ASSENT_URL to the public https address of this server.`,
        ]),
    ...(termsAndConditionsUrl === undefined
      ? ['termsAndConditionsUrl is missing: add "terms" to the program.']
      : termsAndConditionsUrl.startsWith('https://')
        ? []
        : [`termsAndConditionsUrl is ${termsAndConditionsUrl}: it must be a public https address.`]),
  ]
}

const HOW: Readonly<Record<string, string>> = {
  optInMessage: 'add "replies.welcome" to the program',
  optOutMessage: 'add "replies.stopped" to the program',
  helpMessage: 'add "replies.help" to the program',
}
