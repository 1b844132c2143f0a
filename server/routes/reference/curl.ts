import { createHash } from 'node:crypto'
import type { Description } from '../described/description.ts'
import { sample } from './sample.ts'
import { shapeOf } from './shape.ts'

/** What every example takes from the shell it is pasted into; the page's first example sets it. */
export const setUp = (url: string): string => `HOST=${url}
SITE=harbor
PROGRAM=harbor-offers
ORIGIN=https://www.harbor.example
KEY=$(npx --no assent key new --site "$SITE" --scope status,withdraw,record)`

/** Values that suit any site; any other parameter is a variable one has to set. */
const IN_PATH: Readonly<Record<string, string>> = {
  site: '$SITE',
  program: '$PROGRAM',
  language: 'en',
  view: 'first',
  tile: '0/000.p/1',
  bundle: '000.p/1',
}
const IN_QUERY: Readonly<Record<string, string>> = {
  channel: 'sms',
  program: '$PROGRAM',
  address: '+12025550123',
  index: '0',
  size: '1',
  from: '1',
  to: '1',
}

/** `${ID:?}` stops with a clear word where it was not set, instead of asking for nothing. */
const own = (name: string): string => `\${${name.toUpperCase().replaceAll('-', '_')}:?}`

/** Ways to send what is described, as they work in a shell. */
export function curlsOf(method: string, path: string, description: Description): string[] {
  const { body, streams, form } = description
  if (form) return [formCurl(method, path, description)]
  if (body && isSignedHere(description)) return [signedCurl(method, path, description, body)]
  if (!body) return [lines(method, path, description, [])]
  const json = JSON.stringify(
    sample(shapeOf(body), {
      optional: false,
      known: { program: '$PROGRAM', id: idFor(`${method} ${path}`) },
    }),
    null,
    2,
  )
  const asJson = `${lines(method, path, description, ['-H "Content-Type: application/json"', '--data @- <<JSON'])}\n${json}\nJSON`
  return streams?.['text/csv'] ? [asJson, csvCurl(method, path, description)] : [asJson]
}

/** Of what has no provider that signs: whoever sends it has to, and sees how. */
const isSignedHere = ({ providerSends }: Description): boolean =>
  providerSends?.includes('webhook-signature') === true

/** Standard Webhooks in a shell. */
function signedCurl(
  method: string,
  path: string,
  { providerSends: _theirs, ...description }: Description,
  body: NonNullable<Description['body']>,
): string {
  const json = JSON.stringify(sample(shapeOf(body), { optional: false }))
  return `SECRET=${own('webhook-secret')}
BODY='${json}'
ID=msg_$(openssl rand -hex 12)
AT=$(date +%s)
HEX=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf %s "$ID.$AT.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$HEX" -binary | openssl base64 -A)
${lines(method, path, description, [
  '-H "Content-Type: application/json"',
  '-H "webhook-id: $ID"',
  '-H "webhook-timestamp: $AT"',
  '-H "webhook-signature: v1,$SIGNATURE"',
  '--data-binary "$BODY"',
])}`
}

/** Another for each address: an id stands for one thing only. */
function idFor(operation: string): string {
  const hex = createHash('sha256').update(operation).digest('hex')
  return `019ab1f0-5c00-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`
}

const csvCurl = (method: string, path: string, description: Description): string =>
  `printf 'phone\\n+12025550123\\n+12025550124\\n' |\n  ${lines(method, path, description, ['-H "Content-Type: text/csv"', '--data-binary @-'])}`

function formCurl(method: string, path: string, description: Description): string {
  const fields = sample(shapeOf(description.form!), { optional: false }) as Record<string, string>
  return lines(method, path, description, [
    ...(description.providerSends ? [] : ['-H "Origin: $HOST"']),
    ...Object.entries(fields).map(([name, value]) => `--data-urlencode "${name}=${value}"`),
  ])
}

function lines(method: string, path: string, description: Description, rest: readonly string[]): string {
  const { query = {}, optional = [] } = description
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => IN_PATH[name] ?? own(name))
  const asked = Object.keys(query).filter(name => !optional.includes(name))
  const isGet = method === 'GET'
  const values = asked.map(name => `${name}=${IN_QUERY[name] ?? own(name)}`)
  const address = `"$HOST${filled}${isGet || values.length === 0 ? '' : `?${values.join('&')}`}"`
  const first = `curl -sS --fail-with-body${isGet ? (values.length > 0 ? ' -G' : '') : ` -X ${method}`} ${address}`
  const parts = [
    first,
    ...who(description),
    ...(isGet ? values.map(value => `--data-urlencode "${value}"`) : []),
    ...rest,
  ]
  return parts.join(' \\\n  ')
}

function who({ key, secret, problems, form, providerSends }: Description): string[] {
  if (providerSends) return providerSends.map(name => `-H "${name}: ${own(name)}"`)
  if (key) return ['-H "Authorization: Bearer $KEY"']
  if (secret) return [`-H "Authorization: Assent ${own('secret')}"`]
  return problems.includes('origin-missing') && !form ? ['-H "Origin: $ORIGIN"'] : []
}
