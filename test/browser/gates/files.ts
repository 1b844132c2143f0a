import type { ServerResponse } from 'node:http'
import type { OwnServer } from '../consent-host.ts'

/** A tenth of a second of silence. */
const silence = (): Buffer => {
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0',
    'latin1',
  )
  const samples = Buffer.alloc(800, 128)
  header.writeUInt32LE(36 + samples.length, 4)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}

/** A script says that it ran, by its own name. */
const FILES: Readonly<Record<string, readonly [type: string, body: (name: string) => string | Buffer]>> = {
  js: ['text/javascript', name => `(globalThis.ran ??= []).push('${name}')`],
  svg: ['image/svg+xml', () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  css: ['text/css', () => 'p { color: inherit }'],
  html: ['text/html', () => '<!doctype html><p>framed'],
  wav: ['audio/wav', silence],
}

/** A file of the kind its name says, never from a cache: each request is one that the page made. */
export function exitFile(path: string, response: ServerResponse): void {
  const [name = '', kind = ''] = path.split('/').at(-1)!.split('.')
  const [type, body] = FILES[kind] ?? FILES['svg']!
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body(name))
}

/** Below `/exit/`. */
export const answerExits: OwnServer = (_site, request, response, next) => {
  const path = request.url ?? ''
  if (path.startsWith('/exit/')) exitFile(path, response)
  else next()
}
