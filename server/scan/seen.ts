/** What a person has done when something is seen. Closing the question is no choice. */
export const STATES = ['before', 'closed', 'refused', 'accepted', 'withdrawn'] as const
export type State = (typeof STATES)[number]

/** In the words of a report. */
export const STATE_WORDS: Readonly<Record<State, string>> = {
  before: 'before any choice',
  closed: 'after closing the question',
  refused: 'after refusing',
  accepted: 'after accepting',
  withdrawn: 'after withdrawing',
}

/** What the browser was made to do: to ask a host for something, or to keep something. */
export const SEEN_KINDS = [
  'request',
  'connection',
  'cookie',
  'local',
  'session',
  'database',
  'cache',
  'service-worker',
  'worker',
] as const
export type SeenKind = (typeof SEEN_KINDS)[number]

export const KIND_WORDS: Readonly<Record<SeenKind, string>> = {
  request: 'request',
  connection: 'connection',
  cookie: 'cookie',
  local: 'local storage',
  session: 'session storage',
  database: 'IndexedDB',
  cache: 'Cache Storage',
  'service-worker': 'service worker',
  worker: 'worker',
}

/** One thing that was seen in one state, on whichever pages. */
export interface Seen {
  readonly kind: SeenKind
  /** Of requests and connections the host; of the rest its name. */
  readonly name: string
  readonly state: State
  /** How a request was made, such as `script`, `fetch` or `ping`; whether a cookie came over HTTP or by a script. */
  readonly how: string
  /** What caused it, nearest first: addresses of scripts, style sheets or pages, with a line where one is known. */
  readonly by: readonly string[]
  /** Pages it was seen on. */
  readonly pages: readonly string[]
  /** Of a cookie, as the browser keeps it. */
  readonly cookie?: KeptCookie
  /** Of storage: the origin it belongs to. */
  readonly origin?: string
  /** First address that was asked for, without its query: that may name a person. */
  readonly url?: string
}

export interface KeptCookie {
  /** As the browser shows it: with a dot in front when hosts below it get the cookie too. */
  readonly domain: string
  readonly path: string
  /** Whole seconds from when it was set; absent: until the browser is closed. */
  readonly seconds?: number
  readonly httpOnly: boolean
}

export interface Shot {
  readonly page: string
  readonly state: State
  /** JPEG. */
  readonly bytes: Buffer
}

/** A state that a page could not be brought into. */
export interface NotReached {
  readonly page: string
  readonly state: State
  readonly why: string
}

/** All that a scan saw. */
export interface Scan {
  readonly at: string
  readonly browser: string
  readonly pages: readonly string[]
  /** Hosts that are the site itself: of its pages, and where its consent widget comes from. */
  readonly ownHosts: readonly string[]
  readonly seen: readonly Seen[]
  readonly shots: readonly Shot[]
  readonly notReached: readonly NotReached[]
}

/** The same thing seen again is one thing, on more pages; the first culprit stands, unless only a later one is known. */
export function merged(all: readonly Seen[]): Seen[] {
  const found = new Map<string, Seen>()
  for (const each of all) {
    const key = [each.kind, each.name, each.state, each.cookie?.domain ?? each.origin ?? ''].join(' ')
    const known = found.get(key)
    found.set(
      key,
      known
        ? {
            ...each,
            ...known,
            ...(known.by.length === 0 && { by: each.by, how: each.how }),
            pages: [...new Set([...known.pages, ...each.pages])],
          }
        : each,
    )
  }
  return [...found.values()].toSorted(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      SEEN_KINDS.indexOf(a.kind) - SEEN_KINDS.indexOf(b.kind) ||
      a.name.localeCompare(b.name),
  )
}

/** Of a culprit such as `https://a.example/b.js:12`. */
export const hostOf = (address: string): string => URL.parse(address)?.host ?? ''

/** As a configuration names what is kept: a service worker by the path of its script. */
export const keptNameOf = ({ kind, name }: Pick<Seen, 'kind' | 'name'>): string =>
  kind === 'service-worker' ? (URL.parse(name)?.pathname ?? name) : name
