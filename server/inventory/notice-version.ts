import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { RenderedFile } from '../ledger/publish.ts'
import type { LedgerStore } from '../ledger/store.ts'
import { readConfiguration } from './current.ts'

/** The version a published notice page says of itself; changes exactly when something the notice says does. */
export const noticeVersionOf = (page: Uint8Array): string | undefined =>
  /<meta name="version" content="([0-9a-f]{12})">/.exec(Buffer.from(page).toString())?.[1]

/** The notice says something else than the one that is served, and the date above it did not move forward. */
export function noticeIsUnrevised(
  store: LedgerStore,
  { site, notice }: SiteConfiguration,
  files: readonly RenderedFile[],
): boolean {
  const current = store.current(site)
  if (!current) return false
  const [, served] = Object.entries(current.files).find(([name]) => name.startsWith('notice-page.')) ?? []
  const before = served === undefined ? undefined : store.text(site, served)?.body
  const after = files.find(({ kind }) => kind === 'notice-page')?.bytes
  const [was, is] = [before, after].map(page => page && noticeVersionOf(page))
  if (was === undefined || is === undefined || was === is) return false
  return notice.lastRevised <= readConfiguration(store, site, current.configuration).notice.lastRevised
}
