import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, ran, type Visitor } from '../../support/page.ts'
import { HARSH, startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let port: string

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ gating: { automatic: true, more: true, aliases: { ads: 'marketing' } } }, answerExits),
    launchBrowser(),
  ])
  port = new URL(host.page('')).port
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const at = (name: string): string => `http://${name}.example:${port}`
const asked = (): string[] => host.seen.filter(path => path.includes('.example/')).toSorted()

test('what is marked is left to its own gate: it opens for the purpose it names, once', async () => {
  const { page } = visitor
  await page.goto(
    host.page(`${host.guard}${host.stub}<body>
      <script type="text/plain" data-consent="marketing" src="${at('tempo')}/runs/marked"></script>
      <script type="text/plain" data-category="ads" src="${at('adrift')}/runs/alias"></script>
      <iframe data-consent="marketing" data-src="${at('vista')}/exit/film.html" title="t"></iframe>
      <img data-consent="marketing" data-srcset="${at('tempo')}/exit/set.svg 1x" alt="">
      <template data-consent="marketing"><img src="${at('tempo')}/exit/inner.svg" alt=""><script src="${at('tempo')}/runs/inner"></script></template>`),
  )
  await page.locator('.assent-embed').waitFor()
  await page.waitForTimeout(400)
  expect(asked()).toEqual([])
  // Not analytics, which is what the host of most of them waits for.
  await page.evaluate(() => window.assent!.decide({ marketing: true, analytics: false }))
  await expect.poll(() => ran(page)).toEqual(['marked', 'alias', 'inner'])
  await page.waitForTimeout(400)
  expect(asked()).toEqual([
    'adrift.example/runs/alias',
    'tempo.example/exit/inner.svg',
    'tempo.example/exit/set.svg',
    'tempo.example/runs/inner',
    'tempo.example/runs/marked',
    'vista.example/exit/film.html',
  ])
  expect(visitor.complaints).toEqual([])
})

test('“load this once” loads what it says, and nothing else', async () => {
  const { page } = visitor
  await page.goto(
    host.page(`${host.guard}${host.stub}<body>
      <iframe data-consent="marketing" data-src="${at('vista')}/exit/film.html" title="t"></iframe>
      <template data-consent="marketing" data-service="adrift" data-placeholder><img src="${at('adrift')}/exit/inner.svg" alt=""><script src="${at('adrift')}/runs/inner"></script></template>`),
  )
  const once = page.locator('.assent-embed [data-assent=once]')
  await once.nth(1).waitFor()
  await once.first().click()
  await expect.poll(asked).toEqual(['vista.example/exit/film.html'])
  await page.evaluate(`new Image().src = '${at('adrift')}/exit/other.svg'`)
  await once.first().click()
  await expect.poll(() => ran(page)).toEqual(['inner'])
  await expect
    .poll(asked)
    .toEqual(['adrift.example/exit/inner.svg', 'adrift.example/runs/inner', 'vista.example/exit/film.html'])
  expect(await page.evaluate(() => window.assent!.granted('marketing'))).toBe(false)
})

test('the console says when a page carries no guard, or that of other hosts', async () => {
  const { page } = visitor
  const said: string[] = []
  page.on('console', message => void (message.type() === 'warning' && said.push(message.text())))
  const wait = (): Promise<unknown> => page.waitForTimeout(500)
  await page.goto(host.page(`${host.guard}${host.stub}<body>`))
  await wait()
  expect(said).toEqual([])
  await page.goto(host.page(`${host.stub}<body>`))
  await expect.poll(() => said.join()).toContain('this page carries no guard')
  said.length = 0
  await page.goto(host.page(`${host.guard.replace(/"1-[0-9a-f]{8}"/, '"1-00000000"')}${host.stub}<body>`))
  await expect.poll(() => said.join()).toContain('carries the guard 1-00000000')
  expect(said.join()).toContain('"assent site guard loom"')
})

test('under Trusted Types scripts whose address the page vouches for wait and run, and what is not vouched for is refused as ever', async () => {
  const { page } = visitor
  const policy = HARSH['content-security-policy']
    .replace("trusted-types 'none'", 'trusted-types page')
    .replace("'nonce-n'", `'nonce-n' ${at('tempo')}`)
  await page.goto(
    host.page(
      `${host.guard}${host.stub}<body><p>text</p><script nonce="n">
      const page = trustedTypes.createPolicy('page', { createScriptURL: url => url, createHTML: html => html })
      const made = document.createElement('script')
      made.src = page.createScriptURL('${at('tempo')}/runs/vouched')
      document.head.append(made)
      document.querySelector('p').innerHTML = page.createHTML('<b>bold</b><img src="${at('tempo')}/exit/a.svg" alt="">')
      window.refused = []
      for (const act of [
        () => { document.createElement('script').src = '${at('tempo')}/runs/bare' },
        () => { document.querySelector('p').innerHTML = '<img src="${at('tempo')}/exit/b.svg">' },
      ]) try { act() } catch (error) { refused.push(error.name) }
    </script>`,
      { 'content-security-policy': `${policy}; img-src *` },
    ),
  )
  await page.waitForFunction(() => window.assent?.sync)
  await page.waitForTimeout(300)
  expect(asked()).toEqual([])
  expect(await page.evaluate('refused')).toEqual(['TypeError', 'TypeError'])
  expect(await page.locator('p b').textContent()).toBe('bold')
  await page.evaluate(() => window.assent!.decide({ analytics: true }))
  await expect.poll(() => ran(page)).toEqual(['vouched'])
  await expect.poll(asked).toEqual(['tempo.example/exit/a.svg', 'tempo.example/runs/vouched'])
})
