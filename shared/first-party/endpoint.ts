import { OUR_COOKIE, readChoiceCookie, secondsLeft, type RememberedChoice } from '../domain/choice-cookie.ts'
import { hasRegions } from '../domain/regime.ts'
import type { SiteConfiguration } from '../domain/site.ts'

/** Of the site's configuration, what its own endpoint takes: the parsed file will do. */
export type EndpointSettings = Pick<
  SiteConfiguration,
  'site' | 'choice' | 'purposes' | 'services' | 'regimes'
>

export interface Asked {
  readonly method: string
  /** Name and port, as the browser asked for it. */
  readonly host: string
  /** Path and query. */
  readonly address: string
  /** Of a header, by its name in lower case. */
  readonly header: (name: string) => string | null | undefined
  /** The page came over https. */
  readonly isSecure: boolean
}

export interface Told {
  readonly status: number
  /** One each: lines of `Set-Cookie` are never joined. */
  readonly cookies: readonly string[]
  /** Names of cookies that the browser was told to remove: sent again, they could not be. */
  readonly removed: readonly string[]
  readonly text: string
}

/**
 * Answers what the widget asks of the site's own server, `undefined` for every other address: the choice becomes a cookie
 * that HTTP has set, which Safari keeps as long as it says and not for seven days (WebKit, Intelligent Tracking Prevention
 * 2.1), and cookies of services that are not granted are removed, those too that no script can see (RFC 6265, HttpOnly).
 */
export function answerChoice(settings: EndpointSettings, asked: Asked, now: number): Told | undefined {
  const { choice } = settings
  const { pathname, searchParams } = new URL(asked.address, 'http://own.invalid')
  if (choice.endpoint === undefined || pathname !== choice.endpoint) return undefined
  if (asked.method !== 'POST') return answered(405, 'Send a choice with POST.')
  if (!isOwnPage(asked)) return answered(403, 'Only pages of this very site may set a choice.')
  const value = searchParams.get('v') ?? ''
  const remembered = readChoiceCookie(value, choice.expiresAfterDays, now)
  if (!remembered) return answered(400, 'This is no choice of now: v= holds what the widget remembers.')
  const secure = asked.isSecure ? '; Secure' : ''
  const hostname = nameOf(asked.host)
  const isBelow = choice.domain !== undefined && `.${hostname}`.endsWith(`.${choice.domain}`)
  const domain = isBelow ? `; Domain=${choice.domain}` : ''
  const kept = `Max-Age=${secondsLeft(remembered, choice.expiresAfterDays, now)}; Path=/${domain}; SameSite=Lax${secure}`
  const refusals = refused(settings, remembered, asked)
  return {
    status: 204,
    cookies: [
      `${OUR_COOKIE}${settings.site}=${value}; ${kept}`,
      ...refusals.flatMap(cookie => removals(cookie, hostname)),
    ],
    removed: refusals.map(({ name }) => name),
    text: '',
  }
}

const nameOf = (host: string): string => host.replace(/:\d+$/, '')

const answered = (status: number, text: string): Told => ({
  status,
  cookies: [],
  removed: [],
  text: `${text}\n`,
})

/** Browsers say where a request comes from; whoever does not is no page. */
function isOwnPage({ host, header }: Asked): boolean {
  const from = header('sec-fetch-site')
  if (from) return from === 'same-origin'
  const origin = header('origin')
  return !!origin && origin.replace(/^https?:\/\//, '') === host
}

/** Cookies that the browser has sent, of services whose purpose is not granted. */
function refused(
  { purposes, services, regimes }: EndpointSettings,
  { choices }: RememberedChoice,
  { header }: Asked,
): { readonly name: string; readonly path: string }[] {
  const names = (header('cookie') ?? '').split(/; */).map(pair => pair.split('=')[0]!)
  const required = new Set(purposes.filter(({ basis }) => basis !== 'consent').map(({ id }) => id))
  // Where a region lets something run unasked, only a no is one.
  const mayRunUnasked = hasRegions(regimes.rules)
  const isOff = (purpose: string): boolean => (mayRunUnasked ? choices[purpose] === false : !choices[purpose])
  return services
    .filter(({ purpose }) => !required.has(purpose) && isOff(purpose))
    .flatMap(({ cookies }) => cookies.filter(({ storage }) => storage === 'cookie'))
    .flatMap(({ name, path }) =>
      names
        .filter(sent => sent === name || (name.endsWith('*') && sent.startsWith(name.slice(0, -1))))
        .filter(sent => !sent.startsWith(OUR_COOKIE))
        .map(sent => ({ name: sent, path })),
    )
}

/** Under every domain it may have. */
function removals({ name, path }: { readonly name: string; readonly path: string }, host: string): string[] {
  const parents = host.split('.').map((_, i, labels) => labels.slice(i).join('.'))
  return ['', ...parents.map(domain => `; Domain=${domain}`)].map(
    domain => `${name}=; Max-Age=0; Path=${path}${domain}`,
  )
}
