import { layoutOf } from './appearance.ts'
import { OUR_COOKIE } from './choice-cookie.ts'
import { aliasTarget, serviceLists, type AliasTarget, type ServiceLists } from './gating.ts'
import type { ConsentModeSignal } from './signals.ts'
import type { SiteConfiguration } from './site.ts'

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
  readonly 'wp-consent-api': NonNullable<Signals['wpConsentApi']>
  readonly memory: { readonly endpoint: string; readonly key: string }
  readonly aliases: Readonly<Record<string, AliasTarget>>
  readonly 'more-gates': ServiceLists
  readonly 'late-place': true
  readonly 'own-link': true
  readonly 'external-links': {
    readonly hosts: readonly string[]
    /** In each language of the site; the first counts where none fits. */
    readonly notes: Readonly<Record<string, string>>
    readonly isMarked: boolean
  }
}

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
  'aliases',
  'more-gates',
  'late-place',
  'own-link',
  'external-links',
] as const satisfies readonly (keyof PartSettings)[]

/**
 * Those a site needs; most need none, and pay for none.
 * @param externalNote what is said of a link to another website, in each language of the site
 */
export function partsOf(
  configuration: SiteConfiguration,
  externalNote: Readonly<Record<string, string>> = {},
): Partial<PartSettings> {
  const {
    site,
    signals,
    services,
    gating: { aliases, more } = {},
    choice: { endpoint },
    appearance,
  } = configuration
  return {
    ...signalParts(signals),
    ...(endpoint !== undefined && { memory: { endpoint, key: `${OUR_COOKIE}${site}` } }),
    ...(aliases && {
      aliases: Object.fromEntries(
        Object.entries(aliases).map(([name, target]) => [name, aliasTarget(target, services)]),
      ),
    }),
    ...(more && { 'more-gates': serviceLists(services) }),
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
}

/** Of the pages that may decide, of the controller, and those the owner names. */
const ownHosts = ({ origins, controller, appearance }: SiteConfiguration): string[] => [
  ...new Set([
    ...[...origins, controller.website].flatMap(address => URL.parse(address)?.hostname ?? []),
    ...(appearance.externalLinks?.ownHosts ?? []),
  ]),
]

/** Those that tell others what was chosen. */
function signalParts(signals: Signals): Partial<PartSettings> {
  return {
    ...(signals.dataLayer && { 'data-layer': true }),
    ...(signals.changeEvent && { 'change-event': true }),
    ...(signals.googleTag && { 'google-tag': googleTag(signals, signals.googleTag) }),
    ...(signals.microsoftUet && { 'microsoft-uet': signals.microsoftUet }),
    ...(signals.microsoftClarity && { 'microsoft-clarity': signals.microsoftClarity }),
    ...(signals.meta && { meta: signals.meta }),
    ...(signals.tiktok && { tiktok: signals.tiktok }),
    ...(signals.wpConsentApi && { 'wp-consent-api': signals.wpConsentApi }),
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
