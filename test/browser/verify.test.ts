import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { axeFindings } from '../support/axe.ts'
import { hostsOf, launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { keptReceipt, shopReceipts, withEvidence } from '../support/receipts.ts'
import { startWorld, type World } from '../support/world.ts'

const FILE = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'verify.html')).href

let world: World
let browser: Browser
let receipts: Readonly<Record<string, Receipt>>
let vkey: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
  const shop = await shopReceipts()
  receipts = shop.receipts
  vkey = shop.ledger.signer('loom').vkey
  await shop.ledger.remove()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** The page, and from then on no network at all. */
async function openPage(address = FILE, options: BrowserContextOptions = {}): Promise<Visitor> {
  const visitor = await newVisitor(browser, { timezoneId: 'Europe/Berlin', ...options })
  onTestFinished(visitor.leave)
  await visitor.page.goto(address)
  await visitor.context.setOffline(true)
  return visitor
}

async function give(page: Page, receipt: unknown): Promise<void> {
  const text = typeof receipt === 'string' ? receipt : JSON.stringify(receipt)
  await page.setInputFiles('#file', {
    name: 'receipt.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  })
  await page.locator('#verdict').waitFor()
}

/** Everything that can be opened. */
const openAll = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const closed of document.querySelectorAll('details')) closed.open = true
  })

const verdictOf = (page: Page): Promise<string> => page.locator('#verdict').innerText()
const slipOf = async (page: Page): Promise<string> =>
  (await page.locator('.slip').innerText()).replace(/\s+/g, ' ')

describe.each([
  ['served', () => `${world.local}/verify`],
  ['opened as a file', () => FILE],
])('%s, without network', (_, address) => {
  test('a receipt holds, and is told in plain words', async () => {
    const visitor = await openPage(address())
    await give(visitor.page, receipts['granted'])
    expect(await verdictOf(visitor.page)).toBe('This receipt holds.')
    const said = await slipOf(visitor.page)
    for (const words of [
      'Loomwork GmbH asked about cookies.',
      'Agreed Analytics Counts which pages are used',
      'Refused Marketing',
      'Decided November 22, 2026 at 8:59:59 AM GMT+1 by the clock of the device',
      'Recorded November 22, 2026 at 9:00:00 AM GMT+1 by the server’s clock',
      'On the banner',
      'Webergasse 7, 04109 Leipzig',
      'You decide about cookies',
      'Accept all Reject all Choose',
    ])
      expect(said).toContain(words)
    expect(await visitor.page.locator('.path').innerText()).toMatch(
      /Entry \d+ of \d+ in the log\s+consent\.loom\.test/,
    )
    expect(await visitor.page.locator('.worth').innerText()).toMatch(/This is no legal advice/)
    expect(visitor.complaints).toEqual([])
  })

  test('asks nothing of anybody but the page itself', async () => {
    const visitor = await openPage(address())
    await give(visitor.page, receipts['optIn'])
    await visitor.page.locator('.experts summary').click()
    expect(visitor.requests).toHaveLength(1)
    expect(hostsOf(visitor.requests).length).toBe(1)
    expect(visitor.complaints).toEqual([])
  })
})

test.each<[name: string, words: string[]]>([
  ['refused', ['Abgelehnt Statistik', 'Global Privacy Control', 'Sie entscheiden über Cookies']],
  ['withdrawn', ['Zurückgenommen Analytics', 'In den Cookie-Einstellungen']],
  ['embed', ['Zugestimmt Marketing', 'Vista']],
  [
    'optIn',
    ['Loomwork weekly, per E-Mail', 'Yes, send me Loomwork product news by e-mail', 'Ida.Weaver@mail.test'],
  ],
  [
    'onPage',
    ['Auf einer eigenen Seite', 'Yes, send me Loomwork product news by e-mail', 'ottilie@mail.test'],
  ],
  ['optOut', ['Nachrichten dieser Website wurden abbestellt', 'Alle Nachrichten auf diesem Weg, per E-Mail']],
])('the receipt "%s" is told in German', async (name, words) => {
  const { page } = await openPage(FILE, { locale: 'de-DE' })
  await give(page, receipts[name])
  expect(await verdictOf(page)).toBe('Dieser Beleg stimmt.')
  await openAll(page)
  const said = await slipOf(page)
  for (const word of words) expect(said).toContain(word)
})

test('receipts of version 1, and of entries that are no consent, hold too', async () => {
  const { page } = await openPage()
  await give(page, keptReceipt('first-decision'))
  expect(await verdictOf(page)).toBe('This receipt holds.')
  await page.locator('.again').click()
  await give(page, keptReceipt('first-refusal'))
  expect(await slipOf(page)).toContain('Refused analytics')
  expect(await slipOf(page)).toContain('The site’s own interface asked')
})

describe('what was edited is named, and what to do', () => {
  const evidence = (change: (of: Receipt['evidence']) => Partial<Receipt['evidence']>, name = 'granted') => {
    const receipt = receipts[name]!
    return withEvidence(receipt, change(receipt.evidence))
  }
  test.each<[what: string, make: () => unknown, words: string, bad: number | undefined]>([
    [
      'an answer',
      () => evidence(of => ({ entry: of.entry.replace('"analytics":true', '"analytics":false') })),
      'an answer, a time or something else in it was changed',
      1,
    ],
    [
      'a time',
      () =>
        evidence(of => ({
          entry: of.entry
            .replace(/"decidedAt":(\d+)\d/, '"decidedAt":$10')
            .replace('"decidedAt":1795334399000', '"decidedAt":1795334398000'),
        })),
      'an answer, a time or something else in it was changed',
      1,
    ],
    [
      'its place',
      () => evidence(of => ({ proof: of.proof.replace(/index \d+/, 'index 2') })),
      'or it was moved',
      1,
    ],
    [
      'the banner',
      () =>
        evidence(({ texts }) => ({
          texts: texts.map(t => ({ ...t, body: t.body.replace('Reject all', 'Maybe later') })),
        })),
      'A text in it is not the one that was shown',
      0,
    ],
    [
      'a text left out',
      () => evidence(({ texts }) => ({ texts: texts.slice(1) })),
      'A text that was shown is missing',
      0,
    ],
    [
      'the record',
      () => JSON.stringify(receipts['granted']).replace('dpv:ConsentGiven', 'dpv:ConsentRefused'),
      'says something else than the entry',
      0,
    ],
    [
      'the signature',
      () => evidence(of => ({ proof: of.proof.replace(/.{8}\n$/, 'AAAAAAA=\n') })),
      'The signature under the checkpoint does not fit',
      2,
    ],
    [
      'the address',
      () => evidence(of => ({ private: { ...of.private!, fields: { address: 'x@mail.test' } } }), 'optIn'),
      'The private part is not the one',
      0,
    ],
    [
      'a version to come',
      () => ({ ...receipts['granted'], assentReceipt: 9 }),
      'a newer version of Assent',
      undefined,
    ],
    ['another file', () => '{"hello": true}', 'This is no receipt', undefined],
    ['no JSON', () => 'hello', 'This is no receipt', undefined],
    [
      'a name given twice',
      () => JSON.stringify(receipts['granted']).replace('{', '{"assentReceipt":2,'),
      'This is no receipt',
      undefined,
    ],
  ])('%s', async (_, make, words, bad) => {
    const { page } = await openPage()
    await give(page, make())
    expect(await verdictOf(page)).toBe('This receipt does not hold.')
    const said = await slipOf(page)
    expect(said).toContain(words)
    expect(said).toContain('What you can do')
    expect(
      await page
        .locator('.path li')
        .evaluateAll(all => all.findIndex(li => li.getAttribute('data-mark') === 'bad')),
    ).toBe(bad ?? -1)
  })
})

test('with the key of the log it says that it is the site’s; with another, that it is not', async () => {
  const { page } = await openPage()
  await give(page, receipts['granted'])
  expect(await page.locator('.worth').innerText()).toContain('That the key is the site’s own')
  await page.locator('#keys').fill(vkey)
  await page.getByRole('button', { name: 'Check with these' }).click()
  await page.getByText('The key is the one you trust, so it is the site’s own log.').waitFor()
  await page.locator('#keys').fill('nonsense')
  await page.getByRole('button', { name: 'Check with these' }).click()
  await page.getByRole('alert').waitFor()
  await page.locator('#keys').fill('log.test/other+00000000+AQ==')
  await page.getByRole('button', { name: 'Check with these' }).click()
  await page.getByText('signed with another key than the one you trust').waitFor()
  await page.locator('#keys').fill('')
  await page.locator('#witnesses').fill('witness.test/w+00000000+BA==')
  await page.getByRole('button', { name: 'Check with these' }).click()
  await page.getByText('A key in it is no key').waitFor()
})

test('a file dropped anywhere, or a text pasted, does as well', async () => {
  const { page } = await openPage()
  const data = await page.evaluateHandle(text => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([text], 'receipt.json'))
    return transfer
  }, JSON.stringify(receipts['granted']))
  await page.dispatchEvent('footer', 'drop', { dataTransfer: data })
  await expect.poll(() => verdictOf(page)).toBe('This receipt holds.')
  await page.locator('.again').click()
  await page.locator('.paste summary').click()
  await page.locator('#paste').fill(`\uFEFF${JSON.stringify(receipts['arabic'])}`)
  await page.getByRole('button', { name: 'Check it' }).click()
  await expect.poll(() => verdictOf(page)).toBe('This receipt holds.')
})

test('by keyboard alone: to the file, through the languages, and the verdict is where the focus is', async () => {
  const { page } = await openPage()
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || '')
  for (const expected of ['English', 'Deutsch', 'العربية', 'file']) {
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    expect(await focused()).toBe(expected)
  }
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  expect(
    await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir, document.title]),
  ).toEqual(['ar', 'rtl', 'التحقق من إيصال الموافقة'])
  expect(await focused()).toBe('العربية')
  await give(page, receipts['arabic'])
  expect(await focused()).toBe('verdict')
  expect(await verdictOf(page)).toBe('هذا الإيصال سليم.')
})

describe.each(['light', 'dark'] as const)('%s', colorScheme => {
  test.each([
    ['en-US', 1280],
    ['ar', 360],
  ] as const)(
    '%s, %i pixels: axe finds nothing, and nothing overflows, before and after',
    async (locale, width) => {
      const { page } = await openPage(FILE, { colorScheme, locale, viewport: { width, height: 800 } })
      const overflow = (): Promise<number> =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      // Axe is put in by the test; the page's own policy would not let it.
      const look = async (...looked: string[]): Promise<void> => {
        expect(await axeFindings(page, ['color-contrast', 'html-has-lang', ...looked])).toEqual([])
        expect(await overflow()).toBe(0)
      }
      await page.locator('.paste summary').click()
      await look()
      await give(page, receipts['optIn'])
      await openAll(page)
      await look()
      await page.locator('.again').click()
      await give(page, { ...receipts['granted'], extra: 1 })
      await page.locator('.slip summary').click()
      await look()
    },
  )
})

test('words of a stranger’s file are never markup', async () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(1)</script>'
  const { page, complaints } = await openPage()
  await give(page, { ...receipts['granted'], [evil]: evil })
  await page.locator('.slip summary').click()
  expect(await slipOf(page)).toContain(evil)
  expect(await page.locator('main img, main script').count()).toBe(0)
  expect(complaints).toEqual([])
})

test('"Download receipt" of a real visit to the shop gives a file that this page finds to hold', async () => {
  const visitor = await newVisitor(browser)
  onTestFinished(visitor.leave)
  await visitor.page.goto(world.loom)
  await visitor.page.locator('body > #assent [data-assent="settings"]').click()
  await visitor.page.getByRole('button', { name: 'Save my choice' }).click()
  await visitor.page.locator('[data-assent=open]').first().click()
  const saved = visitor.page.waitForEvent('download')
  await visitor.page.locator('[data-assent=download]').click()
  const file = join(world.data, 'downloaded.json')
  await (await saved).saveAs(file)
  const { page } = await openPage()
  await page.setInputFiles('#file', file)
  await page.getByText('This receipt holds.').waitFor()
  expect(await slipOf(page)).toContain('In the cookie settings')
  writeFileSync(file, '')
})
