import { offeredOf } from '../../shared/domain/check-decision.ts'
import type { WidgetConfiguration, WidgetPurpose } from '../../shared/domain/publication.ts'
import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import type { SiteConfiguration, StorageKind } from '../../shared/domain/site.ts'
import { wordsOf } from './languages.ts'

const STORAGE = { cookie: 'c', local: 'l', session: 's' } as const satisfies Record<StorageKind, string>

/** What the loader needs of a configuration: every visitor downloads it, so nothing else is in it. */
export function loaderConfiguration(site: SiteConfiguration, configuration: string): WidgetConfiguration {
  const control = site.languages.map(language => wordsOf(language).control)
  return {
    site: site.site,
    configuration,
    languages: site.languages,
    labels: control,
    expiresAfterDays: site.choice.expiresAfterDays,
    purposes: offeredOf(site.purposes).map(({ id, required, gpc }): WidgetPurpose => [
      id,
      required ? 1 : 0,
      gpc ? 1 : 0,
      flags(site, id),
      required ? [] : keeps(site, id),
    ]),
    unapproved: site.services
      .filter(service => service.approval.state !== 'approved')
      .map(({ id, hosts }) => [id, hosts]),
    accent: site.appearance.accent,
    position: site.appearance.position,
  }
}

function flags(site: SiteConfiguration, purpose: string): number {
  return CONSENT_MODE_SIGNALS.reduce(
    (bits, signal, i) => (site.signals.googleConsentMode[signal] === purpose ? bits | (1 << i) : bits),
    0,
  )
}

/** Cleared when the purpose is not granted; what necessary services keep is never cleared. */
const keeps = (site: SiteConfiguration, purpose: string): WidgetPurpose[4] =>
  site.services
    .filter(service => service.purpose === purpose)
    .flatMap(({ cookies }) =>
      cookies.map(({ storage, name, path }) => [STORAGE[storage], name, path] as const),
    )
