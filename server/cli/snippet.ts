import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { guardId, guardTable } from '../../shared/domain/guard.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Config } from '../config.ts'
import { CommandError, EXIT } from './command.ts'
import { DIST } from './version.ts'

/** What the owner of a site pastes into its pages. */
export function snippetFor(site: string, server: string): string {
  const stub = readFileSync(new URL('snippet.html', DIST), 'utf8')
  return stub.trim().replaceAll('__SITE__', site).replaceAll('__HOST__', server)
}

/** Where browsers reach this server, as far as its settings say. */
export const serverAddress = ({ url }: Config): string => url.replace('//127.0.0.1:', '//localhost:')

/** An address that was given for this server, if it is one. */
export function serverOf(given: string): string {
  const address = URL.parse(given)
  if (!/^https?:$/.test(address?.protocol ?? '') || address?.origin !== given)
    throw new CommandError(
      '--server takes the address browsers use, such as https://consent.shop.example, without a path.',
      EXIT.usage,
    )
  return given
}

/** How a page's Content-Security-Policy names the script of the snippet. */
export const hashSource = (snippet: string): string =>
  `'sha256-${createHash('sha256')
    .update(snippet.replace(/^<script>|<\/script>$/g, ''))
    .digest('base64')}'`

/** What owners in automatic mode paste above it. */
export function guardFor({ purposes, services }: Pick<SiteConfiguration, 'purposes' | 'services'>): string {
  const table = guardTable({ purposes, services })
  // Hosts and ids have no characters that could end the script.
  return readFileSync(new URL('guard.html', DIST), 'utf8')
    .trim()
    .replaceAll('__HOSTS__', () => JSON.stringify(table))
    .replaceAll('__ID__', () => JSON.stringify(guardId(table)))
}
