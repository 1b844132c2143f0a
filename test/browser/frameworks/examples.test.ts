import { rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveExample } from '../../../demo/example.ts'
import { axeFindings } from '../../support/axe.ts'
import { eventually, launchBrowser, newVisitor, ours, press, ran, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'

const ROOT = join(import.meta.dirname, '../../..')

let host: Fixture
let browser: Browser
beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFixture(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})

describe.each(['react', 'vue', 'element'] as const)('the example page of %s', name => {
  let into: string
  let pages: Server
  let address: string
  let visitor: Visitor
  /** Whatever the console says but information. */
  let said: string[]

  beforeAll(async () => {
    // Within `node_modules`, where the frameworks are found from.
    into = join(ROOT, 'node_modules/.cache/assent', `example-${name}-${process.pid}`)
    const server = new URL(/src="([^"]+)/.exec(host.plainTag)![1]!).origin
    pages = await serveExample({ name, folder: join(ROOT, 'demo', name), into, server }, 0)
    address = `http://www.loom.test:${(pages.address() as AddressInfo).port}/`
  })
  afterAll(() => {
    pages?.closeAllConnections()
    pages?.close()
    rmSync(into, { recursive: true })
  })
  beforeEach(async () => {
    said = []
    visitor = await newVisitor(browser)
    visitor.context.on('console', message => {
      if (['warning', 'error'].includes(message.type())) said.push(message.text())
    })
  })
  afterEach(() => visitor.leave())

  const film = (page: Page) => page.frameLocator('iframe[title="The loom at work"]').locator('body')
  const counted = (page: Page) => page.getByText('This visit is counted.')
  const asked = (what: string): number => visitor.requests.filter(url => url.includes(what)).length
  /** Clicks before hydration are nobody's. */
  const isAlive = async (page: Page): Promise<void> => {
    const button = page.getByRole('button', { name: /^Picks woven/ })
    await eventually(async () => {
      await button.click()
      return button.textContent()
    }).not.toBe('Picks woven: 0')
  }
  const takeBack = (page: Page) => page.getByRole('button', { name: 'Take everything back' }).click()
  /** No mismatch, no violation, nothing that went wrong. */
  const expectQuiet = (): void => expect([...said, ...visitor.complaints]).toEqual([])
  const expectClosed = async (page: Page): Promise<void> => {
    expect(await page.locator('iframe').count()).toBe(0)
    expect(await counted(page).count()).toBe(0)
    expect(await page.getByText('It waits for your yes.').isVisible()).toBe(true)
    expect(await page.getByText('Yarn prices: not today.').isVisible()).toBe(true)
    expect(await ran(page)).toEqual([])
  }
  const expectOpen = async (page: Page): Promise<void> => {
    await film(page).waitFor()
    await counted(page).waitFor()
    await eventually(() => ran(page)).toEqual(['statistics'])
    expect(await page.getByText('It waits for your yes.').isVisible()).toBe(false)
    // Nobody has approved what is in there.
    expect(await page.getByText('Yarn prices, by Nimbus').count()).toBe(0)
    expect(await page.getByText('Yarn prices: not today.').isVisible()).toBe(true)
  }

  test('what waits is not in what the server sends, or inert', async () => {
    const html = await (await fetch(address.replace('www.loom.test', '127.0.0.1'))).text()
    expect(html).toContain('It waits for your yes.')
    const live = html.replace(/<template>[^]*?<\/template>/g, '')
    for (const gated of ['<iframe', 'Yarn prices, by Nimbus', 'This visit is counted.', 'statistics.js'])
      expect(live).not.toContain(gated)
  })

  test('is built so that it would tell of a mismatch', async () => {
    const script = await (await fetch(`${address.replace('www.loom.test', '127.0.0.1')}client.js`)).text()
    const words = { react: "didn't match the client properties", vue: 'Hydration node mismatch', element: '' }
    // Not `toContain`: that would print all of it.
    expect(script.includes(words[name])).toBe(true)
  })

  test('for a first visitor nothing gated loads before the answer; after it each once; after withdrawal nothing', async () => {
    const { page } = visitor
    await page.goto(address)
    await ours(page, 'accept').waitFor()
    await isAlive(page)
    await expectClosed(page)
    expect([asked('vista'), asked('statistics')]).toEqual([0, 0])

    await press(page, 'accept')
    await expectOpen(page)
    // Longer than the loader takes to look again.
    await page.waitForTimeout(500)
    expect(await ran(page)).toEqual(['statistics'])
    expect(asked('vista.html')).toBe(1)

    const reloaded = page.waitForEvent('load')
    await takeBack(page)
    await reloaded
    await ours(page, 'open').waitFor()
    await isAlive(page)
    await expectClosed(page)
    expect(asked('vista.html')).toBe(1)
    expectQuiet()
  })

  test('for somebody who refused it stays closed, and says so', async () => {
    const { page } = visitor
    await page.goto(address)
    await press(page, 'reject')
    await page.reload()
    await ours(page, 'open').waitFor()
    await isAlive(page)
    await expectClosed(page)
    const words = name === 'element' ? 'waiting' : 'refused'
    expect(await page.getByText(/^Statistics: /).textContent()).toBe(`Statistics: ${words}`)
    expectQuiet()
  })

  test('for somebody who agreed before, the same page is taken up and then opens', async () => {
    const { page } = visitor
    await page.goto(address)
    await press(page, 'accept')
    await expectOpen(page)
    await page.reload()
    await isAlive(page)
    await expectOpen(page)
    expect(await page.getByText(/^Statistics: /).textContent()).toBe('Statistics: allowed')
    expectQuiet()
  })

  test('is accessible, closed and open', async () => {
    const { page } = visitor
    const rules = ['color-contrast', 'button-name']
    await page.goto(address)
    await ours(page, 'accept').waitFor()
    expect(await axeFindings(page, rules)).toEqual([])
    await press(page, 'accept')
    await expectOpen(page)
    expect(await axeFindings(page, [...rules, 'frame-title'])).toEqual([])
  })

  test('another tab follows, both ways', async () => {
    const other = await visitor.context.newPage()
    await other.goto(address)
    await ours(other, 'accept').waitFor()
    await isAlive(other)
    await visitor.page.goto(address)
    await press(visitor.page, 'accept')
    await expectOpen(visitor.page)
    await other.bringToFront()
    await expectOpen(other)
    await visitor.page.bringToFront()
    await takeBack(visitor.page)
    await other.bringToFront()
    await eventually(() => other.locator('iframe').count()).toBe(0)
    await ours(other, 'open').waitFor()
    await isAlive(other)
    await expectClosed(other)
    expectQuiet()
  })
})
