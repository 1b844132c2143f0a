import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchWithProfile, lookAround, ours, ran, watch, type Visitor } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

const profile = mkdtempSync(join(tmpdir(), 'assent-profile-'))
let world: World
let context: BrowserContext
let visitor: Visitor

beforeAll(async () => {
  // What "Block all cookies" in the browser's own settings writes.
  mkdirSync(join(profile, 'Default'))
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } }
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(settings))
  ;[world, context] = await Promise.all([startWorld(), launchWithProfile(profile)])
  visitor = await watch(context)
})
afterAll(async () => {
  await context?.close()
  await world?.stop()
  // The browser may still be writing its last files.
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** `navigator.cookieEnabled` would say yes: only trying tells. */
function storageWorks(): boolean {
  try {
    document.cookie = 'tried=1'
    return document.cookie !== '' || localStorage.length >= 0
  } catch {
    // Access to storage is refused.
    return false
  }
}

test('where the browser blocks cookies, nobody is asked in vain: no banner, no errors, no loop, nothing optional', async () => {
  await visitor.page.goto(`${world.loom}/shop/`)
  expect(await visitor.page.evaluate(storageWorks)).toBe(false)
  await ours(visitor.page, 'open').waitFor()
  await lookAround(visitor.page)
  expect(await ours(visitor.page, 'accept').count()).toBe(0)
  expect(await ran(visitor.page)).toEqual([])
  expect(visitor.requests.filter(url => url.includes('/vendor/'))).toEqual([])
  expect(visitor.complaints).toEqual([])
  expect(visitor.requests.length).toBeLessThan(15)
  expect(await visitor.page.getByRole('heading', { name: 'Patterns' }).isVisible()).toBe(true)
})

test('where the browser blocks cookies, the site’s own code is told no', async () => {
  await visitor.page.goto(world.loom)
  await ours(visitor.page, 'open').waitFor()
  expect(await visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
})
