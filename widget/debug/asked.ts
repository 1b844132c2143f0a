import { described } from './gated.ts'
import type { Judge } from './judge.ts'
import type { Line } from './line.ts'

interface Seen {
  readonly host: string
  readonly kind: string
  readonly url: string
  /** Epoch milliseconds. */
  readonly at: number
  count: number
}

/** Follows every request that the browser tells of, those before this was opened too. */
export function followRequests(
  changed: () => void,
): (judge: Judge, own: readonly string[], since: number) => Line[] {
  const seen = new Map<string, Seen>()
  const meet = (url: string, kind: string, at: number): void => {
    const host = URL.parse(url)?.host
    if (!host) return
    const key = `${host} ${kind}`
    const known = seen.get(key)
    if (known) known.count++
    else seen.set(key, { host, kind, url, at, count: 1 })
    changed()
  }
  /** Address → how much oftener its answers were told by calls than by the browser: each counts once. */
  const ahead = new Map<string, number>()
  const began = Date.now()
  // The browser tells of a request once its answer was read, and pages that only count do not read it.
  const culprits = followCalls(url => {
    const told = ahead.get(url) ?? 0
    ahead.set(url, told + 1)
    if (told >= 0) meet(url, 'fetch', Date.now())
  })
  new PerformanceObserver(list => {
    for (const { name, initiatorType, startTime } of list.getEntries() as PerformanceResourceTiming[]) {
      const at = performance.timeOrigin + startTime
      const told = ahead.get(name) ?? 0
      if (initiatorType === 'fetch' && at >= began) {
        ahead.set(name, told - 1)
        if (told > 0) continue
      }
      meet(name, initiatorType, at)
    }
  }).observe({ type: 'resource', buffered: true })
  return (judge, own, since) =>
    [...seen.values()]
      .filter(({ host }) => !own.includes(host))
      .map(({ host, kind, url, at, count }) => {
        const services = judge.byHost(host)
        const isEarly = services.some(({ purpose }) => purpose !== 'necessary') && at < since
        const wrong =
          services.length === 0
            ? 'no service of the configuration has this host'
            : (judge.against(services) ?? (isEarly ? 'asked before the choice was made' : undefined))
        const of = services.map(({ id, purpose }) => `${id}, ${purpose}`).join('; ')
        const by = culprits.get(url) ?? elementOf(url)
        const what = `${host}${count > 1 ? ` ×${count}` : ''} (${kind}${by ? `, by ${by}` : ''})`
        return { what, of, ...(wrong !== undefined && { wrong }) }
      })
}

/** The element of the page that has this address. */
function elementOf(url: string): string | undefined {
  for (const element of document.querySelectorAll(
    'script[src],img,iframe,link[href],video,audio,source,embed',
  ))
    if ([(element as HTMLImageElement).src, (element as HTMLLinkElement).href].includes(url))
      return described(element)
  return undefined
}

/** From now on: which script asked, by the stack of its call. `answered`: hears of each `fetch` that got through. */
function followCalls(answered: (url: string) => void): ReadonlyMap<string, string> {
  const by = new Map<string, string>()
  const note = (address: unknown): string | undefined => {
    const url = URL.parse(String((address as Partial<Request>)?.url ?? address), document.baseURI)?.href
    const [place] = [...String(new Error('seen').stack).matchAll(/https?:[^\s()]+:\d+/g)]
      .map(([found]) => found)
      .filter(found => !found.startsWith(import.meta.url))
    if (url && place) by.set(url, place)
    return url
  }
  const watch = (holder: object, name: string, argument: number, kind: 'value' | 'set' = 'value'): void => {
    const own = Object.getOwnPropertyDescriptor(holder, name)
    const native = own?.[kind] as ((...args: unknown[]) => unknown) | undefined
    if (!native) return
    const apply = (_: unknown, self: unknown, args: unknown[]): unknown => {
      const url = note(args[argument])
      const result = Reflect.apply(native, self, args)
      if (name === 'fetch' && url !== undefined)
        // What fails is the caller's.
        (result as Promise<unknown>).then(
          () => answered(url),
          () => {},
        )
      return result
    }
    Object.defineProperty(holder, name, { ...own, [kind]: new Proxy(native, { apply }) })
  }
  watch(window, 'fetch', 0)
  watch(XMLHttpRequest.prototype, 'open', 1)
  watch(Navigator.prototype, 'sendBeacon', 0)
  for (const { prototype } of [HTMLScriptElement, HTMLImageElement, HTMLIFrameElement])
    watch(prototype, 'src', 0, 'set')
  return by
}
