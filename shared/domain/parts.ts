import type { SiteConfiguration } from './site.ts'

/** What each part of the widget is told, by its name: that of its file in `widget/parts`. */
export interface PartSettings {
  readonly 'data-layer': true
}

/** In the order of the lines of `parts.js`, and in which they start. */
export const PARTS = ['data-layer'] as const satisfies readonly (keyof PartSettings)[]

/** Those a site needs; most need none, and pay for none. */
export function partsOf({ signals }: SiteConfiguration): Partial<PartSettings> {
  return { ...(signals.dataLayer && { 'data-layer': true }) }
}
