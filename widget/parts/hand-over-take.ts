import type { OwnAssent } from '../consent/acting.ts'
import type { PartSettings } from '../../shared/domain/parts.ts'
import { grantsAnything, secretOf, timeOf, tokenIn } from './hand-over-words.ts'
import { readCookie } from '../consent/stored.ts'

type Settings = PartSettings['hand-over']

/** What was left may come later than this page: asked again after so many milliseconds. */
const WAITS = [0, 400, 1500]

interface Taken {
  readonly choice: string
  readonly from: string
}

/** Also of a page that was open already, in a window that a link names. */
export function takeOnArrival(assent: OwnAssent, settings: Settings, address: string): void {
  const look = (): void => arrive(assent, settings, address)
  addEventListener('hashchange', look)
  look()
}

/** Takes the token out of the address at once, and what it opens into the cookie. */
function arrive(assent: OwnAssent, settings: Settings, address: string): void {
  const found = tokenIn(location.hash)
  if (!found) return
  const { rest, token } = found
  // Only a navigation scrolls to what the address names.
  if (rest) location.replace(rest)
  else history.replaceState(history.state, '', location.pathname + location.search)
  // Somebody's own choice in a link of theirs would be theirs, not this visitor's: the browser says where the visitor came from.
  const from = URL.parse(document.referrer)?.origin
  if (!/^[0-9a-f]{32}$/.test(token)) return tell('the token in the address is none of ours')
  if (from === undefined || !settings.origins.includes(from))
    return tell('the visitor did not come from a page of this site, or that page hides where they came from')
  void take(token, address).then(taken => {
    if (!taken) return tell('it was taken already, is older than a minute, or was for another page')
    if (taken.from !== from) return tell('it was left by another page than the visitor came from')
    apply(assent, settings, taken.choice)
  })
}

async function take(token: string, address: string): Promise<Taken | undefined> {
  for (const wait of WAITS)
    // oxlint-disable no-await-in-loop -- one after the other
    try {
      await new Promise(done => setTimeout(done, wait))
      const answer = await fetch(address, {
        method: 'POST',
        body: JSON.stringify({ token }),
        credentials: 'omit',
      })
      if (answer.ok) return (await answer.json()) as Taken
      if (answer.status !== 404) return undefined
    } catch {
      return undefined
    }
  // oxlint-enable no-await-in-loop
  return undefined
}

/**
 * The newer choice stands, wherever it was made. A record that this browser has here already stays its own: a yes to that one
 * is given here, but who takes everything back takes it back here, too, which is an act of that record's.
 */
function apply(assent: OwnAssent, { key, days }: Settings, choice: string): void {
  const own = readCookie(key)
  if (timeOf(own) >= timeOf(choice)) return
  const secret = secretOf(own)
  if (secret !== undefined && secret !== secretOf(choice)) {
    if (!grantsAnything(choice)) return grantsAnything(own) ? assent.withdraw() : undefined
    return tell('this browser has a record of its own here, and its choice stands')
  }
  const seconds = Math.floor((timeOf(choice) + days * 86_400_000 - Date.now()) / 1000)
  const secure = location.protocol === 'https:' ? ';secure' : ''
  document.cookie = `${key}=${choice};max-age=${seconds};path=/;samesite=lax${secure}`
  assent.sync!()
}

function tell(why: string): void {
  // oxlint-disable-next-line no-console -- in English, for whoever looks why a choice did not come along
  console.warn(`Assent: no choice was taken over from the other site: ${why}.`)
}
