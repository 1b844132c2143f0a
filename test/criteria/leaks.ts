import type { BrowserContext, Page } from 'playwright-core'
import type { PlainPages } from '../support/plain-pages.ts'

/** The ways by which a page makes another host hear of a visit, each to an address of its own. */
const WAYS: Readonly<Record<string, (address: string) => string>> = {
  script: address => `<script src="${address}"></script>`,
  module: address => `<script type="module" src="${address}"></script>`,
  frame: address => `<iframe title="Frame" src="${address}"></iframe>`,
  image: address => `<img alt="" src="${address}">`,
  style: address => `<link rel="stylesheet" href="${address}">`,
  preload: address => `<link rel="preload" as="script" href="${address}">`,
  prefetch: address => `<link rel="prefetch" href="${address}">`,
  font: address =>
    `<style>@font-face{font-family:lettered;src:url(${address})}b{font-family:lettered}</style><b>lettered</b>`,
  background: address => `<style>i{background:url(${address});padding:9px}</style><i>painted</i>`,
  fetch: address => `<script>fetch('${address}',{mode:'no-cors'}).catch(()=>{})</script>`,
  beacon: address => `<script>navigator.sendBeacon('${address}','')</script>`,
  socket: address => `<script>new WebSocket('${address.replace('http', 'ws')}')</script>`,
  events: address => `<script>new EventSource('${address}')</script>`,
}
/** Those that leave no trace in the log of a server, or none in a browser without a window: that the page asks is seen. */
const HINTS: Readonly<Record<string, (host: string) => string>> = {
  icon: host => `<link rel="icon" href="${host}/icon.svg">`,
  preconnect: host => `<link rel="preconnect" href="${host}">`,
  'dns-prefetch': host => `<link rel="dns-prefetch" href="${host}">`,
}
const KEEPS = `<script>
  document.cookie='left=1'; localStorage.left=1; sessionStorage.left=1; indexedDB.open('left')
  globalThis.caches?.open('left'); navigator.serviceWorker?.register('/worker.js')
</script>`

export const WAY_NAMES: readonly string[] = Object.keys(WAYS)
export const HINT_NAMES: readonly string[] = Object.keys(HINTS)
const OTHER = 'vista.example'

/** All of it at once: bare, or waiting for consent as an owner would write it. */
export function exitsOf(plain: PlainPages, isGated: boolean): string {
  const host = plain.origin(OTHER)
  const html = [
    ...Object.entries(WAYS).map(([way, write]) => write(`${host}/exit/${way}`)),
    ...Object.values(HINTS).map(write => write(host)),
    KEEPS,
  ]
  if (!isGated) return html.join('\n')
  return html.map(each => `<template data-consent="marketing">${each}</template>`).join('\n')
}

/** What of it happened. */
export interface Leaks {
  /** Ways by which the other host heard of the visit, by its own log. */
  readonly heard: readonly string[]
  readonly hints: readonly string[]
  /** Kinds of storage in which something lies. */
  readonly kept: readonly string[]
  /** Answers that set a cookie. */
  readonly setCookies: readonly string[]
  /** Hosts asked for anything, as the browser tells it. */
  readonly hosts: readonly string[]
  /** Requests to our own host that carried a cookie or a credential. */
  readonly credentials: readonly string[]
}

/** Watches a visit from its first request on. */
export async function watchLeaks(
  context: BrowserContext,
  page: Page,
  plain: PlainPages,
): Promise<() => Promise<Leaks>> {
  const from = plain.seen.length
  const setCookies: string[] = []
  const credentials: string[] = []
  const hosts = new Set<string>()
  const workers = new Set<string>()
  const devtools = await context.newCDPSession(page)
  devtools.on('Network.requestWillBeSent', ({ request }) => hosts.add(new URL(request.url).hostname))
  devtools.on('Network.webSocketCreated', ({ url }) => hosts.add(new URL(url).hostname))
  devtools.on('Network.responseReceivedExtraInfo', ({ headers }) => {
    for (const [name, value] of Object.entries(headers))
      if (/^set-cookie$/i.test(name)) setCookies.push(value)
  })
  devtools.on('Network.requestWillBeSentExtraInfo', ({ headers }) => {
    const { host, Host = host } = headers
    if (
      Host?.startsWith('consent.test') &&
      Object.keys(headers).some(name => /^(cookie|authorization)$/i.test(name))
    )
      credentials.push(JSON.stringify(headers))
  })
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const { scopeURL, isDeleted } of registrations) if (!isDeleted) workers.add(scopeURL)
  })
  await devtools.send('Network.enable')
  await devtools.send('ServiceWorker.enable')
  return async () => {
    const securityOrigin = new URL(page.url()).origin
    const items = async (isLocalStorage: boolean) =>
      (
        await devtools.send('DOMStorage.getDOMStorageItems', {
          storageId: { securityOrigin, isLocalStorage },
        })
      ).entries
    const stores = {
      cookie: await context.cookies(),
      local: await items(true),
      session: await items(false),
      database: (await devtools.send('IndexedDB.requestDatabaseNames', { securityOrigin })).databaseNames,
      cache: (await devtools.send('CacheStorage.requestCacheNames', { securityOrigin })).caches,
      worker: [...workers],
    }
    const links = await page
      .locator(HINT_NAMES.map(rel => `link[rel~=${rel}]`).join())
      .evaluateAll(all => all.map(link => (link as HTMLLinkElement).rel))
    return {
      heard: WAY_NAMES.filter(way => plain.seen.slice(from).includes(`${OTHER}/exit/${way}`)),
      hints: HINT_NAMES.filter(hint => links.includes(hint)),
      kept: Object.entries(stores).flatMap(([kind, found]) => (found.length > 0 ? [kind] : [])),
      setCookies,
      hosts: [...hosts].toSorted(),
      credentials,
    }
  }
}
