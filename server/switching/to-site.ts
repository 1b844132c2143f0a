import type { DocumentLanguage, WidgetLanguage } from '../../shared/domain/language.ts'
import { DOCUMENT_LANGUAGES } from '../../shared/domain/language.ts'
import type { Localized, Purpose, Service, SiteConfiguration } from '../../shared/domain/site.ts'
import { FIRST_TEXTS } from '../inventory/first-texts.ts'
import { firstSite } from '../inventory/first-site.ts'
import type { Found, FoundPurpose, FoundService, Notes, Texts } from './found.ts'
import { knownFor } from './known.ts'
import { languageFor, plainText } from './plain-text.ts'

/** What only the owner of the site knows; what is left out is written as what it is: still to be written. */
export interface Owner {
  readonly site: string
  readonly name?: string
  readonly address?: string
  readonly country?: string
  readonly email?: string
  readonly website?: string
  readonly server: string
  /** Calendar dates. */
  readonly today: string
  readonly switchedOn: string
}

/** Begins what stands in place of a fact that nobody has given yet. */
const TO_BE_WRITTEN = 'To be written'
const TO_BE_DESCRIBED = 'To be described'
/** The user-assigned code of ISO 3166-1 that stands for no country. */
const UNKNOWN_COUNTRY = 'ZZ'
/** What Klaro and others keep a choice for where nothing is said: half a year. */
const DAYS = 180
const OWNER = 'privacy'

/** A whole configuration of ours, of what was found in another tool's and what its owner has said. */
export function toSite(found: Found, owner: Owner, notes: Notes): SiteConfiguration {
  const languages = languagesOf(found, notes)
  const website = owner.website ?? 'https://www.example.com'
  const documents = languages.filter((one): one is DocumentLanguage =>
    DOCUMENT_LANGUAGES.some(known => known === one),
  )
  const base = firstSite({
    site: owner.site,
    name: owner.name ?? `${TO_BE_WRITTEN}: company`,
    address: owner.address ?? `${TO_BE_WRITTEN}: postal address`,
    country: owner.country ?? UNKNOWN_COUNTRY,
    email: owner.email ?? 'to-be-written@example.com',
    website,
    server: owner.server,
    languages: [...new Set<DocumentLanguage>([...documents, 'en'])],
    analytics: false,
    marketing: false,
    channels: [],
    perMonth: 0,
    confirm: false,
    today: owner.today,
  })
  tellTodo(owner, languages, notes)

  const spoken = (texts: Localized): Localized =>
    Object.fromEntries(languages.map(language => [language, texts[language] ?? texts['en'] ?? '']))
  const said = (texts: Texts, otherwise: (language: WidgetLanguage) => string): Localized =>
    localized(texts, languages, otherwise)
  const purposes = purposesOf(found, languages, notes, said)
  const [ownPurpose] = base.purposes
  const ours = purposes.some(({ kind }) => kind === 'necessary')
    ? purposes
    : [
        { ...ownPurpose!, name: spoken(ownPurpose!.name), description: spoken(ownPurpose!.description) },
        ...purposes,
      ]
  const necessary = ours.find(({ kind }) => kind === 'necessary')!.id
  const [ownService] = base.services
  const services = found.services.map(service =>
    serviceOf(service, ours, said, new URL(website).hostname, notes),
  )
  const days = found.expiresAfterDays ?? DAYS
  const shared = found.domain
  const isBelow = shared !== undefined && `.${new URL(website).hostname}`.endsWith(`.${shared}`)
  if (shared !== undefined && !isBelow && owner.website !== undefined)
    notes.changed.push(
      `the cookie's domain "${shared}" is not above ${website}, so each host remembers for itself`,
    )
  return {
    ...base,
    name: spoken(base.name),
    languages,
    purposes: ours,
    services: [
      {
        ...ownService!,
        purpose: necessary,
        cookies: ownService!.cookies.map(cookie => ({
          ...cookie,
          ...(cookie.storage !== 'session' && { duration: `P${days}D` }),
          ...(cookie.storage === 'cookie' && isBelow && { domain: shared }),
          description: spoken(cookie.description),
        })),
      },
      ...services,
    ],
    signals: { googleConsentMode: signalsOf(found, ours) },
    ...(Object.keys(found.aliases).length > 0 && { gating: { aliases: found.aliases } }),
    banner: {
      ...base.banner,
      ...(Object.keys(found.title).length > 0 && { title: said(found.title, () => TO_BE_WRITTEN) }),
      ...(Object.keys(found.text).length > 0 && { text: said(found.text, () => TO_BE_WRITTEN) }),
    },
    choice: {
      expiresAfterDays: days,
      ...(isBelow && { domain: shared }),
      ...(Object.keys(found.takeOver.map).length > 0 && {
        takeOver: { ...found.takeOver, switchedOn: owner.switchedOn },
      }),
    },
    appearance: { ...base.appearance, ...found.appearance },
    notice: {
      ...base.notice,
      sections: base.notice.sections.map(section => ({
        ...section,
        title: spoken(section.title),
        body: spoken(section.body),
      })),
    },
  }
}

function languagesOf({ languages }: Found, notes: Notes): WidgetLanguage[] {
  const known = languages.flatMap(tag => {
    const language = languageFor(tag)
    if (!language) notes.unknown.push(`language "${tag}": the widget does not speak it yet`)
    else if (language !== tag) notes.changed.push(`language "${tag}" became "${language}"`)
    return language ? [language] : []
  })
  const unique = [...new Set(known)]
  return unique.length > 0 ? unique : ['en']
}

/** Of several tags that mean one language, the first; the first language of all where one has no text. */
function localized(
  texts: Texts,
  languages: readonly WidgetLanguage[],
  otherwise: (language: WidgetLanguage) => string,
): Localized {
  const read = Object.entries(texts).map(([tag, text]) => [languageFor(tag), plainText(text)] as const)
  return Object.fromEntries(
    languages.map(language => [
      language,
      read.find(([of, text]) => of === language && text !== '')?.[1] ?? otherwise(language),
    ]),
  )
}

type Said = (texts: Texts, otherwise: (language: WidgetLanguage) => string) => Localized

const isDocument = (language: WidgetLanguage): language is DocumentLanguage => language in FIRST_TEXTS

function purposesOf(
  { purposes }: Found,
  languages: readonly WidgetLanguage[],
  notes: Notes,
  said: Said,
): Purpose[] {
  return purposes.map(({ id, kind, name, description }) => {
    const own = (language: WidgetLanguage) => FIRST_TEXTS[isDocument(language) ? language : 'en'][kind]
    const isOurs = languages.some(
      language => !Object.keys(description).some(tag => languageFor(tag) === language),
    )
    if (isOurs && kind !== 'necessary')
      notes.todo.push(`purpose "${id}": its description is one of ours: say what it does on your site`)
    return {
      id,
      kind,
      name: said(name, language => own(language).name),
      description: said(description, language => own(language).description),
      basis: kind === 'necessary' ? 'strictly-necessary' : 'consent',
      // What a marketing purpose does is selling or sharing, until its owner knows better.
      ...(kind === 'marketing' && { gpc: true }),
      owner: OWNER,
      audiences: ['visitors'],
    }
  })
}

const USES = {
  necessary: 'operation',
  preferences: 'preferences',
  analytics: 'statistics',
  marketing: 'embedded-content',
} as const satisfies Record<FoundPurpose['kind'], Service['use']>

function serviceOf(
  service: FoundService,
  purposes: readonly Purpose[],
  said: Said,
  host: string,
  notes: Notes,
): Service {
  const { id, name, purpose, cookies } = service
  const known = knownFor(service)
  const kind = purposes.find(each => each.id === purpose)!.kind as FoundPurpose['kind']
  const fits = known && (known.use !== 'advertising' || kind === 'marketing') && kind !== 'necessary'
  if (known)
    notes.taken.push(
      `service "${id}": its provider, country and hosts are those of ${known.name} in the built-in table`,
    )
  else notes.todo.push(`service "${id}": provider, country and hosts`)
  if (cookies.length > 0) notes.todo.push(`service "${id}": how long its cookies last, and what each is for`)
  return {
    id,
    name,
    provider: known?.provider ?? `${TO_BE_WRITTEN}: provider`,
    purpose,
    use: fits ? known.use : USES[kind],
    country: known?.country ?? UNKNOWN_COUNTRY,
    hosts: known?.hosts ?? [],
    cookies: cookies.map(cookie => ({
      name: cookie.name,
      storage: 'cookie' as const,
      domain: /^[a-z0-9][a-z0-9.-]*$/.test(cookie.domain?.replace(/^\./, '') ?? '')
        ? cookie.domain!.replace(/^\./, '')
        : host,
      path: cookie.path?.startsWith('/') ? cookie.path : '/',
      duration: 'P13M',
      description: said(cookie.description ?? {}, () => `${TO_BE_DESCRIBED}: kept by ${name}.`),
    })),
    approval: { state: 'proposed' },
  }
}

/** As their owner had them, or else as the kinds of purposes say. */
function signalsOf(
  { signals }: Found,
  purposes: readonly Purpose[],
): SiteConfiguration['signals']['googleConsentMode'] {
  const first = (kind: Purpose['kind']): string | undefined => purposes.find(each => each.kind === kind)?.id
  const [analytics, marketing, necessary] = [first('analytics'), first('marketing'), first('necessary')]
  const advertises = (id: string | undefined): boolean =>
    purposes.some(purpose => purpose.id === id && purpose.kind === 'marketing')
  const theirs = Object.entries(signals).filter(([signal, id]) => !signal.startsWith('ad_') || advertises(id))
  return {
    ...(analytics !== undefined && { analytics_storage: analytics }),
    ...(marketing !== undefined && {
      ad_storage: marketing,
      ad_user_data: marketing,
      ad_personalization: marketing,
    }),
    ...(necessary !== undefined && { security_storage: necessary }),
    ...(Object.fromEntries(theirs) as Found['signals']),
  }
}

function tellTodo(owner: Owner, languages: readonly WidgetLanguage[], { todo }: Notes): void {
  const missing = (['name', 'address', 'country', 'email', 'website'] as const).filter(
    fact => owner[fact] === undefined,
  )
  if (missing.length > 0)
    todo.push(
      `who answers for the site: ${missing.map(fact => `--${fact}`).join(', ')}; until then nothing is published`,
    )
  const foreign = languages.filter(language => !isDocument(language))
  if (foreign.length > 0)
    todo.push(`texts of ours that stand there in English: translate them to ${foreign.join(', ')}`)
  todo.push(
    'approval of every service: none runs, whatever the visitor says, until somebody of yours has approved it',
  )
  todo.push('the notice: what this was made of knows no more of it than who you are')
}
