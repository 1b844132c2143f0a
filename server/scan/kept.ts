import type { BrowserContext, Frame, Page } from 'playwright-core'
import type { Watch } from './network.ts'
import type { Seen, SeenKind } from './seen.ts'

interface KeptByFrame {
  readonly origin: string
  readonly local: readonly string[]
  readonly session: readonly string[]
  readonly database: readonly string[]
  readonly cache: readonly string[]
  readonly 'service-worker': readonly string[]
  /** Hosts that links of the page name for a connection ahead of time. */
  readonly connection: readonly string[]
}

/** Everything the browser keeps at this moment, each with the script that wrote it, where one was seen to. */
export async function whatIsKept(context: BrowserContext, page: Page, watch: Watch): Promise<Seen[]> {
  const at = Date.now() / 1000
  const seen: Seen[] = []
  const see = (kind: SeenKind, name: string, more: Partial<Seen> = {}): void => {
    const written = watch.writes.get(`${kind} ${name}`)
    const { state } = watch
    const source = { how: written?.how ?? '', by: written?.by ?? [] }
    seen.push({ kind, name, state, ...source, pages: [watch.page], ...more })
  }
  for (const { name, domain, path, expires, httpOnly } of await context.cookies())
    see('cookie', name, {
      cookie: { domain, path, httpOnly, ...(expires > 0 && { seconds: Math.round(expires - at) }) },
    })
  const frames = await Promise.all(page.frames().map(keptByFrame))
  const seenOrigins = new Set<string>()
  for (const frame of frames.filter(each => each !== undefined)) {
    for (const host of frame.connection)
      see('connection', host, { how: 'preconnect', by: [watch.page], origin: frame.origin })
    if (frame.origin === 'null' || seenOrigins.has(frame.origin)) continue
    seenOrigins.add(frame.origin)
    for (const kind of ['local', 'session', 'database', 'cache', 'service-worker'] as const)
      for (const name of frame[kind]) see(kind, name, { origin: frame.origin })
  }
  // Written and taken away again: it was there, and may have been sent.
  const there = new Set(seen.map(({ kind, name }) => `${kind} ${name}`))
  for (const [key, { how, by, state, origin }] of watch.writes) {
    const [kind, name] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)]
    if (there.has(key) || state !== watch.state || how === 'http' || kind === 'stream') continue
    seen.push({
      kind: kind as SeenKind,
      name,
      state,
      how: `${how}, removed again`,
      by,
      pages: [watch.page],
      ...(origin !== '' && kind !== 'cookie' && { origin }),
    })
  }
  return seen
}

/** A frame that does not answer, or may keep nothing, keeps nothing. */
async function keptByFrame(frame: Frame): Promise<KeptByFrame | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => (timer = setTimeout(resolve, 2_000, undefined)))
  const read = frame.evaluate(readFrame).catch(() => undefined)
  const kept = await Promise.race([read, late])
  clearTimeout(timer)
  return kept
}

/** Runs in the page, so it may use nothing from outside of itself. */
async function readFrame(): Promise<KeptByFrame> {
  const asked = async <T>(ask: () => T | Promise<T>, otherwise: Awaited<T>): Promise<Awaited<T>> => {
    try {
      return await ask()
    } catch {
      // An opaque origin, or plain http: there is no such storage.
      return otherwise
    }
  }
  const hints = document.querySelectorAll<HTMLLinkElement>('link[rel~=preconnect], link[rel~=dns-prefetch]')
  return {
    origin: globalThis.origin,
    local: await asked(() => Object.keys(localStorage), []),
    session: await asked(() => Object.keys(sessionStorage), []),
    database: await asked(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''), []),
    cache: await asked(() => caches.keys(), []),
    'service-worker': await asked(
      async () =>
        (await navigator.serviceWorker.getRegistrations()).map(
          ({ active, waiting, installing, scope }) => (active ?? waiting ?? installing)?.scriptURL ?? scope,
        ),
      [],
    ),
    connection: [...hints].map(({ href }) => URL.parse(href)?.host ?? '').filter(host => host !== ''),
  }
}
