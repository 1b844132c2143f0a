import type { PurposeChoices } from './consent.ts'

/** What the name of every cookie of ours begins with; the site's key follows. */
export const OUR_COOKIE = 'assent_'

export interface RememberedChoice {
  /** Epoch milliseconds by the browser's clock. */
  readonly decidedAt: number
  /** First 8 hex of the SHA-256 of the configuration decided by. */
  readonly configuration: string
  readonly choices: PurposeChoices
  /** Global Privacy Control was on when the person decided, or was itself what denied. */
  readonly gpc: boolean
}

const DAY = 86_400_000
/** A clock may run ahead by this much. */
const AHEAD = 10 * 60_000

/** As the widget writes it: `widget/consent/state.ts` says what stands where. */
const WRITTEN =
  /^v1\.([0-9a-z]{6,11})\.([0-9a-f]{8})\.([a-z][a-z0-9-]*:[01](?:,[a-z][a-z0-9-]*:[01])*)?\.\d{1,3}([gs]?)(?:\.[0-9a-f]{44})?$/

/** `undefined` for what is none, is of a time to come, or has expired. */
export function readChoiceCookie(
  value: string,
  expiresAfterDays: number,
  now: number,
): RememberedChoice | undefined {
  const [, time, configuration, list = '', gpc] = WRITTEN.exec(value) ?? []
  if (time === undefined || configuration === undefined) return undefined
  const decidedAt = parseInt(time, 36)
  if (decidedAt > now + AHEAD || decidedAt + expiresAfterDays * DAY <= now) return undefined
  const choices = list
    .split(',')
    .filter(Boolean)
    .map(item => [item.slice(0, -2), item.endsWith('1')] as const)
  return { decidedAt, configuration, choices: Object.fromEntries(choices), gpc: gpc !== '' }
}

/** How long a browser is to keep it from now on, in seconds. */
export const secondsLeft = ({ decidedAt }: RememberedChoice, expiresAfterDays: number, now: number): number =>
  Math.floor((decidedAt + expiresAfterDays * DAY - now) / 1000)
