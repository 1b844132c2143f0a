import { NOTICE_PARTS } from '../domain/site.ts'
import type { Program, Purpose, Service, SiteConfiguration } from '../domain/site.ts'

/** One thing wrong with a configuration: where, and what to do. */
export interface Fault {
  /** Such as `purposes[2].default`. */
  readonly path: string
  readonly message: string
}

/** Whatever was written: every field may be missing or of another type, and the rules still say all they can. */
type Loose<T> = T extends string | number | boolean
  ? T | undefined
  : T extends readonly (infer I)[]
    ? readonly Loose<I>[] | undefined
    : { readonly [K in keyof T]?: Loose<T[K]> | undefined } | undefined

type LooseSite = NonNullable<Loose<SiteConfiguration>>

/** What must hold across fields: references, completeness in every language, and honesty towards the visitor. */
export function siteFaults(input: unknown): Fault[] {
  const site = (isObject(input) ? input : {}) as LooseSite
  return [
    ...uniqueIds(site),
    ...references(site),
    ...languages(site),
    ...origins(site),
    ...purposes(site),
    ...services(site),
    ...keptNames(site),
    ...signals(site),
    ...programs(site),
    ...bannerWords(site),
    ...strictestDefault(site),
    ...noticeParts(site),
  ]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The items of a list, each with its path; nothing when it is no list. */
function each<T>(list: readonly T[] | undefined, path: string): { item: NonNullable<T>; at: string }[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: T, i) =>
    isObject(item) ? [{ item: item as NonNullable<T>, at: `${path}[${i}]` }] : [],
  )
}

function uniqueIds(site: LooseSite): Fault[] {
  const lists = [
    each(site.owners, 'owners'),
    each(site.purposes, 'purposes'),
    each(site.services, 'services'),
    each(site.programs, 'programs'),
    each(site.notice?.sections, 'notice.sections'),
  ]
  return lists.flatMap(list => {
    const seen = new Set<string>()
    return list.flatMap(({ item, at }) => {
      if (item.id === undefined) return []
      const repeated = seen.has(item.id)
      seen.add(item.id)
      return repeated
        ? [{ path: `${at}.id`, message: `"${item.id}" is used twice: give each its own id` }]
        : []
    })
  })
}

function references(site: LooseSite): Fault[] {
  const owners = new Set(each(site.owners, '').map(o => o.item.id))
  const purposeIds = new Set(each(site.purposes, '').map(p => p.item.id))
  const missing = (path: string, id: string | undefined, known: Set<string | undefined>, what: string) =>
    id === undefined || known.has(id)
      ? []
      : [{ path, message: `no ${what} has the id "${id}": add it, or name another` }]
  return [
    ...each(site.purposes, 'purposes').flatMap(({ item, at }) =>
      missing(`${at}.owner`, item.owner, owners, 'owner'),
    ),
    ...each(site.services, 'services').flatMap(({ item, at }) =>
      missing(`${at}.purpose`, item.purpose, purposeIds, 'purpose'),
    ),
    ...each(site.programs, 'programs').flatMap(({ item, at }) =>
      missing(`${at}.purpose`, item.purpose, purposeIds, 'purpose'),
    ),
    ...each(site.retention, 'retention').flatMap(({ item, at }) =>
      missing(`${at}.purpose`, item.purpose, purposeIds, 'purpose'),
    ),
    ...Object.entries(
      isObject(site.signals?.googleConsentMode) ? site.signals.googleConsentMode : {},
    ).flatMap(([signal, id]) =>
      missing(`signals.googleConsentMode.${signal}`, String(id), purposeIds, 'purpose'),
    ),
  ]
}

/** Fields that hold text per language, wherever they stand. */
const LOCALIZED = new Set(['name', 'description', 'title', 'text', 'body'])

function languages(site: LooseSite): Fault[] {
  const offered = Array.isArray(site.languages) ? (site.languages as readonly string[]) : []
  const walk = (value: unknown, path: string, key: string, depth = 0): Fault[] => {
    // No field lies deeper; what does is no field, and says so.
    if (depth > 8) return []
    if (Array.isArray(value)) return value.flatMap((item, i) => walk(item, `${path}[${i}]`, '', depth + 1))
    if (!isObject(value)) return []
    if (LOCALIZED.has(key))
      return [
        ...offered
          .filter(tag => !(tag in value))
          .map(tag => ({ path: `${path}.${tag}`, message: `is missing: the site offers "${tag}"` })),
        ...Object.keys(value)
          .filter(tag => offered.length > 0 && !offered.includes(tag))
          .map(tag => ({
            path: `${path}.${tag}`,
            message: `"${tag}" is not among the site's languages: add it there, or remove this`,
          })),
      ]
    return Object.entries(value).flatMap(([name, inner]) =>
      walk(inner, path ? `${path}.${name}` : name, name, depth + 1),
    )
  }
  return walk(site, '', '')
}

function origins(site: LooseSite): Fault[] {
  if (!Array.isArray(site.origins)) return []
  return site.origins.flatMap((origin: unknown, i) => {
    const url = URL.parse(String(origin))
    if (url && url.origin === origin && /^https?:$/.test(url.protocol)) return []
    const better = url && url.origin !== 'null' ? `"${url.origin}"` : '"https://www.shop.example"'
    return [{ path: `origins[${i}]`, message: `must be scheme, host and port only, such as ${better}` }]
  })
}

function purposes(site: LooseSite): Fault[] {
  const list = each<Loose<Purpose>>(site.purposes, 'purposes')
  const faults = list.flatMap(({ item, at }) => {
    const necessary = item.kind === 'necessary'
    if (necessary !== (item.basis === 'strictly-necessary') && item.basis !== undefined)
      return [
        {
          path: `${at}.basis`,
          message: necessary
            ? 'must be "strictly-necessary": nobody is asked about a necessary purpose'
            : 'only a purpose of kind "necessary" is strictly necessary; this one needs "consent"',
        },
      ]
    if (!necessary && item.kind !== 'messages' && item.basis !== undefined && item.basis !== 'consent')
      return [
        {
          path: `${at}.basis`,
          message:
            'must be "consent": storing or reading on a device that is not strictly necessary rests on nothing else (ePrivacy Directive Art. 5(3))',
        },
      ]
    return []
  })
  if (list.length > 0 && !list.some(({ item }) => item.kind === 'necessary'))
    faults.push({
      path: 'purposes',
      message: 'needs one of kind "necessary": the memory of the choice itself belongs there',
    })
  return faults
}

function services(site: LooseSite): Fault[] {
  const kinds = new Map(each<Loose<Purpose>>(site.purposes, '').map(p => [p.item.id, p.item]))
  return each<Loose<Service>>(site.services, 'services').flatMap(({ item, at }) => {
    const purpose = kinds.get(item.purpose)
    const faults: Fault[] = []
    if (item.use === 'advertising' && purpose && purpose.kind !== 'marketing')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is of kind "${purpose.kind}": an advertising service belongs to a marketing purpose, or people agree to something else than they read`,
      })
    if (item.use === 'advertising' && purpose?.kind === 'marketing' && purpose.gpc !== true)
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" advertises, so it needs "gpc": true: Global Privacy Control must be able to keep it off`,
      })
    if (purpose?.kind === 'messages')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is about messages: what a service keeps in the browser needs a purpose of its own`,
      })
    if (purpose?.kind === 'necessary' && item.use !== undefined && item.use !== 'operation')
      faults.push({
        path: `${at}.use`,
        message: `"${item.use}" is not necessary: nobody is asked about "${item.purpose}", so only services of use "operation" belong there`,
      })
    if (item.approval?.state === 'approved' && (!item.approval.by || !item.approval.on))
      faults.push({
        path: `${at}.approval`,
        message: 'an approved service says by whom ("by") and when ("on")',
      })
    return faults
  })
}

/** A withdrawal removes what services keep; it must never remove, or be able to forge, what remembers the withdrawal. */
function keptNames(site: LooseSite): Fault[] {
  const necessary = new Set(
    each<Loose<Purpose>>(site.purposes, '')
      .filter(p => p.item.kind === 'necessary')
      .map(p => p.item.id),
  )
  return each<Loose<Service>>(site.services, 'services')
    .filter(({ item }) => !necessary.has(item.purpose))
    .flatMap(({ item, at }) =>
      each(item.cookies, `${at}.cookies`).flatMap(({ item: cookie, at: where }) =>
        typeof cookie.name === 'string' && reachesOurs(cookie.name)
          ? [
              {
                path: `${where}.name`,
                message: 'reaches names that begin with "assent_", which remember the choice: be more exact',
              },
            ]
          : [],
      ),
    )
}

function reachesOurs(name: string): boolean {
  const stem = name.replace(/\*$/, '')
  return stem.startsWith('assent_') || (name.endsWith('*') && 'assent_'.startsWith(stem))
}

/** A signal may be granted only by a purpose people are asked about, and advertising only by one that advertises. */
function signals(site: LooseSite): Fault[] {
  const purposes = new Map(each<Loose<Purpose>>(site.purposes, '').map(p => [p.item.id, p.item]))
  const given = site.signals?.googleConsentMode
  return Object.entries(isObject(given) ? given : {}).flatMap(([signal, id]) => {
    const purpose = purposes.get(String(id))
    if (!purpose) return []
    const path = `signals.googleConsentMode.${signal}`
    if (signal.startsWith('ad_'))
      return purpose.kind === 'marketing' && purpose.gpc === true
        ? []
        : [
            {
              path,
              message: `"${String(id)}" must be of kind "marketing" and have "gpc": true, for this signal advertises`,
            },
          ]
    const asks = purpose.kind !== 'necessary' && purpose.kind !== 'messages'
    return asks || signal === 'security_storage'
      ? []
      : [
          {
            path,
            message: `"${String(id)}" is never asked about on the page: only security_storage may go without`,
          },
        ]
  })
}

function programs(site: LooseSite): Fault[] {
  const kinds = new Map(each<Loose<Purpose>>(site.purposes, '').map(p => [p.item.id, p.item.kind]))
  let offers = 0
  return each<Loose<Program>>(site.programs, 'programs').flatMap(({ item, at }) => {
    const faults: Fault[] = []
    const kind = kinds.get(item.purpose)
    if (kind !== undefined && kind !== 'messages')
      faults.push({
        path: `${at}.purpose`,
        message: `"${item.purpose}" is of kind "${kind}": agreeing to cookies is not agreeing to messages, so a program needs a purpose of kind "messages"`,
      })
    const seen = new Set<string>()
    for (const { item: disclosure, at: where } of each(item.disclosures, `${at}.disclosures`)) {
      if (typeof disclosure.channel !== 'string') continue
      if (seen.has(disclosure.channel))
        faults.push({
          path: `${where}.channel`,
          message: `"${disclosure.channel}" has its words already: one box, one text`,
        })
      seen.add(disclosure.channel)
    }
    const countries: readonly unknown[] = Array.isArray(item.countries) ? item.countries : []
    countries.forEach((code, i) => {
      if (countries.indexOf(code) < i)
        faults.push({ path: `${at}.countries[${i}]`, message: `"${String(code)}" is named twice` })
    })
    if (item.offer !== undefined && offers++ > 0)
      faults.push({
        path: `${at}.offer`,
        message: 'another program offers itself already: two banners at once are one too many',
      })
    if (item.offer !== undefined && item.open === false)
      faults.push({
        path: `${at}.offer`,
        message: 'offers what is closed: open the program, or remove the offer',
      })
    if (Array.isArray(item.disclosures) && item.disclosures.length === 0)
      faults.push({ path: `${at}.disclosures`, message: 'needs the exact words of at least one channel' })
    return faults
  })
}

/** Visitors' own refusal tools find a banner by its words, and people should too. */
const SPEAKS_OF_COOKIES: Record<string, RegExp> = { en: /cookie/i, de: /cookie/i, ar: /كوكيز|تعريف الارتباط/ }

function bannerWords(site: LooseSite): Fault[] {
  const own = site.banner?.text
  return Object.entries(isObject(own) ? own : {}).flatMap(([tag, words]) =>
    typeof words === 'string' && Object.hasOwn(SPEAKS_OF_COOKIES, tag) && !SPEAKS_OF_COOKIES[tag]!.test(words)
      ? [{ path: `banner.text.${tag}`, message: 'must name cookies in plain words' }]
      : [],
  )
}

function strictestDefault(site: LooseSite): Fault[] {
  const regime = site.regimes?.default
  return regime === undefined || regime === 'opt-in'
    ? []
    : [
        {
          path: 'regimes.default',
          message: 'must be "opt-in": a visitor whose region is unknown gets the strictest rules',
        },
      ]
}

/** The notice writes these parts by itself, and `#cookies` in a section leads to them. */
function noticeParts(site: LooseSite): Fault[] {
  return each(site.notice?.sections, 'notice.sections').flatMap(({ item, at }) =>
    NOTICE_PARTS.some(part => part === item.id)
      ? [{ path: `${at}.id`, message: `"${item.id}" names a part the notice has already: choose another` }]
      : [],
  )
}
