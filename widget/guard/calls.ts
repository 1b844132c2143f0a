import { hold, inTheWay, waiting, type Waiting } from './waiting.ts'
import { define, wrap } from './wrap.ts'

/** Calls that ask a host for something. */
export function guardCalls(): void {
  wrap(window, 'fetch', (self: unknown, args: [unknown, RequestInit?], native) => {
    const request = args[0] as Partial<Request> | undefined
    const address = request?.url ?? request
    const needs = inTheWay(address)
    if (!needs) return false
    const signal = args[1]?.signal ?? request?.signal
    return () =>
      new Promise((resolve, reject) => {
        const each = hold(
          needs,
          address,
          () => resolve(Reflect.apply(native, self, args)),
          () => reject(new TypeError('Failed to fetch')),
        )
        const stop = (): void => {
          waiting.delete(each)
          reject(signal!.reason as Error)
        }
        if (signal?.aborted) stop()
        signal?.addEventListener('abort', stop)
      })
  })
  wrap(
    Navigator.prototype,
    'sendBeacon',
    (_: unknown, [address]: [unknown]) => !!inTheWay(address) && (() => false),
  )
  guardXhr()
  guardSockets()
}

function guardXhr(): void {
  const requests = new WeakMap<XMLHttpRequest, { address: unknown; isSync: boolean; held?: Waiting }>()
  const drop = (xhr: XMLHttpRequest): void => void waiting.delete(requests.get(xhr)?.held as Waiting)
  const { prototype } = XMLHttpRequest
  wrap(prototype, 'open', (xhr: XMLHttpRequest, args: [unknown, unknown, unknown?]) => {
    drop(xhr)
    // Of an earlier one that failed.
    delete (xhr as { readyState?: number }).readyState
    requests.set(xhr, { address: args[1], isSync: args.length > 2 && !args[2] })
  })
  wrap(prototype, 'abort', drop)
  wrap(prototype, 'send', (xhr: XMLHttpRequest, args: unknown[], native) => {
    const request = requests.get(xhr)!
    const needs = inTheWay(request.address)!
    return (
      !!needs &&
      (() => {
        // Nobody can wait for a choice here.
        if (request.isSync) throw new DOMException('Failed to load', 'NetworkError')
        request.held = hold(
          needs,
          request.address,
          () => Reflect.apply(native, xhr, args),
          () => {
            define(xhr, 'readyState', 4)
            for (const name of ['readystatechange', 'error', 'loadend'])
              xhr.dispatchEvent(new ProgressEvent(name))
          },
        )
      })
    )
  })
}

/** A connection fails as to a host that cannot be reached; who means to stay connected tries again. */
function guardSockets(): void {
  for (const [name, closed] of [
    ['WebSocket', 3],
    ['EventSource', 2],
  ] as const) {
    const { prototype } = window[name]
    wrap(
      window,
      name,
      (made: object, [address]: [unknown]) =>
        !!inTheWay(address) && (() => unreachable(made, prototype, String(address), closed)),
    )
    define(prototype, 'constructor', window[name])
  }
}

function unreachable(made: object, prototype: object, address: string, closed: number): object {
  const target = Object.setPrototypeOf(new EventTarget(), made) as EventTarget & Record<string, unknown>
  for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
    if (get) define(target, name, null)
    else if (/send|close/.test(name) && value) define(target, name, () => {})
  target['readyState'] = 0
  target['url'] = new URL(address, document.baseURI).href
  const tell = (event: Event): void => {
    target.dispatchEvent(event)
    const handler = target[`on${event.type}`]
    if (typeof handler === 'function') Reflect.apply(handler, target, [event])
  }
  setTimeout(() => {
    target['readyState'] = closed
    tell(new Event('error'))
    if (closed > 2) tell(new CloseEvent('close', { code: 1006 }))
  })
  return target
}
