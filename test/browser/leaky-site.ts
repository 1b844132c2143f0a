import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site that heeds nobody's choice, and the companies it tells of every visit, on one server. */
export interface LeakySite {
  readonly url: string
  /** `host:port` of one of the companies. */
  readonly at: (name: string) => string
  close(): void
}

/** What each company's script does, and nothing else; `HOST` is where its answers go. */
const SCRIPTS: Readonly<Record<string, string>> = {
  parser: '',
  injected: '',
  fetcher: `Promise.resolve().then(() => setTimeout(() => fetch('//fetched.HOST/f'), 20))`,
  asker: `const x = new XMLHttpRequest(); x.open('GET', '//asked.HOST/x'); x.send()`,
  sender: `navigator.sendBeacon('//beacon.HOST/b', 'seen')`,
  socket: `new WebSocket('ws://socketed.HOST/w')`,
  stream: `new EventSource('//streamed.HOST/e')`,
  pixel: `new Image().src = '//imaged.HOST/i.gif?visitor=7'`,
  framer: `addEventListener('load', () => { const f = document.createElement('iframe'); f.title = 'f'; f.src = '//framed.HOST/f.html'; document.body.append(f) })`,
  writer: `document.cookie = 'w_id=1; max-age=86400'; document.cookie = 'gone=; max-age=0'`,
  keeper: `localStorage.k_seen = '1'; sessionStorage.setItem('k_now', '1')`,
  base: `indexedDB.open('k_base')`,
  cacher: `caches.open('k_cache')`,
  worker: `new Worker(URL.createObjectURL(new Blob(["fetch('http://worked.HOST/w')"])))`,
}

export async function startLeakySite(): Promise<LeakySite> {
  const server = createServer((request, response) => {
    const [, name = '', host = ''] = /^(\w+)\.(.*)$/.exec(request.headers.host ?? '') ?? []
    const type = (mime: string) =>
      response.writeHead(200, { 'content-type': mime, 'access-control-allow-origin': '*' })
    if (request.headers.host === `localhost:${port()}`) {
      if (request.url === '/style.css')
        return void type('text/css').end(
          `@font-face { font-family: f; src: url(//lettered.example:${port()}/f.woff2) } h1 { font-family: f }`,
        )
      if (request.url !== '/') return void response.writeHead(404).end()
      response.setHeader('set-cookie', 'h_id=1; Max-Age=604800; Path=/; HttpOnly')
      return void type('text/html').end(page(`example:${port()}`))
    }
    if (request.url === '/s.js')
      return void type('text/javascript').end((SCRIPTS[name] ?? '').replaceAll('HOST', host))
    if (name === 'streamed') return void type('text/event-stream').write(':\n\n')
    type('text/html').end('<!doctype html><title>f</title>')
  })
  const port = (): number => (server.address() as AddressInfo).port
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://localhost:${port()}/`,
    at: name => `${name}.example:${port()}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const page = (host: string): string => `<!doctype html><html lang="en"><head><title>Leaky</title>
<link rel="stylesheet" href="/style.css">
<link rel="preconnect" href="//hinted.${host}">
<link rel="prefetch" href="//fetchedahead.${host}/p.js">
${Object.keys(SCRIPTS)
  .filter(name => name !== 'injected')
  .map(name => `<script src="//${name}.${host}/s.js"></script>`)
  .join('\n')}
<script>const s = document.createElement('script'); s.src = '//injected.${host}/s.js'; document.head.append(s)</script>
</head><body><h1>Leaky</h1>
<div id="ask"><button id="yes">Yes</button><button id="no">No</button></div>
<script>for (const b of document.querySelectorAll('button')) b.onclick = () => document.getElementById('ask').remove()</script>
</body></html>`
