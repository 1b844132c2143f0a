import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { createTestApp, SITE, type TestApp } from '../support/app.ts'
import { publishSite } from '../support/ledger.ts'

let app: TestApp
afterEach(() => app.remove())

const BUILT = Buffer.from('function a(site,from){}export{a as start};\n')

test('the debug view is a module that knows the site as it is published now, and opens by itself', async () => {
  app = await createTestApp({ debugView: () => BUILT })
  const loom = Buffer.from(
    canonicalJson(JSON.parse(readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'))),
  )
  await publishSite(app.ledger, 'loom', { configuration: loom })
  const response = await app.request('/s/loom/debug.mjs')
  expect([response.status, app.lines]).toEqual([200, []])
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  const text = await response.text()
  expect(text).toMatch(/^function a\(site,from\)\{\}a\(\{"site":"loom","configuration":"[0-9a-f]{64}"/)
  expect(text).toMatch(/,new URL\("\.",import\.meta\.url\)\.href\);\n$/)
})

test('a view that was not built is said to be missing, and a site that is not there has none', async () => {
  app = await createTestApp()
  const missing = await app.request(`/s/${SITE}/debug.mjs`)
  expect([missing.status, await missing.text()]).toEqual([
    404,
    expect.stringContaining('debug.js is missing'),
  ])
  expect((await app.request('/s/nowhere/debug.mjs')).status).toBe(404)
})
