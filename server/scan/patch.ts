import {
  STORAGE_KINDS,
  type Purpose,
  type Service,
  type ServiceCookie,
  type SiteConfiguration,
} from '../../shared/domain/site.ts'
import { isBelow, type Classified } from './classify.ts'
import { durationOf } from './duration.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './judge.ts'
import { hostOf, keptNameOf, type Seen } from './seen.ts'

/** One operation of a JSON patch (RFC 6902). */
export interface Operation {
  readonly op: 'add'
  readonly path: string
  readonly value: unknown
}

export interface Proposal {
  readonly operations: readonly Operation[]
  /** What could not be written down, and why. */
  readonly notes: readonly string[]
}

/** A service as it grows from what was seen of it. */
interface Draft {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly country: string
  readonly purpose: string
  readonly use: Service['use']
  readonly hosts: string[]
  readonly cookies: ServiceCookie[]
}

/** The user-assigned code of ISO 3166-1 that stands for no country: an owner has to look it up. */
const UNKNOWN_COUNTRY = 'ZZ'

/**
 * What the configuration lacks, as additions to it. Nothing is approved by that: new services are proposed, and what is added
 * to one that is approved makes whoever publishes look at it once more.
 */
export function propose(
  findings: readonly Finding[],
  placed: readonly Placed[],
  configuration: SiteConfiguration,
): Proposal {
  const drafts = new Map<string, Draft>()
  const operations: Operation[] = []
  const notes: string[] = []
  for (const finding of findings.filter(({ kind }) => kind === 'undeclared')) {
    const seen = placed.find(({ seen }) => seen.kind === finding.what && seen.name === finding.name)!.seen
    const host = seen.kind === 'request' || seen.kind === 'connection' ? seen.name : hostOf(seen.name)
    const entry =
      host === '' || isStored(seen) ? cookieOf(seen, finding.classified, configuration) : undefined
    if (typeof entry === 'string') {
      notes.push(entry)
      continue
    }
    const existing = configuration.services.findIndex(service => isAbout(service, seen, finding.classified))
    if (existing >= 0) {
      const path = `/services/${existing}/${entry ? 'cookies' : 'hosts'}/-`
      operations.push({ op: 'add', path, value: entry ?? host })
      continue
    }
    const draft = draftOf(seen, finding.classified, configuration)
    if (typeof draft === 'string') {
      notes.push(draft)
      continue
    }
    const kept = drafts.get(draft.id) ?? draft
    drafts.set(draft.id, kept)
    if (entry && !kept.cookies.some(({ name, storage }) => name === entry.name && storage === entry.storage))
      kept.cookies.push(entry)
    if (!entry && !kept.hosts.includes(host)) kept.hosts.push(host)
  }
  for (const draft of drafts.values())
    operations.push({ op: 'add', path: '/services/-', value: { ...draft, approval: { state: 'proposed' } } })
  return { operations, notes }
}

/** The configuration with the additions in it. */
export function withProposal(configuration: SiteConfiguration, { operations }: Proposal): SiteConfiguration {
  const edited = structuredClone(configuration)
  for (const { path, value } of operations) {
    const steps = path.slice(1, -2).split('/')
    const list = steps.reduce<unknown>(
      (at, step) => (at as Record<string, unknown>)[step],
      edited,
    ) as unknown[]
    list.push(value)
  }
  return edited
}

const isStored = ({ kind }: Seen): boolean => STORAGE_KINDS.some(stored => stored === kind)

/** Belongs to a service that stands there already: the same product by the table, or hosts of the same owner. */
function isAbout(service: Service, seen: Seen, classified: Classified | undefined): boolean {
  const known = classified?.known
  if (known)
    return service.id === known.id || service.hosts.some(host => known.hosts.some(h => isBelow(host, h)))
  if (isStored(seen))
    return seen.by.slice(0, 1).some(culprit => service.hosts.some(host => areOne(host, hostOf(culprit))))
  return service.hosts.some(host => areOne(host, seen.name))
}

/** Hosts of one owner, as far as their names show it; addresses and ports are what they are. */
const areOne = (a: string, b: string): boolean => a === b || (ownerOf(a) !== '' && ownerOf(a) === ownerOf(b))

/** The part of a host that somebody registered. Without the public suffix list it errs only in how things are grouped. */
function ownerOf(host: string): string {
  const bare = host.replace(/:\d+$/, '')
  if (/^[\d.]+$|^\[/.test(bare)) return ''
  const labels = bare.split('.')
  const isTwoLevel = /^(com?|org|net|gov|ac|edu|or|ne|go)$/.test(labels.at(-2) ?? '') && labels.length > 2
  return labels.slice(isTwoLevel ? -3 : -2).join('.')
}

function draftOf(
  seen: Seen,
  classified: Classified | undefined,
  configuration: SiteConfiguration,
): Draft | string {
  const { controller } = configuration
  const purpose = purposeFor(classified?.kind, configuration.purposes)
  if (!purpose)
    return `${seen.name}: the configuration has no purpose of kind "${classified?.kind ?? 'marketing'}", or a stricter one: add it first`
  const empty = { purpose: purpose.id, hosts: [], cookies: [] }
  const known = classified?.known
  if (known) {
    const isOwn = known.country === undefined
    return {
      id: known.id,
      name: known.name,
      provider: isOwn ? controller.name : known.provider,
      country: known.country ?? controller.country,
      use: useFor(purpose, known.use),
      ...empty,
    }
  }
  const country = UNKNOWN_COUNTRY
  if (classified?.cookie) {
    const { platform, controller: provider } = classified.cookie
    const use = useFor(purpose, 'statistics')
    return { id: idOf(platform), name: platform, provider: provider || platform, country, use, ...empty }
  }
  const culprit = hostOf(seen.by[0] ?? '')
  const hosts = configuration.origins.map(origin => new URL(origin).host)
  const isPage =
    isStored(seen) &&
    (culprit === '' || seen.pages.some(page => hostOf(page) === culprit) || hosts.includes(culprit))
  if (isPage)
    return {
      id: 'own-scripts',
      name: 'Own scripts',
      provider: controller.name,
      country: controller.country,
      use: useFor(purpose, 'preferences'),
      ...empty,
    }
  const host = isStored(seen)
    ? culprit
    : seen.kind === 'request' || seen.kind === 'connection'
      ? seen.name
      : hostOf(seen.name)
  const owner = ownerOf(host) || host
  return {
    id: idOf(owner),
    name: owner,
    provider: owner,
    country,
    use: useFor(purpose, 'embedded-content'),
    ...empty,
  }
}

const STRICTER = ['necessary', 'preferences', 'analytics', 'marketing'] as const

/** What nobody knows waits for the purpose that is asked for last. */
function purposeFor(
  kind: Classified['kind'] = 'marketing',
  purposes: readonly Purpose[],
): Purpose | undefined {
  const from = STRICTER.indexOf(kind)
  const wanted = [
    ...STRICTER.slice(from),
    ...(kind === 'marketing' ? (['analytics', 'preferences'] as const) : []),
  ]
  return wanted
    .map(each => purposes.find(purpose => purpose.kind === each))
    .find(found => found !== undefined)
}

/** A use that validates there: advertising needs a purpose that Global Privacy Control switches off. */
function useFor({ kind, gpc }: Purpose, use: Service['use']): Service['use'] {
  if (kind === 'necessary') return 'operation'
  if (use === 'advertising' && !(kind === 'marketing' && gpc === true)) return 'embedded-content'
  return use
}

/** At most 32 of a-z, 0-9 and "-", beginning with a letter. */
const idOf = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return (/^[a-z]/.test(plain) ? plain : `host-${plain}`).slice(0, 32).replace(/-$/, '')
}

/** Nothing ends what stands in local storage or a database. */
const NEVER_ENDS = 'P10Y'
const COOKIE_NAME = /^[\w!#$%&'+.^`|~-]+/
const OTHER_NAME = /^[^\s*\p{C}](?:[^*\p{C}]*[^\s*\p{C}])?/u

/** The entry for the cookie table, or why there can be none. */
function cookieOf(
  { kind, name, cookie, origin, by, pages }: Seen,
  classified: Classified | undefined,
  { languages }: SiteConfiguration,
): ServiceCookie | string {
  const fitting = classified?.pattern ?? keptNameOf({ kind, name })
  const declarable = kind === 'cookie' ? COOKIE_NAME : OTHER_NAME
  const [start = ''] = declarable.exec(fitting.replace(/\*$/, '')) ?? []
  if (start.length < 3 && start !== fitting)
    return `"${name}" (${kind}) has characters that no declared name can have: declare it by hand`
  const text =
    classified?.cookie?.description ||
    `To be described: ${classified ? `kept by ${classified.name}` : `written by ${by[0] ?? 'a script that is not known'}`}.`
  return {
    name: start === fitting ? fitting : `${start}*`,
    storage: kind as ServiceCookie['storage'],
    domain: cookie?.domain.replace(/^\./, '') ?? URL.parse(origin || pages[0] || '')?.hostname ?? '',
    path: cookie?.path ?? '/',
    duration: kind === 'cookie' ? durationOf(cookie?.seconds) : kind === 'session' ? 'session' : NEVER_ENDS,
    description: Object.fromEntries(languages.map(language => [language, text])),
  }
}
