import { DOCUMENT_LANGUAGES } from '../../shared/domain/language.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { spokenTo } from '../languages/words.ts'

export interface Warning {
  readonly path: string
  readonly message: string
}

/** What the owner of a site has to look at themselves, in the languages it speaks. */
export function languageWarnings({ languages, programs }: SiteConfiguration): Warning[] {
  const warnings: Warning[] = []
  const unreviewed = languages.filter(language => spokenTo([language]).words.reviewedBy === '')
  if (unreviewed.length > 0)
    warnings.push({
      path: 'languages',
      message: `has ${named(unreviewed)}, in which nobody who speaks it has reviewed the widget's own words yet: have them read before you rely on them`,
    })
  const known: readonly string[] = DOCUMENT_LANGUAGES
  const unchecked = languages.filter(language => !known.includes(language))
  if (programs.length > 0 && unchecked.length > 0)
    warnings.push({
      path: 'programs',
      message: `has disclosures in ${named(unchecked)}, in which what they leave out cannot be found: compare them with those in ${named(known)}`,
    })
  return warnings
}

const english = new Intl.DisplayNames('en', { type: 'language' })
const named = (tags: readonly string[]): string =>
  new Intl.ListFormat('en').format(tags.map(tag => english.of(tag) ?? tag))
