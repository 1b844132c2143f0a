import { SCOPES } from '../../operators/api-keys.ts'
import { DESCRIPTIONS, EVERYWHERE, UNDESCRIBED } from '../description.ts'
import { REASONS } from '../described/reasons.ts'
import { escaped } from '../form-page.ts'
import type { ApiIdentity } from '../openapi.ts'
import { AUDIENCES, audienceOf, type Audience } from './audience.ts'
import { setUp } from './curl.ts'
import {
  anchorOf,
  code,
  keyRefusals,
  operationSection,
  pathOf,
  problemRow,
  row,
  table,
  type Operation,
} from './operation.ts'
import { STYLE } from './style.ts'

/** Every route as a page to read: made of the same description as `openapi.json`, and without a script. */
export function referencePage(identity: ApiIdentity): string {
  const groups = grouped()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>Assent: the API</title>
<link rel="icon" href="data:," />
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header><p class="mark">Assent</p></header>
<nav aria-label="Contents"><h2>Contents</h2>${contents(groups)}</nav>
<main id="main">
${introduction(identity)}
${groups.map(([audience, operations]) => group(audience, operations)).join('\n')}
${reasons()}
${refusals()}
</main>
</body>
</html>
`
}

type Group = readonly [Audience, readonly Operation[]]

function grouped(): Group[] {
  const operations = Object.entries(DESCRIPTIONS).map(([route, description]): Operation => {
    return { method: route.split(' ', 1)[0]!, description }
  })
  const of = (operation: Operation): Audience => audienceOf(pathOf(operation), operation.description)
  return (Object.keys(AUDIENCES) as Audience[]).map(audience => [
    audience,
    operations.filter(operation => of(operation) === audience),
  ])
}

const contents = (groups: readonly Group[]): string =>
  `<ul><li><a href="#begin">Begin</a></li><li><a href="#keys">Keys</a></li></ul>${groups
    .map(
      ([audience, operations]) =>
        `<h3><a href="#${audience}">${escaped(AUDIENCES[audience].title)}</a></h3><ul>${operations.map(link).join('')}</ul>`,
    )
    .join(
      '',
    )}<ul><li><a href="#reasons">Reasons</a></li><li><a href="#refusals">Refusals of any address</a></li></ul>`

const link = (operation: Operation): string =>
  `<li><a href="#${anchorOf(operation, pathOf(operation))}"><span class="method">${operation.method}</span> ${code(pathOf(operation))}</a></li>`

const introduction = ({ url, version }: ApiIdentity): string => `<h1>The API of Assent</h1>
<p class="lead">Every address of this server, version ${escaped(version)}: what it is for, what it takes, what it answers, and what to do when it refuses. For programs, the same is <a href="/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<section aria-labelledby="begin">
<h2 id="begin">Begin</h2>
<p>The examples work as they are pasted into a shell in which this was set, with your own site, program and page:</p>
<pre><code>${escaped(setUp(url))}</code></pre>
<p>A name such as ${code('${ID:?}')} is yours to set first; the shell says so where it is missing.</p>
<ul>
<li>Bodies and answers are JSON in UTF-8, fields in camelCase. What is not described is refused, not passed over.</li>
<li>Times are answered as RFC 3339 in UTC (${code('2026-11-22T08:00:00.000Z')}); ${code('decidedAt')} is sent as epoch milliseconds.</li>
<li>Ids are UUIDv7, made by whoever acted. The same thing sent twice is stored once, so what was not answered can be sent again.</li>
<li>Where several things travel together, each has an answer of its own in the same order: a status of 200 may hold refusals.</li>
<li>A refusal of the whole request is a problem (RFC 9457, ${code('application/problem+json')}): branch on ${code('type')}, which stays; show ${code('detail')}, one sentence that says what to do.</li>
</ul>
</section>
<section aria-labelledby="keys">
<h2 id="keys">Keys</h2>
<p>A key belongs to one site and may do what its scopes say. The operator makes it with ${code('assent key new')}; it is shown once. Send it as ${code('Authorization: Bearer')} and keep it out of web pages.</p>
${table('Scopes', ['Scope', 'Opens'], SCOPES.map(scopeRow))}
<p>Without a key that fits:</p>
${keyRefusals()}
</section>`

function scopeRow(scope: string): string {
  const opened = Object.entries(DESCRIPTIONS).filter(([, { key }]) => key === scope)
  const links = opened.map(([route, description]) => {
    const operation = { method: route.split(' ', 1)[0]!, description }
    return `<a href="#${anchorOf(operation, pathOf(operation))}">${operation.method} ${code(pathOf(operation))}</a>`
  })
  return row(code(scope), links.join('<br />'))
}

const group = (audience: Audience, operations: readonly Operation[]): string =>
  `<section aria-labelledby="${audience}">
<h2 id="${audience}">${escaped(AUDIENCES[audience].title)}</h2>
<p>${escaped(AUDIENCES[audience].intro)}</p>
${operations.map(operationSection).join('\n')}
</section>`

const reasons = (): string => `<section aria-labelledby="reasons">
<h2 id="reasons">Reasons</h2>
<p>Why an address may or may not be written to. The names stay; ${code('hold')} is a no for now. What is not known is ${code('block')}.</p>
${table(
  'Reasons',
  ['Reason', 'Decision', 'What is so'],
  Object.entries(REASONS).map(([reason, [decision, what]]) =>
    row(code(reason), code(decision), escaped(what)),
  ),
)}
</section>`

const refusals = (): string => `<section aria-labelledby="refusals">
<h2 id="refusals">Refusals of any address</h2>
${table('Refusals of any address', ['Status', 'Problem', 'What to do'], [...UNDESCRIBED, ...EVERYWHERE].map(problemRow))}
</section>`
