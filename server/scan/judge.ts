import { fits } from '../../shared/domain/kept-name.ts'
import {
  STORAGE_KINDS,
  type Service,
  type ServiceCookie,
  type SiteConfiguration,
} from '../../shared/domain/site.ts'
import type { Classified, Classify } from './classify.ts'
import { secondsOf } from './duration.ts'
import { FINDING_KINDS, type Finding, type FindingKind } from './finding.ts'
import { hostOf, keptNameOf, STATE_WORDS, type Scan, type Seen, type SeenKind } from './seen.ts'

/** A thing that was seen, with the service of the configuration it belongs to. */
export interface Placed {
  readonly seen: Seen
  readonly service?: Service
  readonly classified?: Classified
  /** Of the site itself: its own pages, scripts and widget. */
  readonly own: boolean
}

/** Which service of the configuration each thing belongs to. */
export function place(
  scan: Scan,
  configuration: SiteConfiguration | undefined,
  classify: Classify,
): Placed[] {
  const own = new Set([
    ...scan.ownHosts,
    ...(configuration?.origins ?? []).map(origin => new URL(origin).host),
  ])
  const services = configuration?.services ?? []
  return scan.seen.map(seen => {
    const service = serviceOf(seen, services, own)
    const classified = classify(seen)
    return {
      seen,
      ...(service && { service }),
      ...(classified && { classified }),
      own: asksHost(seen.kind) && own.has(hostNamed(seen)) && !isKeptForOthers(seen, service, own),
    }
  })
}

/** The script of a service worker is always on the site's own host, whoever had it registered. */
const isKeptForOthers = (
  { kind, by }: Seen,
  service: Service | undefined,
  own: ReadonlySet<string>,
): boolean => kind === 'service-worker' && (!!service || by.slice(0, 1).some(each => !own.has(hostOf(each))))

const asksHost = (kind: SeenKind): boolean =>
  kind === 'request' || kind === 'connection' || kind === 'worker' || kind === 'service-worker'

/** A worker is named by its address, which a blob's does not have: it is as much the site's own as the page. */
const hostNamed = ({ kind, name, origin }: Seen): string =>
  kind === 'request' || kind === 'connection' ? name : hostOf(name) || hostOf(origin ?? '')

const isHostOf = (host: string, { hosts }: Service): boolean =>
  hosts.includes(host) || hosts.includes(host.replace(/:\d+$/, ''))

function serviceOf(seen: Seen, services: readonly Service[], own: ReadonlySet<string>): Service | undefined {
  const named = services.find(({ cookies }) => cookies.some(each => isKeptAs(seen, each)))
  if (named || !asksHost(seen.kind)) return named
  const host = hostNamed(seen)
  // Of whichever host the site's own worker is, that says nothing of whose it is.
  if (seen.kind === 'service-worker' && own.has(host)) return undefined
  return services.find(service => isHostOf(host, service))
}

/** A service worker is declared by the path of its script. */
const isKeptAs = (
  { kind, name }: Pick<Seen, 'kind' | 'name'>,
  declared: Pick<ServiceCookie, 'storage' | 'name'>,
): boolean => declared.storage === kind && fits(keptNameOf({ kind, name }), declared.name)

export function judge(
  scan: Scan,
  placed: readonly Placed[],
  configuration: SiteConfiguration | undefined,
  classify: Classify,
): Finding[] {
  const kindOf = new Map(configuration?.purposes.map(({ id, kind }) => [id, kind]))
  const found: Finding[] = []
  for (const { seen, service, classified, own } of placed) {
    if (own) continue
    const add = (kind: FindingKind, message: string): void =>
      void found.push({
        kind,
        what: seen.kind,
        name: seen.name,
        states: [seen.state],
        ...(service && { service: service.id }),
        ...(classified && { classified }),
        by: seen.by,
        pages: seen.pages,
        message,
      })
    if (service) {
      const isNecessary = kindOf.get(service.purpose) === 'necessary'
      if (!isNecessary && seen.state !== 'accepted')
        add('leak', `belongs to "${service.id}", which waits for "${service.purpose}"`)
      else if (service.approval.state !== 'approved')
        add('unapproved', `belongs to "${service.id}", which nobody has approved: it must never load`)
      const differs = differenceOf(seen, service)
      if (differs !== undefined) add('differs', differs)
      continue
    }
    if (seen.state !== 'accepted' && classified?.kind !== 'necessary')
      add(
        'leak',
        classified
          ? `is known as ${classified.name} (${classified.kind})`
          : 'is unknown: neither declared nor in a table',
      )
    if (configuration && (asksHost(seen.kind) || STORAGE_KINDS.some(kind => kind === seen.kind)))
      add('undeclared', 'is in no service of the configuration')
  }
  for (const { page, state, why } of scan.notReached)
    found.push({
      kind: 'not-reached',
      what: 'choice',
      name: STATE_WORDS[state],
      states: [state],
      by: [],
      pages: [page],
      message: why,
    })
  if (configuration) found.push(...doubtful(configuration, classify), ...unseen(scan, placed, configuration))
  return together(found)
}

/** What a configuration calls necessary, and a table calls otherwise. */
function doubtful({ purposes, services }: SiteConfiguration, classify: Classify): Finding[] {
  const necessary = new Set(purposes.filter(({ kind }) => kind === 'necessary').map(({ id }) => id))
  return services
    .filter(({ purpose }) => necessary.has(purpose))
    .flatMap(({ id, hosts, cookies }) =>
      [
        ...cookies.map(({ name, storage }) => ({ kind: storage, name: name.replace(/\*$/, '') })),
        ...hosts.map(name => ({ kind: 'request' as const, name })),
      ].flatMap(({ kind, name }): Finding[] => {
        const classified = classify({ kind, name, by: [] })
        if (classified?.kind !== 'analytics' && classified?.kind !== 'marketing') return []
        const message = `is declared necessary by "${id}", and the ${classified.source} calls it ${classified.kind} (${classified.name})`
        return [
          {
            kind: 'doubtful',
            what: kind,
            name,
            states: [],
            service: id,
            classified,
            by: [],
            pages: [],
            message,
          },
        ]
      }),
    )
}

/** What the configuration declares and no page showed. */
function unseen(scan: Scan, placed: readonly Placed[], { services }: SiteConfiguration): Finding[] {
  // A state that was not reached hides what it would have shown.
  if (scan.notReached.length > 0 || !scan.seen.some(({ state }) => state === 'accepted')) return []
  const message = (id: string) => `is declared by "${id}" and was not seen`
  return services
    .filter(({ approval }) => approval.state === 'approved')
    .flatMap(service => {
      const theirs = placed.filter(each => each.service?.id === service.id).map(({ seen }) => seen)
      const missing = [
        ...service.hosts
          .filter(host => !theirs.some(each => asksHost(each.kind) && hostNamed(each).startsWith(host)))
          .map(name => ({ what: 'request' as const, name })),
        ...service.cookies
          .filter(cookie => !theirs.some(each => isKeptAs(each, cookie)))
          .map(({ name, storage }) => ({ what: storage, name })),
      ]
      return missing.map((each): Finding => ({
        kind: 'unseen',
        ...each,
        states: [],
        service: service.id,
        by: [],
        pages: [],
        message: message(service.id),
      }))
    })
}

const DAY = 86_400

function differenceOf({ kind, name, cookie, pages }: Seen, { cookies }: Service): string | undefined {
  const declared = cookies.find(each => each.storage === 'cookie' && fits(name, each.name))
  if (kind !== 'cookie' || !cookie || !declared) return undefined
  const domain = cookie.domain.replace(/^\./, '')
  const host = URL.parse(pages[0] ?? '')?.hostname ?? ''
  // On a machine of its own the site has another name than in its configuration.
  const isThere = host === declared.domain || host.endsWith(`.${declared.domain}`)
  if (isThere && domain !== declared.domain)
    return `belongs to ${domain}, and is declared for ${declared.domain}`
  if (cookie.path !== declared.path)
    return `has the path ${cookie.path}, and is declared for ${declared.path}`
  const most = secondsOf(declared.duration)
  if (cookie.seconds !== undefined && cookie.seconds > most + DAY / 24)
    return `lives ${Math.ceil(cookie.seconds / DAY)} days, and is declared for ${declared.duration}`
  return undefined
}

/** The same finding in another state or on another page is one finding. */
function together(found: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>()
  for (const each of found) {
    const key = [each.kind, each.what, each.name, each.message].join(' ')
    const known = groups.get(key)
    groups.set(
      key,
      known
        ? {
            ...known,
            by: known.by.length > 0 ? known.by : each.by,
            states: [...new Set([...known.states, ...each.states])],
            pages: [...new Set([...known.pages, ...each.pages])],
          }
        : each,
    )
  }
  return [...groups.values()].toSorted(
    (a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind),
  )
}
