import { createHash, createHmac } from 'node:crypto'
import { parse, stringify } from 'node:querystring'
import { isSame } from './hook.ts'

/** Every value of each parameter, as the form holds them. */
export type Parameters = ReadonlyMap<string, readonly string[]>

/** As Twilio signs: the address, then each parameter by name, its values by value and each once, with nothing between. */
export function twilioSignature(authToken: string, url: string, parameters: Parameters): string {
  const signed = [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => [...new Set(values)].sort().map(value => name + value))
  return createHmac('sha1', authToken)
    .update(url + signed.join(''))
    .digest('base64')
}

/** Is this what Twilio signed? Its own systems do not agree on how an address is spelled, so each way is tried. */
export const isSignedByTwilio = (
  given: string,
  authTokens: readonly string[],
  url: string,
  parameters: Parameters,
): boolean =>
  authTokens
    .flatMap(token => spellingsOf(url).map(spelling => twilioSignature(token, spelling, parameters)))
    .map(expected => isSame(given, expected))
    .includes(true)

/** A body that is no form is signed by its hash, which stands in the address. */
export function isSignedBody(url: string, body: Uint8Array): boolean {
  const said = new URL(url).searchParams.get('bodySHA256')
  return said !== null && isSame(said.toLowerCase(), createHash('sha256').update(body).digest('hex'))
}

/** With and without the port: as it was received, as browsers write it, and as Node's older module does. */
function spellingsOf(url: string): string[] {
  const normalised = new URL(url).toString()
  return [
    ...new Set(
      [url, normalised, olderQuery(normalised)].flatMap(spelling => [
        withoutPort(spelling),
        withPort(spelling),
      ]),
    ),
  ]
}

const PARTS =
  /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)(?<user>[^/?#]*@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?<port>:\d+)?(?<rest>.*)$/is

function withoutPort(url: string): string {
  const { scheme = '', user = '', host = '', rest = '' } = PARTS.exec(url)?.groups ?? {}
  return scheme + user + host + rest
}

function withPort(url: string): string {
  const { scheme = '', user = '', host = '', port, rest = '' } = PARTS.exec(url)?.groups ?? {}
  return scheme + user + host + (port ?? (scheme.toLowerCase() === 'https://' ? ':443' : ':80')) + rest
}

function olderQuery(url: string): string {
  const at = url.indexOf('?')
  return at === -1 || at === url.length - 1
    ? url
    : `${url.slice(0, at)}?${stringify(parse(url.slice(at + 1)))}`
}
