import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acknowledged, launchBrowser, newVisitor, ours, press } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** What the README tells people to paste: the first block of HTML in it. */
function pasted(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  return /```html\n([\s\S]*?)```/.exec(readme)?.[1]?.trim() ?? ''
}

test('the snippet in the README is the one that was built', () => {
  const built = readFileSync(join(ROOT, 'dist', 'snippet.html'), 'utf8').trim()
  expect(pasted()).toBe(
    built.replaceAll('__SITE__', 'YOUR-SITE').replaceAll('__HOST__', 'https://consent.example'),
  )
})

test('the README’s snippet pasted into a bare page is enough: the banner comes, the decision is in the ledger', async () => {
  const filled = pasted().replaceAll('YOUR-SITE', 'loom').replaceAll('https://consent.example', world.host)
  world.plain.serve(
    'www.loom.test/bare',
    `<!doctype html><title>Bare</title>${filled}<p>A page like any other.`,
  )
  const visitor = await newVisitor(browser)
  const before = world.size()
  await visitor.page.goto(`${world.plain.origin('www.loom.test')}/bare`)
  await ours(visitor.page, 'accept').waitFor()
  expect(await ours(visitor.page, 'reject').count()).toBe(1)
  await press(visitor.page, 'reject')
  await acknowledged(visitor, 1)
  expect(world.size()).toBe(before + 1)
  expect(await world.entry(visitor.posted[0]!.id)).toMatchObject({ type: 'decision', method: 'banner' })
  await visitor.leave()
})
