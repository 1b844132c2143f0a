import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { guardFor } from '../../server/cli/snippet.ts'
import { debugModule } from '../../server/inventory/debug-module.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isRightToLeft } from '../../shared/domain/language.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { render as Render } from '../../widget/render/render.ts'

const ROOT = join(import.meta.dirname, '../..')
const dist = (name: string): string => readFileSync(join(ROOT, 'dist', name), 'utf8').trim()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The configuration of the demo site, which a fixture publishes with changes. */
export const loomSite = (): SiteConfiguration =>
  JSON.parse(readFileSync(join(ROOT, 'demo/loom/site.json'), 'utf8')) as SiteConfiguration

/** The same site, asking for one purpose more and in other words. */
const withMaps = (site: SiteConfiguration): SiteConfiguration => {
  const maps = { ...site.purposes.find(({ id }) => id === 'preferences')!, id: 'maps' }
  return {
    ...site,
    purposes: [...site.purposes, maps],
    banner: { ...site.banner, title: { en: 'Newer', de: 'Newer', ar: 'Newer' } },
  }
}

/** How the consent host behaves from now on. */
export type Mood = 'answers' | 'hangs' | 'fails' | 'takes no decisions' | 'has published again'

/** A consent host and the pages of a site on one server, told apart by host name; nothing in it knows a database. */
export interface Fixture {
  mood: Mood
  /** Index of the rule of the region in which visitors are seen; none where they are seen nowhere. */
  rule: number | undefined
  /** SHA-256 of the configuration that `assent.js` is of, and of the one published after it. */
  readonly configuration: string
  readonly newerConfiguration: string
  /** Decisions taken, as they came. */
  readonly taken: Record<string, unknown>[]
  /** Every request for a file of ours or of the site, as `host/path`. */
  readonly seen: string[]
  /** What an owner pastes, with a nonce. */
  readonly stub: string
  /** What an owner in automatic mode pastes above it, with a nonce. */
  readonly guard: string
  readonly plainTag: string
  /** Address of a page with this head and body under this host name. */
  page(
    html: string,
    headers?: Record<string, string>,
    place?: { host?: string; path?: string; language?: string },
  ): string
  close(): void
}

/** The harshest policy under which all of the widget works. */
export const HARSH = {
  'content-security-policy':
    "default-src 'none'; script-src 'nonce-n' http://consent.test:*; connect-src http://consent.test:*; require-trusted-types-for 'script'; trusted-types 'none'",
}

/** And the page's own style sheet stands in it. */
export const HARSH_STYLED = {
  'content-security-policy': `${HARSH['content-security-policy']}; style-src 'nonce-n'`,
}

/** What the site's own server answers before its pages. */
export type OwnServer = (
  site: SiteConfiguration,
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void

/** `changes`: to the configuration of the demo site. */
export async function startFixture(
  changes: Partial<SiteConfiguration> = {},
  own: OwnServer = (_site, _request, _response, next) => next(),
  since: Readonly<Record<string, number>> = {},
): Promise<Fixture> {
  const { render } = (await import(/* @vite-ignore */ join(ROOT, 'dist/first-layer.js'))) as {
    render: typeof Render
  }
  const site = { ...loomSite(), ...changes }
  const built = {
    loader: dist('loader.js'),
    view: dist('view.js'),
    parts: dist('parts.js'),
    ui: dist('ui.mjs'),
  }
  const published = (of: SiteConfiguration) => ({
    texts: new Map(render(of, built, since).map(({ name, text }) => [name, text])),
    configuration: sha256(canonicalJson(of)),
  })
  const older = published(site)
  const newer = published(withMaps(site))
  const pages = new Map<string, { html: string; headers: Record<string, string> }>()
  const taken: Record<string, unknown>[] = []
  const seen: string[] = []
  let mood: Mood = 'answers'
  let rule: number | undefined

  const file = (path: string, asked: string | null): string | undefined => {
    const [name = '', language = ''] = path.split('/').at(-1)!.split('.')
    // From a cache.
    if (name === 'assent') return older.texts.get(rule === undefined ? 'loader' : `loader.${rule}`)
    if (name === 'ui') return older.texts.get(name)
    if (name === 'parts') return [...older.texts.values()].find(text => sha256(text) === language)
    const isLax = rule !== undefined && site.regimes.rules[rule]?.regime !== 'opt-in'
    if (name === 'first' && isLax && !path.endsWith('?strict')) return older.texts.get('first-quiet')
    if (name === 'debug') return debugModule(dist('debug.js'), site, older.configuration)
    const isNewer = mood === 'has published again' && !(asked && older.configuration.startsWith(asked))
    const { texts, configuration } = isNewer ? newer : older
    const spoken = texts.has(`${name}.${language}`) ? language : 'en'
    const text = texts.get(`${name}.${spoken}`)
    return (
      text &&
      `${text}\nexport const text="${sha256(text)}",configuration="${configuration}",language="${spoken}"\n`
    )
  }
  const takeDecisions = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const part of request) body += String(part)
    if (mood === 'takes no decisions') return void response.writeHead(503).end('{}')
    // A page that is closed while it posts leaves a request without a body.
    if (!body) return void response.writeHead(400).end()
    const { decisions } = JSON.parse(body) as { decisions: { id: string }[] }
    taken.push(...decisions)
    response.end(JSON.stringify({ entries: decisions.map(({ id }, index) => ({ id, index })) }))
  }
  const server = createServer((request, response) => {
    const [host = ''] = (request.headers.host ?? '').split(':')
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    seen.push(host + path)
    response.setHeader('access-control-allow-origin', '*')
    if (host === 'consent.test') {
      if (mood === 'hangs') return
      if (mood === 'fails') return void response.writeHead(500).end()
      if (path.endsWith('/decisions')) return void takeDecisions(request, response)
      const text = file(path + (searchParams.has('strict') ? '?strict' : ''), searchParams.get('c'))
      response.writeHead(text ? 200 : 404, { 'content-type': 'text/javascript' }).end(text)
    } else if (path.startsWith('/runs/')) {
      // A script that says it ran; the number in its name is how many milliseconds it takes to come.
      const name = path.slice(6)
      setTimeout(
        () =>
          response
            .writeHead(200, { 'content-type': 'text/javascript' })
            .end(`(window.ran??=[]).push(${JSON.stringify(name)})`),
        Number(/\d+/.exec(name) ?? 0),
      )
    } else
      own(site, request, response, () => {
        const found = pages.get(path)
        response
          .writeHead(found ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...found?.headers })
          .end(found?.html)
      })
  })
  // A socket that was asked for is seen, and gets no further.
  server.on('upgrade', ({ headers, url = '' }: IncomingMessage, socket: Duplex) => {
    seen.push((headers.host ?? '').split(':')[0]! + url)
    socket.destroy()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const consentHost = `http://consent.test:${port}`
  const stub = dist('snippet.html').replaceAll('__SITE__', 'loom').replaceAll('__HOST__', consentHost)
  return {
    get mood() {
      return mood
    },
    set mood(next) {
      mood = next
    },
    get rule() {
      return rule
    },
    set rule(next) {
      rule = next
    },
    configuration: older.configuration,
    newerConfiguration: newer.configuration,
    taken,
    seen,
    stub: stub.replace('<script>', '<script nonce="n">'),
    guard: guardFor(site).replace('<script>', '<script nonce="n">'),
    plainTag: `<script type="module" async src="${consentHost}/s/loom/assent.js"></script>`,
    page(html, headers = {}, { host = 'www.loom.test', path = `/p${pages.size}`, language = 'en' } = {}) {
      const direction = isRightToLeft(language) ? ' dir="rtl"' : ''
      pages.set(path, { html: `<!doctype html><html lang="${language}"${direction}>${html}`, headers })
      return `http://${host}:${port}${path}`
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
