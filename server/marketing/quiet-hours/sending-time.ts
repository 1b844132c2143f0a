import { clockOf, type Clock } from './clock.ts'
import { hoursIn, isOpen, nextOpening, type Hours } from './open-hours.ts'
import { placesOf, type Place, type Whereabouts } from './places.ts'

export interface SendingQuestion extends Whereabouts {
  /** E.164. */
  readonly address: string
  /** When the message would leave, epoch milliseconds. */
  readonly at: number
}

/** May a marketing text message leave at that moment? Only `open` is a yes. */
export type SendingTime =
  | {
      readonly kind: 'open'
      /** Where the person may be; empty where no rule asks. */
      readonly zones: readonly string[]
    }
  | {
      readonly kind: 'quiet'
      readonly zones: readonly string[]
      /** Ids of the rules that say no now, in at least one of the zones. */
      readonly rules: readonly string[]
      /** The first moment at which every rule allows it in every zone the person may be in; epoch milliseconds. */
      readonly notBefore: number
    }
  /** The person is somewhere with quiet hours, nobody can tell in which zone: ask for it, or leave the message. */
  | { readonly kind: 'unknown-zone' }

const UNKNOWN: SendingTime = { kind: 'unknown-zone' }

/** Somebody may be anywhere the number or the owner's data allow, so all of those places must be awake. */
export function sendingTime({ address, at, ...known }: SendingQuestion): SendingTime {
  const places = placesOf(address, known)
  const minute = Math.floor(at / 60_000)
  const last = answers.get(places)
  if (last?.minute === minute) return last.answer
  const answer = answerFor(places, at)
  answers.set(places, { minute, answer })
  return answer
}

/** A list asks for one moment and a few hundred area codes, and nothing changes within a minute. */
const answers = new WeakMap<readonly Place[], { readonly minute: number; readonly answer: SendingTime }>()

interface Watched {
  readonly hours: Hours
  readonly clock: Clock
}

function answerFor(places: readonly Place[], at: number): SendingTime {
  const watched = watchedIn(places)
  if (!watched) return UNKNOWN
  const zones = [...new Set(places.flatMap(place => place.zones))]
  const closed = watched.filter(({ hours, clock }) => !isOpen(hours, clock, at))
  if (closed.length === 0) return { kind: 'open', zones }
  const notBefore = firstOpen(watched, at)
  // Zones too far apart to be awake together: which one it is has to be said.
  if (notBefore === undefined) return UNKNOWN
  return { kind: 'quiet', zones, rules: [...new Set(closed.map(({ hours }) => hours.rule.id))], notBefore }
}

/** Every rule with every clock it has to be read on; `undefined` when a place has rules and no known zone. */
function watchedIn(places: readonly Place[]): readonly Watched[] | undefined {
  if (places.length === 0) return undefined
  const watched: Watched[] = []
  for (const { region, zones } of places) {
    const rules = region === undefined ? [] : hoursIn(region)
    const clocks = zones.flatMap(zone => clockOf(zone) ?? [])
    if (rules.length > 0 && (clocks.length === 0 || clocks.length < zones.length)) return undefined
    watched.push(...rules.flatMap(hours => clocks.map(clock => ({ hours, clock }))))
  }
  return watched
}

/** Each step waits for whoever sleeps longest; after so many no moment suits them all. */
function firstOpen(watched: readonly Watched[], at: number): number | undefined {
  let moment = at
  for (let step = 0; step < 32; step++) {
    const openings = watched
      .filter(({ hours, clock }) => !isOpen(hours, clock, moment))
      .map(({ hours, clock }) => nextOpening(hours, clock, moment))
    if (openings.length === 0) return moment
    if (openings.includes(undefined)) return undefined
    moment = Math.max(...openings.filter(opening => opening !== undefined))
  }
  return undefined
}
