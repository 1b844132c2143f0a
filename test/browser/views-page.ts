import { createServer } from 'node:http'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { bundles } from '../../vite.config.ts'
import { PARTS } from '../../shared/domain/parts.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { render as Render } from '../../widget/render/render.ts'

const ROOT = join(import.meta.dirname, '../..')

export const loom = JSON.parse(
  readFileSync(join(ROOT, 'demo/loom/site.json'), 'utf8'),
) as unknown as SiteConfiguration

/** What the page of a test is like; the handle in it is a stand-in that remembers what it was told. */
export interface ViewsPage {
  readonly view?: 'first' | 'settings' | 'embed' | 'notice'
  readonly language?: 'en' | 'de' | 'ar'
  readonly gpc?: boolean
  readonly record?: object
  readonly receipt?: { readonly id: string; readonly index?: number }
  readonly history?: object | 'fails' | 'hangs'
  readonly leftovers?: readonly string[]
  /** Style sheet of the page itself. */
  readonly css?: string
  readonly site?: Partial<SiteConfiguration>
  /** The page has a place for the first layer. */
  readonly place?: boolean
  /** Attributes of the gated frame. */
  readonly frame?: string
}

export interface ViewsServer {
  readonly origin: string
  /** Address of a page; each of its own. */
  page(like: ViewsPage): string
  close(): Promise<void>
}

/** Serves the views as published, on pages whose policy allows nothing that is not needed. */
export async function startViews(): Promise<ViewsServer> {
  const [view, ui, renderer] = await Promise.all(['view.js', 'ui.mjs', 'first-layer.js'].map(bundled))
  const render = await loadRenderer(renderer!)
  // No view has to do with parts.
  const parts = PARTS.map(() => 'const s=()=>{};export{s as start};').join('\n')
  const built = { loader: 'export{start};', view: view!, parts, ui: ui! }
  const pages: ViewsPage[] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost')
    const [, number, name = ''] = pathname.split('/')
    const like = pages[Number(number)]
    if (!like) return response.writeHead(404).end()
    if (pathname.includes('/v1/')) {
      const isAllowed = request.headers.authorization === 'Assent 0123'
      return response
        .writeHead(isAllowed ? 200 : 401, { 'Content-Type': 'application/json' })
        .end('{"assentReceipt":1}')
    }
    const site = { ...loom, ...like.site }
    if (name === '') {
      return response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY })
        .end(html(like))
    }
    const texts = new Map(render(site, built).map(f => [`${f.name}.mjs`, f.text]))
    const start = texts.get('loader.mjs')!
    // What the server adds to a view at its end.
    const said = `\nexport const text="${'a'.repeat(64)}",configuration="${'deadbeef'.repeat(8)}",language="${like.language ?? 'en'}"\n`
    const text = name.startsWith('first.')
      ? texts.get(name)! + said
      : name === 'handle.mjs'
        ? handleModule(like, start.slice(start.indexOf('start({') + 6, start.lastIndexOf(',new URL(')))
        : (texts.get(name) ?? (name.startsWith('ui.') ? built.ui : undefined))
    return response
      .writeHead(text === undefined ? 404 : 200, { 'Content-Type': 'text/javascript; charset=utf-8' })
      .end(text)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    page: like => `${origin}/${pages.push(like) - 1}/`,
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function bundled(output: string): Promise<string> {
  const { config } = bundles.find(bundle => bundle.output === output)!
  const made = [
    await build({
      ...config,
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: { ...config.build, write: false, emptyOutDir: false },
    }),
  ].flat()[0]!
  if (!('output' in made)) throw new Error(`couldn't build ${output}`)
  return made.output[0].code
}

/** As the server does it: the built file, which needs no package. */
async function loadRenderer(code: string): Promise<typeof Render> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-views-'))
  const file = join(folder, 'first-layer.mjs')
  writeFileSync(file, code)
  try {
    const made = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      readonly render: typeof Render
    }
    return made.render
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const NONCE = 'bm9uY2U'
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}' 'strict-dynamic'; style-src 'nonce-${NONCE}'; connect-src 'self'; require-trusted-types-for 'script'`

const html = ({ language = 'en', css = '', frame = '', place }: ViewsPage): string => `<!doctype html>
<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Loomwork</title>
<style nonce="${NONCE}">
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
  body { margin: 0 } header, main, footer { padding: 24px max(24px, 8vw) }
  header { display: flex; gap: 24px; align-items: baseline; border-bottom: 1px solid #8884 }
  h1 { font-size: 2.5em; line-height: 1.15; margin: .5em 0 } p { max-width: 38em } a { color: inherit }
  iframe { border: 0 }
  ${css}
</style>
<header><strong>Loomwork</strong> <a href="#shop">Shop</a> <a href="#journal">Journal</a></header>
<main><h1>Software for people who weave</h1>
${place ? '<div data-assent-banner></div>' : ''}
<p>Patterns, yarn and looms in one place: plan a cloth in the morning, and weave it in the afternoon.</p>
${frame && `<iframe title="Film" ${frame}></iframe>`}
${'<p>A pattern is a small program. It says which threads go up and which go down, and the loom does the rest, row by row, until there is cloth.</p>'.repeat(12)}
<p><a href="#last" id="last">The last link of the page</a></p></main>
<script type="module" nonce="${NONCE}">
  addEventListener('securitypolicyviolation', event => (window.violations ??= []).push(event.violatedDirective))
  const { handle, start } = await import('./handle.mjs')
  window.handle = handle
  await start()
  document.documentElement.dataset.shown = ''
</script>
</html>`

/** Runs in the page: it does what the loader's handle promises, and writes down what it was told. */
const handleModule = (like: ViewsPage, configuration: string): string => `
const like = ${JSON.stringify(like)}
Object.defineProperty(navigator, 'globalPrivacyControl', { value: like.gpc === true })
const configuration = { ...${configuration}, configuration: 'deadbeef' }
let record = like.record
const tells = [], open = new Map()
const shown = { text: 'a'.repeat(64), configuration: 'deadbeef'.repeat(8), language: like.language ?? 'en' }
const show = async (view, where) => {
  const module = await import('./' + view + '.' + shown.language + '.mjs')
  open.get(view)?.()
  open.set(view, module.default(handle, shown, where))
}
export const calls = window.calls = []
export const handle = {
  configuration, base: location.href + 's/loom/', gpc: like.gpc === true,
  granted: id => record?.choices[id] === true && !(like.gpc && !record.gpc && configuration.purposes.some(p => p[0] === id && p[2])),
  onChange(tell) { tells.push(tell); if (record) tell(record.choices); return () => tells.splice(tells.indexOf(tell), 1) },
  open(view = 'settings') { calls.push(['open', view]); void show(view) },
  decide() {}, withdraw() {},
  record: () => record,
  save(choices, method, shown, type) {
    calls.push(['save', choices, method, type, shown?.text.length])
    record = { decidedAt: Date.now(), configuration: 'deadbeef', choices: { ...record?.choices, ...choices }, flags: 0, gpc: handle.gpc, ...(Object.values(choices).includes(true) ? { secret: '0123' } : {}) }
    const answers = Object.entries(record.choices).map(([id, granted]) => id + ':' + +granted)
    document.cookie = 'assent_loom=v1.' + record.decidedAt.toString(36) + '.deadbeef.' + answers + '.0'
    for (const tell of [...tells]) tell(record.choices)
    return 'id'
  },
  receipt: () => like.receipt,
  history() {
    calls.push(['history'])
    return like.history === 'fails' ? Promise.reject(new TypeError('offline')) : like.history === 'hangs' ? new Promise(() => {}) : Promise.resolve(like.history)
  },
  leftovers: () => like.leftovers ?? [],
  removeRest: () => undefined,
  async load(view) { calls.push(['load', view]) },
  close() { calls.push(['close']); for (const end of open.values()) end() },
}
// The first layer needs no handle: it shows itself, and speaks to the page's own assent.
window.assent = { onChange: handle.onChange, open: handle.open }
export const start = () =>
  like.view && like.view !== 'first'
    ? show(like.view, like.view === 'embed' ? document.querySelector('iframe') : undefined)
    : import('./first.' + shown.language + '.mjs')
`
