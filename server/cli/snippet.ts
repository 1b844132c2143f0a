import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { DIST } from './version.ts'

/** What the owner of a site pastes into its pages. */
export function snippetFor(site: string, server: string): string {
  const stub = readFileSync(new URL('snippet.html', DIST), 'utf8')
  return stub.trim().replaceAll('__SITE__', site).replaceAll('__HOST__', server)
}

/** Where browsers reach this server, as far as its settings say. */
export const serverAddress = ({ url }: Config): string => url.replace('//127.0.0.1:', '//localhost:')
