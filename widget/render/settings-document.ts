import { offeredOf } from '../../shared/domain/check-decision.ts'
import { isRightToLeft, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { Service, SiteConfiguration } from '../../shared/domain/site.ts'
import { undatedFrom } from '../../shared/domain/take-over.ts'
import settingsCss from '../ui/settings.css?raw'
import {
  FIRST_LAYER_ONLY,
  OF_OTHER_VIEWS,
  type SettingsDocument,
  type SettingsWords,
  type ShownService,
} from '../ui/settings-document.ts'
import { wordsOf } from './languages.ts'
import { styles } from './styles.ts'

export function settingsDocument(site: SiteConfiguration, language: WidgetLanguage): SettingsDocument {
  const { name, address, email, website, dataProtectionOfficers } = site.controller
  const { takeOver } = site.choice
  return {
    language,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    languages: site.languages.length > 1 ? site.languages.map(tag => ({ tag, name: ownName(tag) })) : [],
    ...(takeOver && { undatedFrom: undatedFrom(takeOver) }),
    css: styles(settingsCss, '#assent', site.appearance),
    words: settingsWords(language),
    controller: {
      name,
      address,
      email,
      website,
      officers: dataProtectionOfficers.map(officer => ({ name: officer.name, email: officer.email })),
    },
    purposes: offeredOf(site.purposes).map(({ id, required, gpc }) => {
      const purpose = site.purposes.find(p => p.id === id)!
      return {
        id,
        required,
        gpc,
        name: purpose.name[language]!,
        description: purpose.description[language]!,
        services: site.services.filter(s => s.purpose === id).map(s => shownService(s, language)),
      }
    }),
  }
}

/** As its speakers write it. */
function ownName(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}

function settingsWords(language: WidgetLanguage): SettingsWords {
  const left: readonly string[] = FIRST_LAYER_ONLY
  return Object.fromEntries(
    Object.entries(wordsOf(language)).filter(([key]) => !left.includes(key) && !OF_OTHER_VIEWS.test(key)),
  ) as unknown as SettingsWords
}

/** A service as any view shows it. */
export function shownService(service: Service, language: WidgetLanguage): ShownService {
  const { id, name, provider, country, hosts, policy, approval, cookies } = service
  return {
    id,
    name,
    provider,
    country,
    hosts,
    approved: approval.state === 'approved',
    ...(policy === undefined ? {} : { policy }),
    cookies: cookies.map(cookie => ({ ...cookie, description: cookie.description[language]! })),
  }
}
