import { AREA_CODES } from './area-codes.ts'
import { clockOf } from './clock.ts'
import { PREFIX_ZONES } from './prefix-zones.ts'

/** Where somebody may be. Each of its zones may be the one, and what holds in the region holds in all of them. */
export interface Place {
  /** ISO 3166-1 country or ISO 3166-2 part of one; absent where only zones are known. */
  readonly region?: string
  readonly zones: readonly string[]
}

/** What the owner of a list knows of a person; it is newer than a number, which moves along. */
export interface Whereabouts {
  /** IANA time zone. */
  readonly zone?: string
  /** ISO 3166-1 or ISO 3166-2, as `US` or `US-FL`. */
  readonly region?: string
}

const lines = (table: string): [zones: string[], words: string[]][] =>
  table
    .trim()
    .split('\n')
    .map(line => line.split(' '))
    .map(words => [words.find(word => word.includes('/'))!.split(','), words])

const AREAS: readonly { readonly place: Required<Place>; readonly codes: readonly string[] }[] = lines(
  AREA_CODES,
).map(([zones, [region, , ...codes]]) => ({ place: { region: region!, zones }, codes }))

const byAreaCode = new Map<string, Place[]>()
for (const { place, codes } of AREAS)
  for (const code of codes) byAreaCode.set(code, [...(byAreaCode.get(code) ?? []), place])

const byPrefix = new Map<string, Place[]>()
for (const [zones, [, ...prefixes]] of lines(PREFIX_ZONES))
  for (const prefix of prefixes) byPrefix.set(prefix, [{ zones }])
const LONGEST = Math.max(...[...byPrefix.keys()].map(prefix => prefix.length))

/** Where a number (E.164) was given out. Empty: North America, but no telling where. */
function ofNumber(address: string): readonly Place[] {
  if (address.startsWith('+1')) return byAreaCode.get(address.slice(2, 5)) ?? NOWHERE
  for (let length = Math.min(LONGEST, address.length - 1); length > 0; length--) {
    const places = byPrefix.get(address.slice(1, 1 + length))
    if (places) return places
  }
  return ABROAD
}

const NOWHERE: readonly Place[] = []
/** No country of the tables, so none that has rules either. */
const ABROAD: readonly Place[] = [{ zones: [] }]

const within = (region: string | undefined, wider: string): boolean =>
  region !== undefined && (region === wider || region.startsWith(`${wider}-`))

const placesIn = (region: string): readonly Required<Place>[] =>
  AREAS.map(({ place }) => place).filter(place => within(place.region, region))

/** Countries of which the tables know the parts, and so the rules may. */
const PARTED: ReadonlySet<string> = new Set(
  AREAS.map(({ place }) => place.region).flatMap(region =>
    region.includes('-') ? [region.slice(0, 2)] : [],
  ),
)
const isParted = (region: string): boolean => PARTED.has(region.slice(0, 2))

/** They have a country code of their own, and the laws of the United States. */
const TERRITORIES: ReadonlyMap<string, string> = new Map(
  ['AS', 'GU', 'MP', 'PR', 'VI'].map(code => [code, `US-${code}`]),
)

/** A country, or a part of one; of countries whose parts are listed, one of those. */
const isRegion = (text: string): boolean =>
  /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(text) &&
  (text.length === 2 || !isParted(text) || placesIn(text).length > 0)

/**
 * All places somebody may be at, by the number and by what else is known. Empty: nobody can tell, a word that is no
 * region and a zone that does not exist included. A place without zones: only its region is known, and none of it.
 */
export function placesOf(address: string, { zone, region }: Whereabouts): readonly Place[] {
  const numbers = ofNumber(address)
  if (zone === undefined && region === undefined) return numbers
  const found = foundOf(numbers)
  const key = `${zone} ${region}`
  const known = found.get(key)
  if (known) return known
  if (found.size >= KEPT) found.clear()
  const places = narrowed(numbers, zone, region)
  found.set(key, places)
  return places
}

/** Rows of a list say the same few things over and over; answers hang on what is found here. */
const narrowings = new WeakMap<readonly Place[], Map<string, readonly Place[]>>()
const KEPT = 200

function foundOf(numbers: readonly Place[]): Map<string, readonly Place[]> {
  const found = narrowings.get(numbers) ?? new Map<string, readonly Place[]>()
  narrowings.set(numbers, found)
  return found
}

function narrowed(numbers: readonly Place[], zone: string | undefined, region: string | undefined) {
  if (region !== undefined && !isRegion(region)) return NOWHERE
  const part = region === undefined ? undefined : (TERRITORIES.get(region) ?? region)
  const places = part === undefined ? numbers : inRegion(part, numbers)
  if (zone === undefined) return places
  const clock = clockOf(zone)
  // What databases fill in where nobody has said anything: nobody lives there.
  if (clock?.zone === 'UTC') return places
  return clock ? inZone(clock.zone, places, part) : NOWHERE
}

/** A number from the region itself says more than the region does. */
function inRegion(region: string, numbers: readonly Place[]): readonly Place[] {
  const own = numbers.filter(place => within(place.region, region))
  if (own.length > 0) return own
  if (isParted(region)) {
    // Somewhere in a country of several zones and laws.
    return [{ region, zones: region.length === 2 ? [] : zonesOf(placesIn(region)) }]
  }
  const country = region.slice(0, 2)
  const likely = numbers.filter(place => place.region === undefined || place.region === country)
  return [{ region, zones: zonesOf([...placesIn(region), ...likely]) }]
}

/** By the name ICU has for it, since a zone has several. */
const liesIn = (zone: string, { zones }: Place): boolean => zones.some(each => clockOf(each)?.zone === zone)

const zonesOf = (places: readonly Place[]): string[] => [...new Set(places.flatMap(place => place.zones))]

/**
 * A zone chooses among those of a place. One that contradicts the number means that somebody has moved, and nobody said to
 * which region: all that lie in the zone are possible, and the number's own still is, since laws presume it from the number.
 */
function inZone(zone: string, places: readonly Place[], region: string | undefined): readonly Place[] {
  const fitting = places.filter(place => liesIn(zone, place))
  const isSaid = region !== undefined && (region.length > 2 || !isParted(region))
  const possible =
    fitting.length > 0 || isSaid
      ? []
      : AREAS.map(({ place }) => place).filter(
          place => liesIn(zone, place) && (region === undefined || within(place.region, region)),
        )
  const regions = new Set(
    [...(fitting.length > 0 ? fitting : places), ...possible].map(place => place.region),
  )
  return [...regions].map(each => ({ ...(each !== undefined && { region: each }), zones: [zone] }))
}
