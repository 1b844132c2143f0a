import type { Browser, Page } from 'playwright-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Service, SiteConfiguration } from '../../../shared/domain/site.ts'
import { launchBrowser, newVisitor, ran, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

/** What pages do that break where something blocks: order, second insertions, old ways, and hosts a payment needs. */
let host: Fixture
let browser: Browser
let visitor: Visitor
let port: string

const { services } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration
/** The shop's own payments come from a host of a company that also advertises. */
const withPayments: readonly Service[] = services.map(each =>
  each.id === 'assent'
    ? { ...each, hosts: ['vista.example'] }
    : each.id === 'tempo'
      ? { ...each, hosts: ['example'] }
      : each,
)

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ gating: { automatic: true }, services: withPayments }, answerExits),
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

const at = (name: string): string => `//${name}.example:${port}`
const asked = (): string[] => host.seen.filter(path => path.includes('.example/')).toSorted()
const accept = (page: Page): Promise<void> =>
  page.evaluate(() => window.assent!.decide({ preferences: true, analytics: true, marketing: true }))
const open = async (page: Page, body: string): Promise<void> => {
  await page.goto(host.page(`${host.guard}${host.stub}<body>${body}`))
  await page.waitForFunction(() => window.assent?.sync)
  await page.waitForTimeout(300)
}

test('what something necessary needs goes at once, below a host that waits as well', async () => {
  const { page } = visitor
  await open(
    page,
    `<script>
      const add = src => document.head.append(Object.assign(document.createElement('script'), { src }))
      add('${at('vista')}/runs/payment'); add('${at('tempo')}/runs/count')
    </script>`,
  )
  expect(await ran(page)).toEqual(['payment'])
  expect(asked()).toEqual(['vista.example/runs/payment'])
  await accept(page)
  await expect.poll(() => ran(page)).toEqual(['payment', 'count'])
})

test('scripts that a script adds in order run in order, and a page that looks for one finds it and adds no second', async () => {
  const { page } = visitor
  await open(
    page,
    `<script>
      function once(src) {
        if (document.querySelector('script[src="' + src + '"]')) return
        const made = document.createElement('script')
        made.src = src
        made.async = false
        made.type = 'text/javascript'
        document.body.append(made)
      }
      for (let i = 0; i < 3; i++) { once('${at('tempo')}/runs/slow-300'); once('${at('tempo')}/runs/quick') }
    </script>`,
  )
  expect(asked()).toEqual([])
  await accept(page)
  await expect.poll(() => ran(page)).toEqual(['slow-300', 'quick'])
  await page.waitForTimeout(300)
  expect(await ran(page)).toEqual(['slow-300', 'quick'])
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('script[src]')].map(each => each.getAttribute('type')),
    ),
  ).toEqual(['text/javascript', 'text/javascript'])
})

test('what is written while the page comes waits, and what is written beside it stands where it was written', async () => {
  const { page } = visitor
  await open(
    page,
    `<p>one</p><script>
      document.write('<b>written</b><script src="${at('tempo')}/runs/written"><\\/script>', '<img alt="" src="${at('tempo')}/exit/written.svg">')
      document.write('<i>plain</i>')
      document.write('<a href="http:${at('tempo')}/">link'); document.write('</a>')
    </script><p>two</p>`,
  )
  expect(asked()).toEqual([])
  expect(await page.evaluate(() => document.body.innerText.replace(/\s+/g, ' '))).toMatch(/one.*written.*two/)
  expect(await page.locator('a[href*=tempo]').textContent()).toBe('link')
  await accept(page)
  await expect.poll(() => ran(page)).toEqual(['written'])
  await expect.poll(asked).toEqual(['tempo.example/exit/written.svg', 'tempo.example/runs/written'])
})

test('a picture that is given another address while it waits asks for that one alone', async () => {
  const { page } = visitor
  await open(page, `<img alt="">`)
  await page.evaluate(`{
    const [picture] = document.images
    picture.src = '${at('tempo')}/exit/first.svg'
    picture.src = '${at('tempo')}/exit/second.svg'
    const other = new Image()
    other.src = '${at('tempo')}/exit/third.svg'
    other.src = '/exit/own.svg'
  }`)
  await accept(page)
  await expect.poll(asked).toEqual(['tempo.example/exit/second.svg'])
  await page.waitForTimeout(300)
  expect(asked()).toEqual(['tempo.example/exit/second.svg'])
  expect(host.seen).toContain('www.loom.test/exit/own.svg')
})
