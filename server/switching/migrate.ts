import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import type { Fault } from '../../shared/schemas/loose-site.ts'
import { noNotes, type Notes } from './found.ts'
import { fromKlaro } from './from-klaro.ts'
import { fromVanilla } from './from-vanilla.ts'
import { readConfig, type From } from './read-file.ts'
import { toSite, type Owner } from './to-site.ts'

export interface Migrated {
  readonly from: From
  readonly site: SiteConfiguration
  readonly notes: Notes
  /** What keeps it from being published. */
  readonly faults: readonly Fault[]
}

/** @throws UnreadableFile, with the reason in one sentence */
export function migrate(text: string, wanted: From | undefined, owner: Owner): Migrated {
  const read = readConfig(text, wanted)
  const notes = noNotes()
  const found = read.from === 'klaro' ? fromKlaro(read, notes) : fromVanilla(read, notes)
  const { from, purposes, services, languages, takeOver, aliases } = found
  const site = withoutRefusedTexts(toSite(found, owner, notes), notes)
  notes.taken.unshift(
    `${count(purposes.length, 'purpose')}: ${purposes.map(({ id, kind }) => (id === kind ? id : `${id} (${kind})`)).join(', ')}`,
    `${count(services.length, 'service')}${services.length > 0 ? `: ${services.map(({ id }) => id).join(', ')}` : ''}`,
    `${count(languages.length, 'language')}: ${languages.join(', ') || 'en'}`,
    `${count(Object.keys(aliases).length, 'name')} in your pages' markup, which go on working (gating.aliases)`,
    Object.keys(takeOver.map).length > 0
      ? `the answers visitors gave there to ${Object.keys(takeOver.map).join(', ')} (choice.takeOver)`
      : 'no answers visitors gave there: nothing was asked that can be taken for one',
  )
  const check = checkSiteConfiguration(site)
  return { from, site, notes: deduplicated(notes), faults: check.ok ? [] : check.faults }
}

const deduplicated = ({ taken, changed, unknown, todo }: Notes): Notes => ({
  taken: [...new Set(taken)],
  changed: [...new Set(changed)],
  unknown: [...new Set(unknown)],
  todo: [...new Set(todo)],
})

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** The banner has words of its own, which take the place of any that may not stand there. */
function withoutRefusedTexts(site: SiteConfiguration, { changed }: Notes): SiteConfiguration {
  const check = checkSiteConfiguration(site)
  const refused = check.ok ? [] : check.faults.filter(({ path }) => /^banner\.(title|text)/.test(path))
  if (refused.length === 0) return site
  for (const { path, message } of refused)
    changed.push(`${path}: ${message}; the banner's own words stand there instead`)
  const { title: _title, text: _text, ...banner } = site.banner
  return { ...site, banner }
}
