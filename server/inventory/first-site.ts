import type { DocumentLanguage } from '../../shared/domain/language.ts'
import type { Channel, Localized, Purpose, Service, SiteConfiguration } from '../../shared/domain/site.ts'
import { FIRST_TEXTS, type FirstTexts } from './first-texts.ts'

/** What only the owner of a new site can know. */
export interface FirstAnswers {
  readonly site: string
  readonly name: string
  readonly address: string
  readonly country: string
  readonly email: string
  /** Origin of its pages. */
  readonly website: string
  /** Address under which browsers will reach the consent server. */
  readonly server: string
  readonly languages: readonly DocumentLanguage[]
  readonly analytics: boolean
  readonly marketing: boolean
  readonly channels: readonly Channel[]
  /** Messages a month at most; 0 without channels. */
  readonly perMonth: number
  /** A yes counts once its address confirmed it. */
  readonly confirm: boolean
  /** Address of the terms of its text messages, where carriers ask for them. */
  readonly terms?: string
  /** Calendar date. */
  readonly today: string
}

/** A whole configuration of a new site: what was answered, what follows from it, and no placeholder. */
export function firstSite(answers: FirstAnswers): SiteConfiguration {
  const { site, name, address, country, email, website, server, today, terms } = answers
  const host = new URL(website).hostname
  const said = localizedBy(answers.languages)
  const messages = answers.channels.length > 0
  return {
    $schema: `${server}/v1/site-configuration.schema.json`,
    site,
    name: said(() => name),
    // A name and no address: it stays when the consent server moves.
    logOrigin: `${host}/${site}`,
    controller: {
      name,
      address,
      country,
      email,
      website,
      registrations: [],
      dataProtectionOfficers: [],
    },
    owners: [{ id: OWNER, name, email }],
    origins: [website],
    languages: answers.languages,
    regimes: { default: 'opt-in', rules: [] },
    purposes: purposes(answers, said),
    services: [ownService(answers, said, host)],
    programs: messages
      ? [
          {
            id: 'news',
            name: said(t => t.program(answers)),
            purpose: 'messages',
            open: true,
            countries: [country],
            confirmation: answers.confirm ? 'double' : 'single',
            disclosures: answers.channels.map(channel => ({
              channel,
              text: said(t => t.disclosure[channel](answers)),
            })),
            frequency: said(t => t.frequency(answers)),
            ...(terms !== undefined && { terms }),
            ...(answers.channels.includes('sms') && {
              replies: {
                welcome: said(t => t.replies.welcome(answers)),
                help: said(t => t.replies.help(answers)),
                stopped: said(t => t.replies.stopped(answers)),
              },
            }),
          },
        ]
      : [],
    signals: {
      googleConsentMode: {
        ...(answers.analytics && { analytics_storage: 'analytics' }),
        ...(answers.marketing && {
          ad_storage: 'marketing',
          ad_user_data: 'marketing',
          ad_personalization: 'marketing',
        }),
        security_storage: 'necessary',
      },
    },
    banner: { reject: 'first-layer', buttons: 'equal' },
    choice: { expiresAfterDays: 180 },
    appearance: { accent: '#1f4bd8', corner: 'soft', position: 'bottom-start', scheme: 'auto' },
    retention: [],
    notice: {
      lastRevised: today,
      sections: [
        section('what-this-covers', 'visitors', said, t => [t.covers.title, t.covers.body(answers)]),
        section('your-choices', 'visitors', said, t => [t.choices.title, t.choices.body]),
        ...(messages
          ? [
              section('what-we-send', 'marketing-recipients', said, t => [
                t.byMessage.title,
                t.byMessage.body,
              ]),
            ]
          : []),
      ],
    },
  }
}

/** A site key that fits the address of its pages. */
export function siteKeyFor(website: string): string {
  const [label = ''] = new URL(website).hostname.replace(/^www\./, '').split('.')
  const key = label.toLowerCase().replace(/[^a-z0-9-]/g, '')
  return /^[a-z][a-z0-9-]{1,31}$/.test(key) ? key : 'site'
}

const OWNER = 'privacy'

type Said = (text: (t: FirstTexts) => string) => Localized

const localizedBy =
  (languages: readonly DocumentLanguage[]): Said =>
  text =>
    Object.fromEntries(languages.map(language => [language, text(FIRST_TEXTS[language])]))

function purposes({ analytics, marketing, channels }: FirstAnswers, said: Said): Purpose[] {
  const purpose = (id: 'necessary' | 'analytics' | 'marketing' | 'messages'): Purpose => ({
    id,
    kind: id,
    name: said(t => t[id].name),
    description: said(t => t[id].description),
    basis: id === 'necessary' ? 'strictly-necessary' : 'consent',
    ...(id === 'marketing' && { gpc: true }),
    owner: OWNER,
    audiences: [id === 'messages' ? 'marketing-recipients' : 'visitors'],
  })
  return [
    purpose('necessary'),
    ...(analytics ? [purpose('analytics')] : []),
    ...(marketing ? [purpose('marketing')] : []),
    ...(channels.length > 0 ? [purpose('messages')] : []),
  ]
}

/** The widget's own storage, as the cookie table shows it. */
function ownService(
  { site, name, country, server, today }: FirstAnswers,
  said: Said,
  domain: string,
): Service {
  const place = { domain, path: '/' }
  return {
    id: 'assent',
    name: 'Assent',
    provider: name,
    purpose: 'necessary',
    use: 'operation',
    country,
    hosts: [new URL(server).host],
    cookies: [
      {
        name: `assent_${site}`,
        storage: 'cookie',
        ...place,
        duration: 'P180D',
        description: said(t => t.cookies.choice),
      },
      {
        name: `assent_${site}_out*`,
        storage: 'local',
        ...place,
        duration: 'P180D',
        description: said(t => t.cookies.onItsWay),
      },
      {
        name: `assent_${site}_later`,
        storage: 'session',
        ...place,
        duration: 'session',
        description: said(t => t.cookies.later),
      },
    ],
    approval: { state: 'approved', by: OWNER, on: today },
  }
}

function section(
  id: string,
  audience: 'visitors' | 'marketing-recipients',
  said: Said,
  words: (t: FirstTexts) => [title: string, body: string],
): SiteConfiguration['notice']['sections'][number] {
  return { id, audiences: [audience], title: said(t => words(t)[0]), body: said(t => words(t)[1]) }
}
