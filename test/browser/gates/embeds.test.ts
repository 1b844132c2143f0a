import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, ran, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

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
beforeEach(async () => {
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const FRAME =
  '<iframe data-consent="marketing" data-src="/exit/film.html" width="640" height="360" title="Film"></iframe>'
const WIDGET = `<template data-consent="marketing" data-service="vista" data-placeholder>
  <blockquote>What somebody said</blockquote>
  <script src="/runs/widget-200"></script><script>(window.ran??=[]).push('after it')</script>
</template>`
const button = (name: string | RegExp) => visitor.page.locator('.assent-embed').getByRole('button', { name })
const asked = (path: string): number => host.seen.filter(seen => seen === `www.loom.test${path}`).length
const open = async (body: string): Promise<void> => {
  await visitor.page.goto(host.page(`${host.stub}<body>${body}`))
  await visitor.page.locator('.assent-embed').first().waitFor()
}

test('“this once” loads one element; nothing is granted, kept or recorded, and a later yes loads it no second time', async () => {
  const { page } = visitor
  await open(FRAME + FRAME.replace('film', 'other'))
  await button('Load this once').first().click()
  await expect.poll(() => asked('/exit/film.html')).toBe(1)
  expect(await page.evaluate(() => document.activeElement!.localName)).toBe('iframe')
  expect(await page.evaluate(() => window.assent!.granted('marketing'))).toBe(false)
  expect(await visitor.context.cookies()).toEqual([])
  expect(host.taken).toEqual([])
  await page.evaluate(() => window.assent!.decide({ marketing: true }))
  await expect.poll(() => asked('/exit/other.html')).toBe(1)
  await page.waitForTimeout(300)
  expect(asked('/exit/film.html')).toBe(1)
})

test('a no that comes after “this once” ends it: the page starts anew, and the placeholder stands again', async () => {
  const { page } = visitor
  await open(FRAME)
  await button('Load this once').click()
  await expect.poll(() => asked('/exit/film.html')).toBe(1)
  const again = page.waitForEvent('load')
  await page.evaluate(() => window.assent!.decide({ marketing: false }))
  await again
  await button('Load this once').waitFor()
  expect(asked('/exit/film.html')).toBe(1)
})

test('a widget of markup and scripts has its placeholder, and loads in order, once or for good', async () => {
  const { page } = visitor
  await open(WIDGET)
  await page.getByText('Vista is not loaded yet').waitFor()
  expect(await page.locator('blockquote').count()).toBe(0)
  await button('Load this once').click()
  await expect.poll(() => ran(page)).toEqual(['widget-200', 'after it'])
  expect(await page.locator('blockquote').count()).toBe(1)
  expect(await page.locator('.assent-embed').count()).toBe(0)
  await page.reload()
  await button('Allow “Marketing”').click()
  await expect.poll(() => ran(page)).toEqual(['widget-200', 'after it'])
  await expect.poll(() => page.locator('.assent-embed').count()).toBe(0)
  await expect.poll(() => host.taken.length).toBe(1)
  expect(host.taken[0]).toMatchObject({ method: 'embed', choices: { marketing: true } })
  expect(visitor.complaints).toEqual([])
})

test('a thumbnail comes from the site’s own hosts, or not at all', async () => {
  const picturing = (address: string): string =>
    FRAME.replace('data-src', `data-thumbnail="${address}" data-src`)
  await open(picturing('/exit/still.svg') + picturing('http://vista.example/exit/still.svg'))
  await visitor.page.locator('.assent-embed').nth(1).waitFor()
  await expect.poll(() => asked('/exit/still.svg')).toBe(1)
  expect(await visitor.page.locator('.assent-embed img').count()).toBe(1)
  expect(host.seen.filter(path => path.startsWith('vista.example'))).toEqual([])
})

test('nothing is offered for a service that is misspelt, or whose host nobody approved', async () => {
  await open(
    FRAME.replace('data-src', 'data-service="vitsa" data-src') +
      WIDGET.replace('data-service="vista"', '').replace(
        'What',
        '<a href="https://nimbus.example/">What</a>',
      ),
  )
  await expect.poll(() => visitor.page.locator('.assent-embed').count()).toBe(2)
  expect(await button(/Load|Allow/).count()).toBe(0)
})
