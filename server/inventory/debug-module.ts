import { debugSite } from '../../shared/domain/debug.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'

/** The debug view as it was built, told what it looks at: importing it opens it. */
export function debugModule(built: string, configuration: SiteConfiguration, hash: string): string {
  const [, body = '', start] = /^([^]*)export\s*\{\s*([\w$]+) as start\s*\};?\s*$/.exec(built) ?? []
  if (start === undefined) throw new Error("couldn't use debug.js: it doesn't end with what it exports")
  const site = JSON.stringify(debugSite(configuration, hash))
  return `${body}${start}(${site},new URL(".",import.meta.url).href);\n`
}
