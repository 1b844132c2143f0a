import type { SeenKind } from './seen.ts'

/** What the page's own code tells the scan: a write, and the stack it came from. */
export interface Told {
  readonly kind: Exclude<SeenKind, 'request'> | 'stream' | 'undone'
  readonly name: string
  readonly how: string
  readonly stack: string
  readonly origin: string
  readonly page: string
}

/** How the script below is called in a stack. */
export const OWN_SCRIPT = 'assent-scan.js'

/**
 * Runs in every frame before its own scripts, so it may use nothing from outside of itself. Everything goes on as it would
 * have: it only keeps the stack, which the browser's own records of storage lack.
 */
export function watchWrites(binding: string): void {
  const scope = globalThis as unknown as Record<string, unknown>
  const send = scope[binding] as ((told: string) => void) | undefined
  delete scope[binding]
  if (typeof send !== 'function') return
  const tell = (kind: Told['kind'], name: unknown, how: string): void => {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 50
    const stack = String(new Error('seen').stack)
    Error.stackTraceLimit = limit
    const { origin } = globalThis
    send(JSON.stringify({ kind, name: String(name), how, stack, origin, page: location.href }))
  }
  /** Calls `seen` with the arguments first. An object the page has not got, such as on plain http, is left out. */
  const before = (holder: object | undefined, name: string, seen: (args: unknown[]) => void): void => {
    const own = holder && Object.getOwnPropertyDescriptor(holder, name)
    if (!holder || typeof own?.value !== 'function') return
    const original = own.value as (...args: unknown[]) => unknown
    Object.defineProperty(holder, name, {
      ...own,
      value: new Proxy(original, {
        apply(target, self, args: unknown[]) {
          seen(args)
          return Reflect.apply(target, self, args)
        },
        construct(target, args: unknown[], made) {
          seen(args)
          return Reflect.construct(target, args, made) as object
        },
      }),
    })
  }
  const prototype = (name: string): object | undefined =>
    (scope[name] as { prototype: object } | undefined)?.prototype

  // Written and removed without a pause, as one tries whether there are cookies: nothing is kept, and nobody can be sent it.
  const fresh = new Set<string>()
  const later = setTimeout
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set(this: Document, text: unknown) {
      const [pair = '', ...attributes] = String(text).split(';')
      const [ages, dates] = ['max-age', 'expires'].map(name =>
        attributes.map(each => each.split('=')).filter(([key]) => key?.trim().toLowerCase() === name),
      )
      const removes =
        ages?.some(([, age]) => Number(age) <= 0) ||
        dates?.some(([, date]) => Date.parse(date ?? '') <= Date.now())
      const name = pair.split('=')[0]!.trim()
      if (!removes) {
        tell('cookie', name, 'script')
        fresh.add(name)
        later(() => fresh.delete(name))
      } else if (fresh.has(name)) tell('undone', name, 'script')
      cookie.set!.call(this, text)
    },
  })
  before(prototype('CookieStore'), 'set', ([first]) =>
    tell('cookie', typeof first === 'object' ? (first as { name: string }).name : first, 'script'),
  )

  // `localStorage.name = value` goes past `setItem`, so what stands in for the storage sees both.
  const inPlaceOf = new WeakMap<object, Storage>()
  for (const name of ['getItem', 'setItem', 'removeItem', 'clear', 'key'] as const) {
    const own = Object.getOwnPropertyDescriptor(Storage.prototype, name)!
    const original = own.value as (...args: unknown[]) => unknown
    Object.defineProperty(Storage.prototype, name, {
      ...own,
      value: new Proxy(original, {
        apply: (target, self: object, args: unknown[]): unknown =>
          Reflect.apply(target, inPlaceOf.get(self) ?? self, args),
      }),
    })
  }
  for (const [area, kind] of [
    ['localStorage', 'local'],
    ['sessionStorage', 'session'],
  ] as const) {
    const own = Object.getOwnPropertyDescriptor(globalThis, area)!
    let standIn: Storage | undefined
    Object.defineProperty(globalThis, area, {
      ...own,
      get() {
        const real = own.get!.call(globalThis) as Storage
        standIn ??= new Proxy(real, {
          get(target, name) {
            if (name === 'setItem')
              return function setItem(...args: [string, string]): void {
                tell(kind, args[0], 'script')
                target.setItem(...args)
              }
            const value = Reflect.get(target, name, target) as unknown
            return typeof value === 'function' ? (value.bind(target) as unknown) : value
          },
          set(target, name, value) {
            tell(kind, name, 'script')
            return Reflect.set(target, name, value, target)
          },
        })
        inPlaceOf.set(standIn, real)
        return standIn
      },
    })
  }
  before(prototype('IDBFactory'), 'open', ([name]) => tell('database', name, 'script'))
  before(prototype('CacheStorage'), 'open', ([name]) => tell('cache', name, 'script'))
  const absolute = (url: unknown): string => URL.parse(String(url), document.baseURI)?.href ?? String(url)
  before(prototype('ServiceWorkerContainer'), 'register', ([url]) =>
    tell('service-worker', absolute(url), 'script'),
  )
  for (const name of ['Worker', 'SharedWorker'])
    before(globalThis, name, ([url]) => tell('worker', absolute(url), name))
  // The browser says of an event stream that the markup asked for it.
  before(globalThis, 'EventSource', ([url]) => tell('stream', absolute(url), 'eventsource'))
  before(globalThis, 'RTCPeerConnection', ([given]) => {
    const { iceServers = [] } = (given ?? {}) as { iceServers?: { urls?: unknown }[] }
    for (const url of iceServers.flatMap(({ urls = [] }) => urls))
      tell('connection', String(url).replace(/^\w+:|\?.*$/g, ''), 'WebRTC')
  })
}
