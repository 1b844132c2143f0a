/** Google Consent Mode v2 consent types, in the order of the bits of `ConsentModeFlags`. */
export const CONSENT_MODE_SIGNALS = [
  'ad_storage',
  'ad_user_data',
  'ad_personalization',
  'analytics_storage',
  'functionality_storage',
  'personalization_storage',
  'security_storage',
] as const
export type ConsentModeSignal = (typeof CONSENT_MODE_SIGNALS)[number]

/** Bit i set: signal i is granted. Kept in the cookie, so that the stub needs no configuration. */
export type ConsentModeFlags = number

/** The three advertising signals: Global Privacy Control can only turn these off. */
export const ADVERTISING_FLAGS: ConsentModeFlags = 0b111

/** Categories of the plugin WP Consent API. */
export const WP_CATEGORIES = [
  'functional',
  'preferences',
  'statistics-anonymous',
  'statistics',
  'marketing',
] as const
export type WpCategory = (typeof WP_CATEGORIES)[number]
