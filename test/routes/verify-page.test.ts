import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gzipSync } from 'node:zlib'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../support/app.ts'
import { runCommand } from '../support/run-command.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let page: Buffer
let app: TestApp

beforeAll(async () => {
  const built = await runCommand('node', ['.ci/build.ts', '--if-stale'], {
    folder: ROOT,
    show: false,
    minutes: 2,
  })
  if (!built.passed) throw new Error(built.output)
  page = readFileSync(join(ROOT, 'dist', 'verify.html'))
}, 120_000)
afterEach(() => app.remove())

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

test('the page is served compressed, under the policy it states itself, and nobody may frame it', async () => {
  app = await createTestApp({ verifyPage: () => page })
  const response = await app.request('/verify', { headers: { 'Accept-Encoding': 'br' } })
  expect(brotliDecompressSync(Buffer.from(await response.arrayBuffer())).equals(page)).toBe(true)
  const [, script] = /<script>([^]*)<\/script>/.exec(page.toString())!
  const [, style] = /<style>([^]*)<\/style>/.exec(page.toString())!
  expect(response.headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src ${sha256(script!)}; style-src ${sha256(style!)}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; frame-ancestors 'none'`,
  )
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const again = await app.request('/verify', { headers: { 'If-None-Match': response.headers.get('etag')! } })
  expect(again.status).toBe(304)
})

test('a page that was not built is said to be missing', async () => {
  app = await createTestApp()
  const response = await app.request('/verify')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('npm run build') })
})

test('the page is one file that names nothing to fetch, and stays small', async () => {
  app = await createTestApp()
  const text = page.toString()
  expect(text.match(/<(?:script|style|link|img|iframe)[^>]*>/g)).toEqual([
    '<link rel="icon" href="data:," />',
    '<style>',
    '<script>',
  ])
  expect(text).not.toMatch(
    /\b(?:fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|importScripts|eval)\s*\(|innerHTML|\burl\(/,
  )
  expect(gzipSync(page, { level: 9 }).length).toBeLessThan(32_768)
})
