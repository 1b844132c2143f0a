import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, launchBrowser, newVisitor, press } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { bundleProgram } from './program.ts'

let host: Fixture
let browser: Browser
let program = ''
beforeAll(async () => {
  ;[host, browser, program] = await Promise.all([
    startFixture({ gating: { stopEvent: true } }, (_site, request, response, next) => {
      if (request.url !== '/program.js') return next()
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(program)
    }),
    launchBrowser(),
    bundleProgram(`import { createApp, h } from 'vue'
      import 'assent/element'
      import { ConsentGate } from 'assent/vue'
      document.addEventListener('assent:stop', event => event.preventDefault())
      createApp(() => h(ConsentGate, { purpose: 'analytics' }, () => h('b', 'in Vue'))).mount('main')`),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})

test('where the page says that it stops all itself, gates close without a reload, and open again', async () => {
  const { page, leave } = await newVisitor(browser)
  const gate = '<consent-gate purpose="analytics"><template><b>in HTML</b></template></consent-gate>'
  await page.goto(host.page(`${host.stub}<script defer src="/program.js"></script>${gate}<main></main>`))
  await page.evaluate(() => Object.assign(window, { stays: true }))
  const inside = () => page.locator('b').filter({ visible: true }).allTextContents()
  await press(page, 'accept')
  await eventually(inside).toEqual(['in HTML', 'in Vue'])
  await page.evaluate(() => window.assent!.withdraw())
  await eventually(inside).toEqual([])
  await page.evaluate(() => window.assent!.decide({ analytics: true }))
  await eventually(inside).toEqual(['in HTML', 'in Vue'])
  expect(await page.evaluate(() => 'stays' in window)).toBe(true)
  await leave()
})
