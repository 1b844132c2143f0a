import { NOTICE_PARTS } from '../domain/site.ts'
import { keptNameFaults } from './kept-names.ts'
import { each, isObject, looseSite, type Fault, type LooseSite } from './loose-site.ts'
import { regionFaults } from './site-regions.ts'
import { signalPurposes } from './signal-purposes.ts'

/** What a configuration names must be there, once, in every language; and its origins must be origins. */
export function referenceFaults(input: unknown): Fault[] {
  const site = looseSite(input)
  return [
    ...uniqueIds(site),
    ...noticeParts(site),
    ...references(site),
    ...languages(site),
    ...origins(site),
    ...domain(site),
    ...handOver(site),
    ...keptNameFaults(site),
    ...regionFaults(site),
    ...takenOver(site),
  ]
}

function uniqueIds(site: LooseSite): Fault[] {
  const lists = [
    each(site.owners, 'owners'),
    each(site.purposes, 'purposes'),
    each(site.services, 'services'),
    each(site.programs, 'programs'),
    each(site.collectionPoints, 'collectionPoints'),
    each(site.senders, 'senders'),
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
  const programIds = new Set(each(site.programs, '').map(p => p.item.id))
  const serviceIds = each(site.services, '').map(s => s.item.id)
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
    ...[...each(site.collectionPoints, 'collectionPoints'), ...each(site.senders, 'senders')].flatMap(
      ({ item, at }) =>
        (Array.isArray(item.programs) ? (item.programs as readonly string[]) : []).flatMap((id, i) =>
          missing(`${at}.programs[${i}]`, id, programIds, 'program'),
        ),
    ),
    ...each(site.retention, 'retention').flatMap(({ item, at }) =>
      missing(`${at}.purpose`, item.purpose, purposeIds, 'purpose'),
    ),
    ...signalPurposes(site).flatMap(({ path, id }) => missing(path, id, purposeIds, 'purpose')),
    ...Object.entries(isObject(site.gating?.aliases) ? site.gating.aliases : {}).flatMap(([name, id]) =>
      missing(
        `gating.aliases.${name}`,
        String(id),
        new Set([...purposeIds, ...serviceIds]),
        'purpose or service',
      ),
    ),
  ]
}

/** Fields that hold text per language, wherever they stand. */
const LOCALIZED = new Set([
  'name',
  'description',
  'title',
  'text',
  'body',
  'frequency',
  'welcome',
  'help',
  'stopped',
])

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

/** A browser keeps a cookie for the domain of the page and those above it, so no page elsewhere would remember anything. */
function domain({ choice, origins }: LooseSite): Fault[] {
  const shared = choice?.domain
  if (typeof shared !== 'string' || !Array.isArray(origins)) return []
  const elsewhere = origins.find((origin: unknown) => {
    const hostname = URL.parse(String(origin))?.hostname
    return hostname !== undefined && !`.${hostname}`.endsWith(`.${shared}`)
  })
  return elsewhere === undefined
    ? []
    : [
        {
          path: 'choice.domain',
          message: `"${shared}" is not above ${String(elsewhere)}: each of "origins" must be below it`,
        },
      ]
}

/** One choice for all of them needs none, and a cookie does not know the ports of one host apart. */
function handOver({ choice, origins }: LooseSite): Fault[] {
  if (choice?.handOver !== true || !Array.isArray(origins)) return []
  const hosts = new Set(origins.map((origin: unknown) => URL.parse(String(origin))?.hostname))
  if (choice.domain === undefined && hosts.size > 1) return []
  return [
    {
      path: 'choice.handOver',
      message:
        choice.domain === undefined
          ? 'hands a choice from host to host, and "origins" has only one: add the others there, or remove it'
          : `is not needed: "${choice.domain}" has one choice for all of them already. Remove one of the two`,
    },
  ]
}

/** What another tool asked about is a purpose that is asked about here. */
function takenOver(site: LooseSite): Fault[] {
  const map = site.choice?.takeOver?.map
  const purposes = new Map(each(site.purposes, '').map(({ item }) => [item.id, item.kind]))
  const path = 'choice.takeOver.map'
  if (isObject(map) && Object.keys(map).length === 0)
    return [{ path, message: 'takes nothing over: name what the tool asked about, or remove takeOver' }]
  return Object.entries(isObject(map) ? map : {}).flatMap(([name, id]) => {
    const kind = purposes.get(String(id))
    if (kind === undefined)
      return [
        {
          path: `${path}.${name}`,
          message: `no purpose has the id "${String(id)}": add it, or name another`,
        },
      ]
    return kind === 'necessary' || kind === 'messages'
      ? [
          {
            path: `${path}.${name}`,
            message: `"${String(id)}" is not asked about on the page, so nobody answered it: leave it out`,
          },
        ]
      : []
  })
}

/** The notice writes these parts by itself, and `#cookies` in a section leads to them. */
function noticeParts(site: LooseSite): Fault[] {
  return each(site.notice?.sections, 'notice.sections').flatMap(({ item, at }) =>
    NOTICE_PARTS.some(part => part === item.id)
      ? [{ path: `${at}.id`, message: `"${item.id}" names a part the notice has already: choose another` }]
      : [],
  )
}
