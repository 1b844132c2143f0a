import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DESCRIPTIONS } from '../../server/routes/description.ts'
import { text } from '../../server/routes/described/description.ts'
import { operationSection } from '../../server/routes/reference/operation.ts'
import { sample } from '../../server/routes/reference/sample.ts'
import { shapeOf } from '../../server/routes/reference/shape.ts'
import { CHECK_REASONS } from '../../shared/domain/check.ts'
import { createTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let page: string
let headers: Headers

beforeAll(async () => {
  app = await createTestApp()
  const response = await app.request('/v1/api.html')
  headers = response.headers
  page = await response.text()
})
afterAll(() => app.remove())

const all = (pattern: RegExp): string[] => [...page.matchAll(pattern)].map(([, found]) => found!)

test('the page runs nothing, loads nothing, and only its own style sheet counts', () => {
  const [style] = all(/<style>([^]*?)<\/style>/g)
  const hash = createHash('sha256').update(style!).digest('base64')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form|button)\b|\son\w+=|\sstyle=|\bsrc=/)
  expect(style).not.toMatch(/url\(|@import/)
  expect(all(/<link[^>]*href="([^"]*)"/g)).toEqual(['data:,'])
  expect(all(/<a [^>]*href="([^#"][^"]*)"/g)).toEqual(['/v1/openapi.json'])
})

test('every address of the description stands on it, once, with its method and what it is for', () => {
  const shown = all(/<section class="operation"[^>]*>([^]*?)<\/section>/g).map(section =>
    section.replace(/<[^>]+>/g, ''),
  )
  expect(shown).toHaveLength(Object.keys(DESCRIPTIONS).length)
  for (const [route, { paths, summary }] of Object.entries(DESCRIPTIONS)) {
    const [method] = route.split(' ', 1)
    const own = shown.filter(section => section.trim().startsWith(`${method} ${paths[0]}\n`))
    expect({ route, times: own.length }).toEqual({ route, times: 1 })
    expect(own[0]).toContain(
      summary
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    )
    for (const path of paths.slice(1)) expect(own[0]).toContain(`Also ${path}`)
  }
})

test('every refusal an address is described with stands there with its status and what to do', () => {
  for (const section of all(/<section class="operation"[^>]*>([^]*?)<\/section>/g)) {
    const [, method, path] = /class="method">(\w+)<\/span> <code>(.*?)<\/code>/.exec(section)!
    const { problems } = Object.entries(DESCRIPTIONS).find(
      ([route, { paths }]) => route.startsWith(`${method} `) && paths[0] === path!.replaceAll('<wbr />', ''),
    )![1]
    for (const slug of problems)
      expect(section).toMatch(new RegExp(`>\\d{3}</th><td[^>]*><code>${slug}</code></td><td[^>]*>\\S`))
  }
})

test('every link on the page leads somewhere, and no two places share a name', () => {
  const ids = all(/\sid="([^"]+)"/g)
  expect(new Set(ids).size).toBe(ids.length)
  const wanted = all(/href="#([^"]+)"/g)
  expect(wanted.length).toBeGreaterThan(60)
  expect(wanted.filter(id => !ids.includes(id))).toEqual([])
})

const SHAPES = Object.entries(DESCRIPTIONS).flatMap(([route, { body, form, answer }]) => [
  ...(body ? [{ name: `the body of ${route}`, schema: body, optional: false }] : []),
  ...(form ? [{ name: `the form of ${route}`, schema: form, optional: false }] : []),
  { name: `the answer of ${route}`, schema: answer.schema, optional: true },
])

test.each(SHAPES)('the example of $name is of the shape it explains', ({ name, schema, optional }) => {
  const example = sample(shapeOf(schema), { optional })
  const { error } = schema.safeParse(example)
  expect(
    error?.issues ?? [],
    `${name}: give the field an example of its own, .meta({ examples: […] }), or a name in reference/sample.ts`,
  ).toEqual([])
})

test('every reason a program may be told stands there with its decision and what it means', () => {
  const [section] = all(/<h2 id="reasons">([^]*?)<\/section>/g)
  for (const reason of CHECK_REASONS)
    expect(section).toMatch(
      new RegExp(`<code>${reason}</code></th><td[^>]*><code>(?:send|hold|block)</code></td><td[^>]*>\\S`),
    )
})

test('words of a description are words on the page, whatever characters they hold', () => {
  const section = operationSection({
    method: 'GET',
    description: {
      paths: ['/v1/<b>'],
      summary: '<script>alert(1)</script> & "more"',
      answer: { type: 'text/plain', schema: text('<i>x</i>') },
      problems: [],
    },
  })
  expect(section).not.toMatch(/<script|<b>|<i>/)
  expect(section).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;')
})

test('programs find the page through the description', async () => {
  expect(await (await app.request('/v1/openapi.json')).json()).toMatchObject({
    externalDocs: { url: 'http://localhost:8787/v1/api.html' },
  })
})
