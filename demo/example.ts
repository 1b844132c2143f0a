/** Builds and serves one of the pages that show a framework beside Assent, the way a careful owner would. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type InlineConfig } from 'vite'

export const EXAMPLES = ['react', 'vue', 'element'] as const

export interface ExampleSettings {
  readonly name: (typeof EXAMPLES)[number]
  /** Where its sources are, and the packages it has installed. */
  readonly folder: string
  /** Where its server is built to: within reach of the same packages. */
  readonly into: string
  /** Address of the Assent server. */
  readonly server: string
}

interface Built {
  /** Files for browsers by their address. */
  readonly files: ReadonlyMap<string, string>
  /** Answers with the page. */
  readonly respond: (nonce: string, response: ServerResponse) => void | Promise<void>
}

export async function buildExample({ name, folder, into, server }: ExampleSettings): Promise<Built> {
  const isReact = name === 'react'
  const common: InlineConfig = {
    configFile: false,
    logLevel: 'error',
    root: folder,
    define: {
      ASSENT_SERVER: JSON.stringify(server),
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
  }
  const entry = (of: string): string => join(folder, `${of}.${isReact ? 'tsx' : 'ts'}`)
  const made = await build({
    ...common,
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: entry('client'),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  })
  const chunks = [made].flat().flatMap(each => ('output' in each ? each.output : []))
  await build({
    ...common,
    ssr: { noExternal: ['assent'] },
    build: {
      ssr: entry('server'),
      outDir: into,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'server.mjs' } },
    },
  })
  const { respond } = (await import(
    /* @vite-ignore */ `${pathToFileURL(join(into, 'server.mjs')).href}?${Date.now()}`
  )) as Pick<Built, 'respond'>
  return {
    files: new Map(chunks.flatMap(file => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code]] : []))),
    respond,
  }
}

/** The neighbouring demo's own files: how these pages look, and somebody else's player. */
const LOOM = join(import.meta.dirname, 'loom')
const SHARED = ['/style.css', '/vendor/vista.html', '/vendor/vista.css']
const STYLE = readFileSync(join(import.meta.dirname, 'example.css'), 'utf8')

export async function serveExample(settings: ExampleSettings, port: number): Promise<Server> {
  const { files, respond } = await buildExample(settings)
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const script = files.get(path)
    if (path === '/') {
      const nonce = randomBytes(16).toString('base64')
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': pagePolicy(settings, nonce),
      })
      void respond(nonce, response)
    } else if (script !== undefined)
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script)
    else if (path === '/example.css')
      response.writeHead(200, { 'content-type': 'text/css; charset=utf-8' }).end(STYLE)
    else if (SHARED.includes(path)) {
      const type = path.endsWith('.css') ? 'text/css' : 'text/html'
      response
        .writeHead(200, { 'content-type': `${type}; charset=utf-8` })
        .end(readFileSync(join(LOOM, path)))
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

/** Nothing inline but by nonce, and no string becomes code or markup. */
const pagePolicy = ({ name, server }: ExampleSettings, nonce: string): string =>
  [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${server}`,
    `connect-src ${server}`,
    `style-src 'self'`,
    `frame-src 'self'`,
    `base-uri 'none'`,
    `require-trusted-types-for 'script'`,
    // Vue makes a policy of its own for what it renders; the others need none.
    `trusted-types ${name === 'vue' ? 'vue' : `'none'`}`,
  ].join('; ')
