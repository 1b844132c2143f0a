import { createHash } from 'node:crypto'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { offeredOf } from '../../shared/domain/check-decision.ts'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { NoticeDocument, NoticeFacts } from '../ui/notice-document.ts'
import type { ProseNode } from '../ui/prose.tsx'
import { wordsOf } from './languages.ts'
import { readProse } from './markdown.ts'
import { anchorsOf } from './notice-faults.ts'
import { shownService } from './settings-document.ts'

/** The notice as it is shown in one language. Throws for sections that `noticeFaults` refuses. */
export function noticeDocument(site: SiteConfiguration, language: WidgetLanguage): NoticeDocument {
  const facts = noticeFacts(site, language)
  const anchors = anchorsOf(facts.sections.map(({ id }) => id))
  return {
    ...facts,
    language,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    version: noticeVersion(site),
    words: wordsOf(language),
    sections: facts.sections.map(section => ({ ...section, body: proseOf(section, anchors) })),
  }
}

/** Of everything the notice says in any of its languages, and of nothing else: other changes of a site leave it. */
export function noticeVersion(site: SiteConfiguration): string {
  const said = Object.fromEntries(site.languages.map(language => [language, noticeFacts(site, language)]))
  return createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 12)
}

/** Where something optional runs before anybody has agreed: the notice must not say the opposite. */
function laxRegions(
  { regimes: { rules } }: SiteConfiguration,
  language: WidgetLanguage,
): Pick<NoticeFacts, 'laxRegions'> {
  const names = rules.filter(({ regime }) => regime !== 'opt-in').flatMap(({ regions }) => regions)
  if (names.length === 0) return {}
  const countries = new Intl.DisplayNames(language, { type: 'region' })
  return {
    laxRegions: names.map(name => {
      const [country = '', part] = name.split('-')
      const said = countries.of(country) ?? country
      return part === undefined ? said : `${said} (${part})`
    }),
  }
}

function noticeFacts(site: SiteConfiguration, language: WidgetLanguage): NoticeFacts {
  const { name, controller, notice, purposes, services, programs, choice } = site
  const offered = new Set(offeredOf(purposes).map(({ id }) => id))
  return {
    site: name[language]!,
    ...laxRegions(site, language),
    lastRevised: notice.lastRevised,
    controller,
    sections: notice.sections.map(({ id, title, body }) => ({
      id,
      title: title[language]!,
      body: body[language]!,
    })),
    purposes: purposes
      .filter(({ id }) => offered.has(id))
      .map(({ id, name, description, basis }) => ({
        id,
        name: name[language]!,
        description: description[language]!,
        basis,
        services: services.filter(s => s.purpose === id).map(s => shownService(s, language)),
      })),
    messages: purposes
      .filter(({ kind }) => kind === 'messages')
      .map(({ id, name, description, basis }) => ({
        id,
        name: name[language]!,
        description: description[language]!,
        basis,
        programs: programs
          .filter(({ purpose }) => purpose === id)
          .map(({ name, disclosures, frequency, terms, sharesWith }) => ({
            name: name[language]!,
            channels: disclosures.map(({ channel }) => channel),
            ...(frequency && { frequency: frequency[language]! }),
            ...(terms !== undefined && { terms }),
            ...(sharesWith !== undefined && { sharesWith }),
          })),
      })),
    expiresAfterDays: choice.expiresAfterDays,
  }
}

function proseOf(
  { id, body }: NoticeFacts['sections'][number],
  anchors: readonly string[],
): readonly ProseNode[] {
  const { nodes, faults } = readProse(body, anchors)
  if (faults.length > 0) throw new Error(`couldn't render the notice's section "${id}": ${faults.join('; ')}`)
  return nodes
}
