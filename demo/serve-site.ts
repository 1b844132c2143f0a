import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'

export interface ServedSite {
  /** Site key. */
  readonly site: string
  readonly folder: string
  /** 0 takes any free one. */
  readonly port: number
  /** Address of the consent server. */
  readonly host: string
  /** What an owner pastes, with `__SITE__` and `__HOST__` still in it. */
  readonly snippet: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves a folder the way a careful owner would: the snippet pasted into each page, under a strict page policy. `__HOST__`: the consent server. */
export function serveSite({ site, folder, port, host, snippet }: ServedSite): Promise<Server> {
  const pasted = snippet.trim().replaceAll('__SITE__', site).replaceAll('__HOST__', host)
  const server = createServer((request, response) => {
    void respond(request.url ?? '/')
      // An address that is none at all.
      .catch(() => ({ status: 400, headers: {}, body: 'There is no such address.' }))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
  })

  async function respond(address: string) {
    const type = extname(fileOf(address))
    const bytes = TYPES[type]
      ? await readFile(join(folder, fileOf(address))).catch(() => undefined)
      : undefined
    if (!bytes)
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'There is no such page.' }
    const headers = {
      'content-type': TYPES[type]!,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    }
    if (type !== '.html') return { status: 200, headers, body: bytes }
    const nonce = randomBytes(16).toString('base64')
    return {
      status: 200,
      headers: { ...headers, 'content-security-policy': pagePolicy(nonce, host) },
      body: bytes
        .toString()
        // A function, because `$` in a replacement text would mean something.
        .replace('<!-- assent -->', () => pasted)
        .replaceAll('__HOST__', host)
        .replaceAll('<script', `<script nonce="${nonce}"`),
    }
  }

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** Nothing inline but by nonce, no styles in attributes, no strings that become code. */
const pagePolicy = (nonce: string, host: string): string =>
  [
    `default-src 'self'`,
    `script-src 'nonce-${nonce}' 'self' ${host}`,
    `connect-src 'self' ${host}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `require-trusted-types-for 'script'`,
  ].join('; ')

/** Path below the folder: never above it, and `index.html` for a folder. */
function fileOf(address: string): string {
  const path = normalize(decodeURIComponent(new URL(address, 'http://site').pathname))
  return path.endsWith('/') ? `${path}index.html` : path
}
