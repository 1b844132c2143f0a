/** Settings for whoever sends as fast as it can from one address: the limits are on, and never reached. */
export const UNLIMITED = {
  ASSENT_LIMIT_PER_MINUTE: '999999999',
  ASSENT_LIMIT_BURST: '999999999',
  ASSENT_LIMIT_SITE_PER_HOUR: '999999999',
} as const
