import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import { assent } from '../../support/cli.ts'
import { launchBrowser, newVisitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

let host: Fixture
let browser: Browser
beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ gating: { more: true } }, answerExits),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})

/** What `assent site csp` prints for the demo site, whose services answer on the port of this test. */
async function printed(port: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-csp-'))
  const site = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../demo/loom/site.json'), 'utf8'),
  ) as SiteConfiguration
  const services = site.services.map(each => ({ ...each, hosts: each.hosts.map(name => `${name}:${port}`) }))
  const file = join(folder, 'site.json')
  writeFileSync(file, JSON.stringify({ ...site, services }))
  const { code, out } = await assent(['site', 'csp', file, '--server', `http://consent.test:${port}`])
  rmSync(folder, { recursive: true })
  expect(code).toBe(0)
  return out.trim()
}

test('under the policy that is printed everything approved works without a violation, and nobody else hears of the visit', async () => {
  const { port } = new URL(host.page(''))
  const policy = await printed(port)
  const at = (name: string, path: string): string => `http://${name}.example:${port}${path}`
  const page = host.page(
    // As it is printed, without a nonce.
    `${host.stub.replace(' nonce="n"', '')}<body>
     <script type="text/plain" data-consent="analytics" data-service="tempo" src="${at('tempo', '/exit/count.js')}"></script>
     <link rel="stylesheet" data-consent="analytics" data-href="${at('tempo', '/exit/sheet.css')}">
     <img data-consent="marketing" data-srcset="${at('adrift', '/exit/pixel.svg')}" alt="">
     <audio data-consent="marketing" data-src="${at('vista', '/exit/sound.wav')}"></audio>
     <iframe data-consent="marketing" data-src="${at('vista', '/exit/film.html')}" data-thumbnail="/exit/still.svg" title="Film"></iframe>`,
    { 'content-security-policy': policy },
  )
  const visitor = await newVisitor(browser)
  await visitor.page.goto(page)
  await visitor.page.locator('.assent-embed').waitFor()
  await visitor.page.locator('#assent [data-assent=accept]').click()
  const asked = () => host.seen.filter(path => path.includes('.example/')).toSorted()
  await expect
    .poll(asked)
    .toEqual([
      'adrift.example/exit/pixel.svg',
      'tempo.example/exit/count.js',
      'tempo.example/exit/sheet.css',
      'vista.example/exit/film.html',
      'vista.example/exit/sound.wav',
    ])
  await expect.poll(() => host.taken.length).toBe(1)
  await visitor.page.locator('[data-assent=open]').click()
  await visitor.page.getByRole('dialog').waitFor()
  expect(visitor.complaints).toEqual([])
  // The lock behind the gates: what no gate sees, because nobody marked it.
  const before = host.seen.length
  await visitor.page.evaluate(
    address => {
      const script = document.createElement('script')
      script.src = `${address}/exit/unmarked.js`
      document.head.append(script)
      new Image().src = `${address}/exit/unmarked.svg`
      void fetch(`${address}/exit/unmarked`).catch(() => {})
    },
    at('nimbus', ''),
  )
  await expect.poll(() => visitor.complaints.length).toBeGreaterThan(2)
  expect(host.seen.slice(before)).toEqual([])
  await visitor.leave()
})
