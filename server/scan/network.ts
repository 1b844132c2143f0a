import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Told } from './in-page.ts'
import type { Seen, State } from './seen.ts'
import { culpritsOf, initiatorsOf, withoutQuery } from './stack.ts'

/** What is under way in one visit. */
export interface Watch {
  state: State
  readonly page: string
  readonly seen: Seen[]
  /** Writes that scripts made, by `kind name`: the browser's own lists of storage know no culprit. */
  readonly writes: Map<string, Written>
  /** What is still being read of answers. */
  readonly reading: Set<Promise<unknown>>
}

export interface Written {
  readonly how: string
  readonly by: readonly string[]
  readonly state: State
  readonly origin: string
}

/** Name of the function that the page's init script takes and removes. */
export const BINDING = '__assentScan'

/** Listens to all that the page asks for, and from where in its code. */
export async function listen(context: BrowserContext, page: Page, watch: Watch): Promise<CDPSession> {
  const devtools = await context.newCDPSession(page)
  const see = (url: string, how: string, by: readonly string[], kind: Seen['kind'] = 'request'): void => {
    const host = URL.parse(url)?.host
    if (!host || !/^(https?|wss?):/.test(url)) return
    watch.seen.push({
      kind,
      name: host,
      state: watch.state,
      how,
      by,
      pages: [watch.page],
      url: withoutQuery(url),
    })
  }
  devtools.on('Network.requestWillBeSent', ({ request, type, initiator, redirectResponse, documentURL }) => {
    const by = watch.writes.get(`stream ${request.url}`)?.by ?? initiatorsOf(initiator)
    const from = redirectResponse ? [withoutQuery(redirectResponse.url)] : []
    // Where nothing else is known, it is the page's own markup.
    const known = by.length > 0 || request.url === documentURL ? by : [withoutQuery(documentURL)]
    // An empty frame has no address: it is the page's.
    const named = known.map(each => (each.startsWith('about:') ? withoutQuery(watch.page) : each))
    see(request.url, (type ?? 'other').toLowerCase(), [...from, ...new Set(named)])
  })
  devtools.on('Network.webSocketCreated', ({ url, initiator }) =>
    see(url, 'websocket', initiator ? initiatorsOf(initiator) : []),
  )
  devtools.on('Network.webTransportCreated', ({ url, initiator }) =>
    see(url, 'webtransport', initiator ? initiatorsOf(initiator) : []),
  )
  devtools.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === BINDING) tellWrite(JSON.parse(payload) as Told, watch)
  })
  await devtools.send('Network.enable')
  await devtools.send('Runtime.enable')
  await devtools.send('Runtime.addBinding', { name: BINDING })
  // Timers and promises in between: what a script starts later is still its doing.
  await devtools.send('Debugger.enable')
  await devtools.send('Debugger.setSkipAllPauses', { skip: true })
  await devtools.send('Debugger.setAsyncCallStackDepth', { maxDepth: 8 })
  // Workers have a session of their own: what they ask for is seen here, and by whom is told by their creation.
  context.on('request', request => see(request.url(), request.resourceType(), []))
  context.on('response', response => {
    const { state } = watch
    const reading = response
      .headerValues('set-cookie')
      .then(lines => {
        for (const line of lines) {
          const [name = ''] = line.split('=')
          if (!watch.writes.has(`cookie ${name.trim()}`))
            watch.writes.set(`cookie ${name.trim()}`, {
              how: 'http',
              by: [withoutQuery(response.url())],
              state,
              origin: '',
            })
        }
      })
      // The page went on while its answer came.
      .catch(() => undefined)
      .finally(() => watch.reading.delete(reading))
    watch.reading.add(reading)
  })
  return devtools
}

function tellWrite({ kind, name, how, stack, origin, page: from }: Told, watch: Watch): void {
  const by = culpritsOf(stack, from)
  const { state, page } = watch
  if (kind === 'undone') watch.writes.delete(`cookie ${name}`)
  else if (kind === 'worker' || kind === 'connection')
    watch.seen.push({ kind, name: withoutQuery(name), state, how, by, pages: [page], origin })
  else if (!watch.writes.has(`${kind} ${name}`))
    watch.writes.set(`${kind} ${name}`, { how, by, state, origin })
}
