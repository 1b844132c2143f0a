import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, newVisitor, ran } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'

/** The page of somebody who renders on the server: the snippet in its head, marked scripts and an image in its tree. */
const APP = `
  import { createElement as h, useState } from 'react'
  const raw = html => ({ dangerouslySetInnerHTML: { __html: html } })
  export function App({ stub }) {
    const [count, setCount] = useState(0)
    return h('html', { lang: 'en' },
      h('head', null, h('title', null, 'shop'), h('script', raw(stub))),
      h('body', null,
        h('main', null,
          h('h1', null, 'A shop'),
          h('button', { onClick: () => setCount(count + 1) }, 'counted ' + count),
          h('script', { suppressHydrationWarning: true, type: 'text/plain', 'data-consent': 'analytics', ...raw("(window.ran??=[]).push('counted')") }),
          h('img', { suppressHydrationWarning: true, alt: '', 'data-consent': 'analytics', 'data-srcset': '/runs/pixel' }),
          h('p', null, 'text'))))
  }`
const CLIENT = `
  import { App } from './app.js'
  import { createElement } from 'react'
  import { hydrateRoot } from 'react-dom/client'
  window.faults = []
  const stub = document.querySelector('head script').textContent
  hydrateRoot(document, createElement(App, { stub }), {
    onRecoverableError: error => window.faults.push(String(error)),
    onUncaughtError: error => window.faults.push(String(error)),
  })`
const SERVER = `
  import { App } from './app.js'
  import { createElement } from 'react'
  import { renderToString } from 'react-dom/server'
  export const html = stub => renderToString(createElement(App, { stub }))`

/** Within `node_modules`, where React is found from. */
const folder = mkdtempSync(join(import.meta.dirname, '../../../node_modules/.cache/assent-react-'))

async function bundle(name: 'client' | 'server', code: string): Promise<string> {
  const entry = join(folder, `${name}.js`)
  writeFileSync(join(folder, 'app.js'), APP)
  writeFileSync(entry, code)
  const isServer = name === 'server'
  const made = await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    // What tells of mismatches in words is only there while developing.
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      ...(isServer && { ssr: entry }),
      rolldownOptions: { input: entry, output: { format: isServer ? 'cjs' : 'iife' } },
    },
  })
  return [made].flat().flatMap(each => ('output' in each ? each.output[0].code : []))[0]!
}

let host: Fixture
let browser: Browser
let client = ''
let html: (stub: string) => string
beforeAll(async () => {
  ;[host, browser, client] = await Promise.all([
    startFixture({ gating: { more: true } }, (_site, request, response, next) => {
      if (request.url !== '/client.js') return next()
      // Later than everything of ours: whatever we changed in the page stands when hydration begins.
      setTimeout(() => response.writeHead(200, { 'content-type': 'text/javascript' }).end(client), 900)
    }),
    launchBrowser(),
    bundle('client', CLIENT),
  ])
  const module = { exports: {} as { html: typeof html } }
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what was bundled a line above
  new Function('module', 'exports', 'require', await bundle('server', SERVER))(
    module,
    module.exports,
    createRequire(import.meta.url),
  )
  ;({ html } = module.exports)
})
afterAll(async () => {
  await browser?.close()
  host?.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['who comes for the first time', false],
  ['who agreed before, so that gates open first', true],
])('React hydrates what its server rendered without a mismatch, for somebody %s', async (_who, isGranted) => {
  const stub = host.stub.replace(/<script[^>]*>|<\/script>/g, '')
  const address = host.page(
    html(stub)
      .replace(/^<html lang="en">/, '')
      .replace('</body>', '<script async src="/client.js"></script></body>'),
  )
  const visitor = await newVisitor(browser)
  const errors: string[] = []
  visitor.page.on('console', message => /hydrat/i.test(message.text()) && errors.push(message.text()))
  if (isGranted) {
    await visitor.page.goto(host.page(host.stub))
    await visitor.page.locator('#assent [data-assent=accept]').click()
    await visitor.page.waitForFunction(() => document.cookie.includes('assent_loom'))
  }
  await visitor.page.goto(address)
  await visitor.page.getByText('counted 0').click()
  await visitor.page.waitForFunction('window.faults')
  // Clicks before hydration are nobody's.
  await expect
    .poll(async () => {
      await visitor.page.getByRole('button', { name: /counted/ }).click()
      return visitor.page.getByRole('button', { name: /counted/ }).textContent()
    })
    .not.toBe('counted 0')
  if (!isGranted) await visitor.page.locator('#assent [data-assent=accept]').click()
  await expect.poll(() => ran(visitor.page)).toEqual(['counted'])
  await visitor.page.locator('[data-assent=open]').waitFor()
  expect(await visitor.page.evaluate('window.faults')).toEqual([])
  expect(errors).toEqual([])
  await visitor.leave()
})
