import { KEY_REFUSALS } from '../../middleware/operator.ts'
import { PROBLEMS, type ProblemSlug } from '../../middleware/problem.ts'
import { REMEDIES } from '../../middleware/remedies.ts'
import { escaped } from '../form-page.ts'
import type { Description } from '../described/description.ts'
import { curlsOf } from './curl.ts'
import { sample } from './sample.ts'
import { fieldsOf, shapeOf, typeOf, type Shape } from './shape.ts'

export interface Operation {
  readonly method: string
  readonly description: Description
}

/** The first of its addresses, which stands for all of them. */
export const pathOf = ({ description }: Operation): string => description.paths[0]!

/** Fragment of its address on the page: stays what it is for as long as method and path do. */
export const anchorOf = ({ method }: Operation, path: string): string =>
  `${method.toLowerCase()}-${path
    .replace(/[{}]/g, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`

export const code = (text: string): string => `<code>${breakable(text)}</code>`

/** A long address breaks behind its slashes and dots, not in the middle of a word. */
const breakable = (text: string): string => escaped(text).replace(/(?<=[^/])([/.])(?=\S)/g, '$1<wbr />')

export function operationSection(operation: Operation): string {
  const { method, description } = operation
  const path = pathOf(operation)
  const id = anchorOf(operation, path)
  const others = description.paths.slice(1)
  return `<section class="operation" aria-labelledby="${id}">
<h3 id="${id}"><a href="#${id}"><span class="method">${method}</span> ${code(path)}</a></h3>
${others.map(each => `<p class="also" id="${anchorOf(operation, each)}">Also ${code(each)}</p>`).join('')}
<p class="summary">${escaped(description.summary)}</p>
<p class="needs">${needs(description)}</p>
<h4>Example</h4>
${curlsOf(method, path, description)
  .map(text => `<pre><code>${escaped(text)}</code></pre>`)
  .join('\n')}
${parameters(path, description)}${sent(description)}${answered(description)}${refused(description)}</section>`
}

function needs({ key, orPage, secret, problems, form, providerSends }: Description): string {
  if (providerSends)
    return `<strong>Needs</strong> to be signed by the provider, which sends ${providerSends.map(code).join(', ')}.`
  const page = 'a page of the site (its origin is one of the configuration’s)'
  if (key)
    return `<strong>Needs</strong> a key with the scope ${code(key)}${orPage ? `, or comes from ${page}` : ''}.`
  if (secret === 'needed') return '<strong>Needs</strong> the browser’s secret, from the consent cookie.'
  if (secret) return '<strong>Needs</strong> the browser’s secret, where the entry has a subject.'
  if (form) return '<strong>Needs</strong> to be sent by the very page that this address shows.'
  return problems.includes('origin-missing')
    ? `<strong>Needs</strong> to come from ${page}.`
    : '<strong>Open</strong> to anybody.'
}

function parameters(path: string, { query = {}, optional = [] }: Description): string {
  const rows = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => row(code(name!), 'in the address', '')),
    ...Object.entries(query).map(([name, what]) =>
      row(code(name), optional.includes(name) ? 'optional' : 'needed', escaped(what)),
    ),
  ]
  return rows.length === 0 ? '' : `<h4>Parameters</h4>${table('Parameters', ['Name', 'Where', 'What'], rows)}`
}

function sent({ body, streams, form }: Description): string {
  const shape = body ?? form
  if (!shape) return ''
  const type = form
    ? code('application/x-www-form-urlencoded')
    : `${code('application/json')} or ${code('text/plain')}`
  return `<h4>Body</h4><p>${type}</p>${shapeTable('Body', shapeOf(shape))}${streamed(streams, 'Or', 'body')}`
}

function answered({ answer, streams, otherwise = {}, also = {}, otherJson = {} }: Description): string {
  const shape: Shape = shapeOf(answer.schema)
  const isJson = answer.type.endsWith('json')
  const what = isJson ? '' : ` ${escaped(shape.description ?? '')}`
  const others = [
    ...Object.entries(also).map(([status, text]) => `<p>${status}: ${escaped(text)}</p>`),
    ...Object.keys(otherJson).map(status => `<p>${status}: not now; the same members.</p>`),
  ]
  const example = isJson ? `<pre><code>${escaped(JSON.stringify(sample(shape), null, 2))}</code></pre>` : ''
  const asked = Object.entries(otherwise).map(([type, what]) => `<p>As ${code(type)}: ${escaped(what)}</p>`)
  return `<h4>Answer</h4><p>200 ${code(answer.type)}${what}</p>${isJson ? shapeTable('Answer', shape) : ''}${example}${streamed(streams, 'To', 'answer')}${asked.join('')}${others.join('')}`
}

/** What is said of every other type a list may come in. */
const streamed = (streams: Description['streams'] = {}, word: string, which: 'body' | 'answer'): string =>
  Object.entries(streams)
    .map(([type, each]) => `<p>${word} ${code(type)}: ${escaped(each[which])}</p>`)
    .join('')

function shapeTable(name: string, shape: Shape): string {
  const fields = fieldsOf(shape)
  if (fields.length === 0) return `<p>${escaped(typeOf(shape))}</p>`
  const rows = fields.map(field =>
    'variant' in field
      ? `<tr role="row" class="variant"><th colspan="3" role="rowheader">${escaped(field.variant)}</th></tr>`
      : row(
          code(field.path),
          `${escaped(field.type)}${field.isOptional ? ' <em>optional</em>' : ''}`,
          escaped(field.what),
        ),
  )
  return table(name, ['Field', 'Type', 'What'], rows)
}

function refused({ problems, key }: Description): string {
  const rows = problems.map(slug => problemRow(slug))
  const everywhere = `<p>And, as everywhere, ${key ? '<a href="#keys">what a key is refused with</a> and ' : ''}<a href="#refusals">what any address may answer</a>.</p>`
  return `<h4>Refusals</h4>${rows.length > 0 ? table('Refusals', ['Status', 'Problem', 'What to do'], rows) : ''}${everywhere}`
}

export const problemRow = (slug: ProblemSlug): string =>
  row(String(PROBLEMS[slug].status), code(slug), escaped(REMEDIES[slug]))

export const keyRefusals = (): string =>
  table('Refusals of keys', ['Status', 'Problem', 'What to do'], KEY_REFUSALS.map(problemRow))

// Roles are said although the elements have them: where the lines of a table become blocks, on a phone, they would be lost.
export const row = (...cells: readonly string[]): string =>
  `<tr role="row">${cells.map((cell, n) => (n === 0 ? `<th scope="row" role="rowheader">${cell}</th>` : `<td role="cell">${cell}</td>`)).join('')}</tr>`

export const table = (name: string, heads: readonly string[], rows: readonly string[]): string =>
  `<table role="table" aria-label="${escaped(name)}"><thead role="rowgroup"><tr role="row">${heads.map(head => `<th scope="col" role="columnheader">${head}</th>`).join('')}</tr></thead><tbody role="rowgroup">${rows.join('')}</tbody></table>`
