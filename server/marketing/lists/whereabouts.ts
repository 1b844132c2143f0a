import type { Whereabouts } from '../quiet-hours/places.ts'

/** Names of what a list may say of where somebody is, as lists have them. */
const ZONE = /^(?:assent_)?(?:time[\s_-]?zone|tz|zone|zeitzone|fuseau(?: horaire)?|zona horaria)$/i
const REGION = /^(?:assent_)?(?:region_?code|state|us[\s_-]?state|state[\s_-]?code|province|bundesstaat)$/i

/** Which of the columns, or members, say where somebody is; the first of each kind. */
export interface PlaceNames<Key> {
  readonly zone?: Key
  readonly region?: Key
}

export function placeNames<Key>(named: readonly (readonly [name: string, key: Key])[]): PlaceNames<Key> {
  const [zone, region] = [ZONE, REGION].map(pattern => named.find(([name]) => pattern.test(name.trim())))
  return { ...(zone && { zone: zone[1] }), ...(region && { region: region[1] }) }
}

/** What a row says there; what is left empty says nothing. */
export function whereaboutsIn(zone: string | undefined, region: string | undefined): Whereabouts {
  const [z, r] = [zone?.trim(), region?.trim()]
  return { ...(z && { zone: z }), ...(r && { region: r.toUpperCase() }) }
}

const CANADIAN = ['AB', 'BC', 'MB', 'NB', 'NL', 'NS', 'NT', 'NU', 'ON', 'PE', 'QC', 'SK', 'YT']

/**
 * A region of ISO 3166, or the postal letters of a state or province. What is neither leaves a number of North America at no
 * place anybody knows; elsewhere "state" may mean anything, and says nothing.
 */
export function regionOf(text: string, address: string): string | undefined {
  if (/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text)) return text
  if (!address.startsWith('+1')) return undefined
  return /^[A-Z]{2}$/.test(text) ? `${CANADIAN.includes(text) ? 'CA' : 'US'}-${text}` : text
}
