import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../server/app.ts'
import { DESCRIPTIONS } from '../../server/routes/description.ts'
import { openApi } from '../../server/routes/openapi.ts'
import { APP_SETTINGS, createTestApp, holdToDescription, SITE, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.remove())

const quiet = () => {}

function registeredRoutes(): string[] {
  const { routes } = createApp({
    ledger: app.ledger,
    log: { info: quiet, warn: quiet, error: quiet },
    ...APP_SETTINGS,
  })
  return [...new Set(routes.filter(r => r.method !== 'ALL').map(r => `${r.method} ${r.path}`))]
}

test('every route is described, and nothing is described that is no route', () => {
  const routes = registeredRoutes()
  expect(routes.length).toBeGreaterThan(10)
  expect(routes.filter(route => !(route in DESCRIPTIONS))).toEqual([])
  expect(Object.keys(DESCRIPTIONS).filter(route => !routes.includes(route))).toEqual([])
})

test('the description is OpenAPI 3.1 with every address, its parameters and its statuses', async () => {
  const described = (await (await app.request('/v1/openapi.json')).json()) as ReturnType<typeof openApi>
  expect(described.openapi).toBe('3.1.0')
  expect(Object.keys(described.paths)).toEqual(
    Object.values(DESCRIPTIONS)
      .flatMap(d => d.paths)
      .filter((p, i, all) => all.indexOf(p) === i),
  )
  const post = described.paths['/v1/sites/{site}/decisions']!['post'] as {
    parameters: { name: string; in: string; required: boolean }[]
    responses: Record<string, unknown>
    requestBody: { content: Record<string, unknown> }
  }
  expect(post.parameters).toMatchObject([{ name: 'site', in: 'path', required: true }])
  expect(Object.keys(post.responses)).toEqual(['200', '400', '403', '404', '413', '415', '429', '500', '503'])
  expect(Object.keys(post.requestBody.content)).toEqual(['text/plain', 'application/json'])
})

test('every reference inside the description leads somewhere', () => {
  const whole = openApi({ url: 'http://localhost', version: '0' }) as unknown as Record<string, unknown>
  const references = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!)
  expect(references.length).toBeGreaterThan(0)
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], whole)
    expect({ reference, found }).toMatchObject({ found: expect.anything() })
  }
})

test('an answer that its description does not name is caught', async () => {
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': 'application/json',
  }
  const wrongBody = Response.json({ entries: [{ id: 7 }] }, { headers: cors })
  await expect(holdToDescription(`/v1/sites/${SITE}/decisions`, 'POST', wrongBody)).rejects.toThrow('entries')
  const wrongStatus = Response.json({}, { status: 418, headers: cors })
  await expect(holdToDescription('/healthz', 'GET', wrongStatus)).rejects.toThrow('a status')
  await expect(holdToDescription('/healthz', 'GET', Response.json({ status: 'ok' }))).rejects.toThrow('CORS')
})

test("the configuration's JSON Schema is served where configurations point to", async () => {
  const response = await app.request('/v1/site-configuration.schema.json')
  expect(await response.json()).toMatchObject({ type: 'object', properties: { site: { type: 'string' } } })
})
