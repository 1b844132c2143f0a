import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { evidencePage } from '../../server/marketing/evidence/page.ts'
import { axeFindings } from '../support/axe.ts'
import { aStory, read } from '../support/evidence.ts'
import { launchBrowser, newVisitor } from '../support/page.ts'

const LANGUAGES = ['en', 'de', 'ar'] as const
let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await launchBrowser()
  const told = await aStory()
  await read(told, {}, { reason: 'complaint' })
  const { letterWritten, letterRecorded } = told.at
  const moments = { asOf: letterWritten + 1_000, knownAsOf: letterRecorded - 1_000 }
  const evidence = await read(told, moments, { reason: 'court' })
  folder = mkdtempSync(join(tmpdir(), 'assent-evidence-'))
  for (const language of LANGUAGES)
    writeFileSync(join(folder, `${language}.html`), evidencePage(evidence, language))
  await told.ledger.remove()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As whoever got the file opens it: from a disk, offline. */
async function openPage(language: string, options: BrowserContextOptions = {}) {
  const visitor = await newVisitor(browser, { ...options, offline: true })
  onTestFinished(visitor.leave)
  await visitor.page.goto(pathToFileURL(join(folder, `${language}.html`)).href)
  return visitor
}

describe.each(LANGUAGES)('the evidence page in "%s", from a file and offline', language => {
  test.each<[string, BrowserContextOptions]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['on a narrow phone', { viewport: { width: 320, height: 640 } }],
  ])('%s: axe finds nothing, nothing scrolls sideways, no request is made', async (_, options) => {
    const { page, requests, complaints } = await openPage(language, options)
    const looked = ['color-contrast', 'heading-order', 'landmark-one-main', 'html-has-lang', 'list']
    expect(await axeFindings(page, looked)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
    expect(requests.filter(url => !url.startsWith('file:'))).toEqual([])
    expect(complaints).toEqual([])
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('main')!).maxWidth)).not.toBe(
      'none',
    )
  })

  test.each(['A4', 'Letter'] as const)(
    'printed on %s: no entry of a table is cut, and pages are numbered',
    async format => {
      const { page } = await openPage(language)
      await page.emulateMedia({ media: 'print' })
      expect(
        await page.evaluate(
          () =>
            [...document.querySelectorAll('tr, .answers li, blockquote p')].filter(
              each => getComputedStyle(each).breakInside !== 'avoid',
            ).length,
        ),
      ).toBe(0)
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
        'rgb(255, 255, 255)',
      )
      const rules = await page.evaluate(() =>
        [...document.styleSheets[0]!.cssRules].map(rule => rule.cssText),
      )
      expect(rules.filter(rule => rule.startsWith('@page')).join()).toContain('counter(page)')
      const pdf = await page.pdf({ format })
      const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0
      expect(pages).toBeGreaterThan(2)
      expect(pages).toBeLessThan(12)
    },
  )
})

test('nothing that a stranger wrote runs, and nothing of it is an element', async () => {
  const { page } = await openPage('en')
  expect(await page.locator('img, script, a, form, iframe').count()).toBe(0)
  await expect.poll(() => page.getByText('=cmd|').count()).toBeGreaterThan(2)
})
