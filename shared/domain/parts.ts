import { OUR_COOKIE } from './choice-cookie.ts'
import type { SiteConfiguration } from './site.ts'

/** What each part of the widget is told, by its name: that of its file in `widget/parts`. */
export interface PartSettings {
  readonly 'data-layer': true
  readonly memory: { readonly endpoint: string; readonly key: string }
}

/** In the order of the lines of `parts.js`, and in which they start. */
export const PARTS = ['data-layer', 'memory'] as const satisfies readonly (keyof PartSettings)[]

/** Those a site needs; most need none, and pay for none. */
export function partsOf({ site, signals, choice: { endpoint } }: SiteConfiguration): Partial<PartSettings> {
  return {
    ...(signals.dataLayer && { 'data-layer': true }),
    ...(endpoint !== undefined && { memory: { endpoint, key: `${OUR_COOKIE}${site}` } }),
  }
}
