import { layoutOf } from './appearance.ts'
import { isAskedAbout, offeredOf } from './check-decision.ts'
import { OUR_COOKIE } from './choice-cookie.ts'
import { aliasTarget, isApproved, serviceLists, type AliasTarget, type ServiceLists } from './gating.ts'
import { guardId, guardTable } from './guard.ts'
import type { ConsentModeSignal } from './signals.ts'
import {
  isLargeStorage,
  type GlobalCall,
  type LargeStorage,
  type Regime,
  type SiteConfiguration,
} from './site.ts'
import { namesKept } from './take-over.ts'

type Signals = SiteConfiguration['signals']

/** What each part of the widget is told, by its name: that of its file in `widget/parts`. */
export interface PartSettings {
  readonly 'data-layer': true
  readonly 'change-event': true
  readonly 'google-tag': {
    /** Settings that are switched on, as Google names them. */
    readonly set: readonly ('url_passthrough' | 'ads_data_redaction')[]
    readonly signals: Partial<Readonly<Record<ConsentModeSignal, string>>>
  }
  readonly 'microsoft-uet': NonNullable<Signals['microsoftUet']>
  readonly 'microsoft-clarity': NonNullable<Signals['microsoftClarity']>
  readonly meta: NonNullable<Signals['meta']>
  readonly tiktok: NonNullable<Signals['tiktok']>
  readonly 'wp-consent-api': {
    readonly type: 'optin' | 'optout'
    readonly categories: NonNullable<Signals['wpConsentApi']>
  }
  readonly memory: { readonly endpoint: string; readonly key: string }
  readonly aliases: Readonly<Record<string, AliasTarget>>
  readonly 'more-gates': ServiceLists
  readonly 'large-storage': readonly LargeKept[]
  readonly 'hand-over': {
    readonly site: string
    readonly key: string
    readonly origins: readonly string[]
    /** So long a choice holds. */
    readonly days: number
  }
  readonly stop: {
    readonly event?: true
    readonly purposes: Readonly<Record<string, HowToStop>>
  }
  /** Where opting out is the rule. `key`: of the cookie; `covered`: the purposes that the signal is about. */
  readonly 'opt-out-signal': { readonly key: string; readonly covered: readonly string[] }
  /** Names of cookies and storage keys of the tool the site had before. */
  readonly 'forget-old': readonly string[]
  readonly debug: true
  readonly automatic: {
    readonly site: string
    /** The guard that pages are to carry. */
    readonly guard: string
  }
  readonly 'late-place': true
  readonly 'own-link': true
  readonly 'external-links': {
    readonly hosts: readonly string[]
    /** In each language of the site; the first counts where none fits. */
    readonly notes: Readonly<Record<string, string>>
    readonly isMarked: boolean
  }
}

/** What stops a purpose, and starts it again; `whole` where each of its services that may load says how it is stopped. */
export interface HowToStop {
  readonly stop: readonly GlobalCall[]
  readonly resume: readonly GlobalCall[]
  readonly whole: boolean
}

/** A database, cache or service worker that goes unless its purpose is granted. */
export type LargeKept = readonly [purpose: string, kind: LargeStorage, name: string]

/** In the order of the lines of `parts.js`, and in which they start: what other tools' attributes say is read before gates open. */
export const PARTS = [
  'data-layer',
  'change-event',
  'google-tag',
  'microsoft-uet',
  'microsoft-clarity',
  'meta',
  'tiktok',
  'wp-consent-api',
  'memory',
  'hand-over',
  'aliases',
  'more-gates',
  'stop',
  'large-storage',
  'opt-out-signal',
  'forget-old',
  'automatic',
  'debug',
  'late-place',
  'own-link',
  'external-links',
] as const satisfies readonly (keyof PartSettings)[]

/**
 * Those a site needs where this is the regime; most need none, and pay for none.
 * @param externalNote what is said of a link to another website, in each language of the site
 */
export function partsOf(
  configuration: SiteConfiguration,
  regime: Regime = 'opt-in',
  externalNote: Readonly<Record<string, string>> = {},
): Partial<PartSettings> {
  const {
    site,
    signals,
    purposes,
    services,
    gating: { aliases, more, stopEvent, automatic } = {},
    origins,
    choice: { endpoint, handOver, takeOver, expiresAfterDays: days },
    appearance,
    debug,
  } = configuration
  const key = `${OUR_COOKIE}${site}`
  const large = largeKept(purposes, services)
  const covered = offeredOf(purposes).flatMap(({ id, gpc }) => (gpc ? id : []))
  const parts: Partial<PartSettings> = {
    ...signalParts(signals, regime),
    ...(regime === 'opt-out' && covered[0] && { 'opt-out-signal': { key, covered } }),
    ...(endpoint !== undefined && { memory: { endpoint, key } }),
    ...(handOver && { 'hand-over': { site, key, origins, days } }),
    ...(aliases && {
      aliases: Object.fromEntries(
        Object.entries(aliases).map(([name, target]) => [name, aliasTarget(target, services)]),
      ),
    }),
    ...(more && { 'more-gates': serviceLists(services) }),
    ...((stopEvent || services.some(({ stop }) => stop)) && {
      stop: { ...(stopEvent && { event: true }), purposes: howToStop(purposes, services) },
    }),
    ...(large.length > 0 && { 'large-storage': large }),
    ...(takeOver?.removeOld && { 'forget-old': namesKept(takeOver) }),
    ...(automatic && { automatic: { site, guard: guardId(guardTable({ purposes, services })) } }),
    ...(layoutOf(appearance) === 'inline' && { 'late-place': true }),
    ...(appearance.control === 'own-link' && { 'own-link': true }),
    ...(appearance.externalLinks && {
      'external-links': {
        hosts: ownHosts(configuration),
        notes: externalNote,
        isMarked: appearance.externalLinks.mark === true,
      },
    }),
  }
  // Where a part is fetched anyway, the way into the debug view costs next to nothing.
  return debug || Object.keys(parts).length > 0 ? { ...parts, debug: true } : parts
}

const optionalOf = (purposes: SiteConfiguration['purposes']): string[] =>
  purposes.filter(isAskedAbout).map(({ id }) => id)

function howToStop(
  purposes: SiteConfiguration['purposes'],
  services: SiteConfiguration['services'],
): Record<string, HowToStop> {
  return Object.fromEntries(
    optionalOf(purposes).map(id => {
      const loads = services.filter(service => service.purpose === id && isApproved(service))
      return [
        id,
        {
          stop: loads.flatMap(({ stop = [] }) => stop),
          resume: loads.flatMap(({ resume = [] }) => resume),
          whole: loads.length > 0 && loads.every(({ stop }) => stop),
        },
      ]
    }),
  )
}

/** What necessary services keep is never removed. */
function largeKept(
  purposes: SiteConfiguration['purposes'],
  services: SiteConfiguration['services'],
): LargeKept[] {
  const optional = new Set(optionalOf(purposes))
  return services
    .filter(({ purpose }) => optional.has(purpose))
    .flatMap(({ purpose, cookies }) =>
      cookies.flatMap(({ storage, name }) =>
        isLargeStorage(storage) ? [[purpose, storage, name] as const] : [],
      ),
    )
}

/** Of the pages that may decide, of the controller, and those the owner names. */
const ownHosts = ({ origins, controller, appearance }: SiteConfiguration): string[] => [
  ...new Set([
    ...[...origins, controller.website].flatMap(address => URL.parse(address)?.hostname ?? []),
    ...(appearance.externalLinks?.ownHosts ?? []),
  ]),
]

/** Those that tell others what was chosen. */
function signalParts(signals: Signals, regime: Regime): Partial<PartSettings> {
  return {
    ...(signals.dataLayer && { 'data-layer': true }),
    ...(signals.changeEvent && { 'change-event': true }),
    ...(signals.googleTag && { 'google-tag': googleTag(signals, signals.googleTag) }),
    ...(signals.microsoftUet && { 'microsoft-uet': signals.microsoftUet }),
    ...(signals.microsoftClarity && { 'microsoft-clarity': signals.microsoftClarity }),
    ...(signals.meta && { meta: signals.meta }),
    ...(signals.tiktok && { tiktok: signals.tiktok }),
    ...(signals.wpConsentApi && {
      'wp-consent-api': { type: regime === 'opt-in' ? 'optin' : 'optout', categories: signals.wpConsentApi },
    }),
  }
}

const googleTag = (
  { googleConsentMode }: Signals,
  { urlPassthrough, adsDataRedaction }: NonNullable<Signals['googleTag']>,
): PartSettings['google-tag'] => ({
  set: [
    ...(urlPassthrough ? (['url_passthrough'] as const) : []),
    ...(adsDataRedaction ? (['ads_data_redaction'] as const) : []),
  ],
  signals: googleConsentMode,
})
