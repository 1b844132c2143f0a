import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DemoSite {
  /** Site key. */
  readonly id: string
  readonly name: string
  /** Its pages and its configuration, `site.json`. */
  readonly folder: string
  /** Port that `site.json` names in its origins. */
  readonly usualPort: number
}

export const DEMO_SITES: readonly DemoSite[] = [
  { id: 'harbor', name: 'Harborline IT', folder: join(import.meta.dirname, 'harbor'), usualPort: 8788 },
  { id: 'loom', name: 'Loomwork', folder: join(import.meta.dirname, 'loom'), usualPort: 8789 },
]

/** The configuration to publish: the site's own file, or a copy for other ports, because only known origins may decide. */
export function configurationFor(site: DemoSite & { readonly port: number }, data: string): string {
  const own = join(site.folder, 'site.json')
  if (site.port === site.usualPort) return own
  const copy = join(data, `demo-${site.id}.json`)
  writeFileSync(copy, withPort(readFileSync(own, 'utf8'), site.port))
  return copy
}

/** The same configuration for pages that are served on another port: its origins, and what it links to there. */
export function withPort(configuration: string, port: number): string {
  const { $schema, ...parsed } = JSON.parse(configuration) as { $schema?: string }
  const moved = JSON.stringify(parsed).replace(/("http:\/\/[\w.]+):\d+/g, `$1:${port}`)
  return JSON.stringify({ $schema, ...(JSON.parse(moved) as object) }, null, 2)
}
