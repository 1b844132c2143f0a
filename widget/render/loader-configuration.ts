import { offeredOf } from '../../shared/domain/check-decision.ts'
import { serviceLists } from '../../shared/domain/gating.ts'
import type {
  FirstConfiguration,
  WidgetConfiguration,
  WidgetPurpose,
} from '../../shared/domain/publication.ts'
import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import {
  isLargeStorage,
  type LargeStorage,
  type SiteConfiguration,
  type StorageKind,
} from '../../shared/domain/site.ts'
import { wordsOf } from './languages.ts'
import { controlStyle } from './control-style.ts'

const STORAGE = { cookie: 'c', local: 'localStorage', session: 'sessionStorage' } as const satisfies Record<
  Exclude<StorageKind, LargeStorage>,
  string
>

/** What the loader needs of a configuration: every visitor downloads it, so nothing else is in it. */
export function loaderConfiguration(site: SiteConfiguration, configuration: string): WidgetConfiguration {
  return {
    site: site.site,
    configuration: configuration.slice(0, 8),
    labels: Object.fromEntries(site.languages.map(language => [language, wordsOf(language).control])),
    expiresAfter: site.choice.expiresAfterDays * 86_400_000,
    ...(site.choice.domain !== undefined && { place: `;path=/;domain=${site.choice.domain}` }),
    purposes: offeredOf(site.purposes).map(({ id, required, gpc }): WidgetPurpose => [
      id,
      required ? 1 : 0,
      gpc ? 1 : 0,
      flags(site, id),
      required ? [] : keeps(site, id),
    ]),
    ...serviceLists(site.services),
    style: controlStyle(site.appearance),
  }
}

/** What the first layer needs of it to take an answer. */
export function firstConfiguration(site: SiteConfiguration, hash: string): FirstConfiguration {
  const { site: key, configuration, expiresAfter, place, purposes } = loaderConfiguration(site, hash)
  return {
    site: key,
    configuration,
    expiresAfter,
    ...(place !== undefined && { place }),
    purposes: purposes.map(([id, required, gpc, flags]) => [id, required, gpc, flags]),
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
      cookies.flatMap(({ storage, name, path }) =>
        isLargeStorage(storage) ? [] : [[STORAGE[storage], name, path] as const],
      ),
    )
