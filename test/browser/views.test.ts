import { readFileSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { chromiumPath } from '../support/chromium.ts'
import { startViews, type ViewsPage, type ViewsServer } from './views-page.ts'

const ARGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'.split(
  ' ',
)
const LANGUAGES = ['en', 'de', 'ar'] as const

let browser: Browser
let views: ViewsServer

beforeAll(async () => {
  views = await startViews()
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ARGS })
})
afterAll(async () => {
  await browser?.close()
  await views?.close()
})

const RECORD = {
  decidedAt: Date.UTC(2026, 10, 20, 9, 41),
  configuration: 'deadbeef',
  choices: { preferences: true, analytics: false, marketing: false },
  flags: 0,
  gpc: false,
  secret: '0123',
}
const RECEIPT = { id: '0199a7b0-7c3e-7d41-9a52-3f0c5b1e8d26', index: 4217 }
const FRAME =
  'data-consent="marketing" data-service="vista" data-src="https://vista.example/embed/1" width="640" height="360"'

async function openPage(like: ViewsPage, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(views.page(like))
  await page.waitForSelector('html[data-shown]')
  return page
}

const calls = (page: Page): Promise<unknown[][]> =>
  page.evaluate(() => (window as never as { calls: unknown[][] }).calls)
const saves = async (page: Page): Promise<unknown[][]> =>
  (await calls(page)).filter(([name]) => name === 'save')
/** Decisions the first layer has queued: it takes an answer by itself. */
const queued = (page: Page): Promise<Record<string, unknown>[]> =>
  page.evaluate(() =>
    Object.keys(localStorage)
      .filter(name => name.startsWith('assent_loom_out_'))
      .map(name => JSON.parse(localStorage[name] as string) as Record<string, unknown>),
  )
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: at } = document
    return (at as HTMLElement).dataset['assent'] ?? at!.id ?? at!.tagName
  })

describe('accessibility', () => {
  const cases: [string, ViewsPage][] = [
    ['the banner', { view: 'first' }],
    ['the banner with the opt-out signal', { view: 'first', gpc: true }],
    ['the settings before a choice', { view: 'settings', gpc: true }],
    ['the settings after one', { view: 'settings', record: RECORD, receipt: RECEIPT, leftovers: ['_tempo'] }],
    ['the settings offline', { view: 'settings', record: RECORD, history: 'fails' }],
    ['the placeholder', { view: 'embed', frame: FRAME }],
  ]
  for (const language of LANGUAGES)
    test.each(cases)(`axe finds nothing in %s, light or dark (${language})`, async (_, like) => {
      const page = await openPage({ ...like, language }, { colorScheme: 'light' })
      await page.evaluate(() => document.querySelectorAll('details').forEach(each => (each.open = true)))
      expect(await axeFindings(page, ['color-contrast', 'button-name'])).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await axeFindings(page, ['color-contrast', 'button-name'])).toEqual([])
    })
})

describe('banner', () => {
  const LAYOUTS: [string, BrowserContextOptions][] = [
    ['1280 x 800', { viewport: { width: 1280, height: 800 } }],
    ['360 x 640', { viewport: { width: 360, height: 640 } }],
    ['320 x 568', { viewport: { width: 320, height: 568 } }],
    ['400 % zoom of 1280 x 800', { viewport: { width: 320, height: 200 } }],
    ['forced colours', { viewport: { width: 360, height: 640 }, forcedColors: 'active' }],
  ]
  for (const [layout, options] of LAYOUTS)
    test.each(LANGUAGES)(`refusing is as large and as near as accepting (${layout}, %s)`, async language => {
      const page = await openPage({ language, gpc: true }, options)
      const [accept, reject, choose] = await Promise.all(
        ['accept', 'reject', 'settings'].map(act =>
          page.locator(`[data-assent=${act}]`).evaluate(button => {
            const { x, y, width, height } = button.getBoundingClientRect()
            const { fontSize, fontWeight, color, backgroundColor, borderColor } = getComputedStyle(button)
            const atCentre = document.elementFromPoint(x + width / 2, y + height / 2)
            return {
              x,
              y,
              width,
              height,
              isOnTop: atCentre === button,
              look: { fontSize, fontWeight, color, backgroundColor, borderColor },
            }
          }),
        ),
      )
      expect(reject!.look).toEqual(accept!.look)
      expect([reject!.width, reject!.height, reject!.y]).toEqual([accept!.width, accept!.height, accept!.y])
      const { width, height } = page.viewportSize()!
      for (const button of [accept!, reject!, choose!]) {
        expect(button.isOnTop).toBe(true)
        expect(button.height).toBeGreaterThanOrEqual(44)
        expect(button.x).toBeGreaterThanOrEqual(0)
        expect(button.x + button.width).toBeLessThanOrEqual(width)
        expect(button.y + button.height).toBeLessThanOrEqual(height)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    })

  test('is first in the tab order, takes no focus, and lets it leave', async () => {
    const page = await openPage({})
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    const reached: string[] = []
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(
          () =>
            (document.activeElement as HTMLElement).dataset['assent'] ?? document.activeElement!.textContent,
        ),
      )
    }
    expect(reached).toEqual(['notice', 'accept', 'reject', 'settings', 'Shop'])
    await expect.poll(() => page.getByRole('region', { name: 'You decide about cookies' }).count()).toBe(1)
  })

  test('Enter on the third stop refuses everything optional, and nothing of it stays', async () => {
    const page = await openPage({})
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await queued(page)).toMatchObject([
      {
        type: 'decision',
        method: 'banner',
        text: 'a'.repeat(64),
        choices: { preferences: false, analytics: false, marketing: false },
      },
    ])
    const left = await page.evaluate(() => [
      document.querySelectorAll('#assent').length,
      document.adoptedStyleSheets.length,
      document.documentElement.getAttribute('style') ?? '',
    ])
    expect(left).toEqual([0, 0, ''])
  })

  test('a general yes is none to what the opt-out signal covers', async () => {
    const page = await openPage({ gpc: true })
    await page.getByRole('button', { name: 'Accept all' }).click()
    expect((await queued(page)).map(({ choices }) => choices)).toEqual([
      { preferences: true, analytics: true },
    ])
  })

  test('says what the opt-out signal keeps off only while the browser sends it', async () => {
    const said = (page: Page) => page.getByText('Global Privacy Control').count()
    expect(await said(await openPage({ gpc: true }))).toBe(1)
    expect(await said(await openPage({ gpc: false }))).toBe(0)
  })

  test('Escape is "not now": nothing is decided', async () => {
    const page = await openPage({})
    await page.keyboard.press('Escape')
    expect(await queued(page)).toEqual([])
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual(['assent_loom_later'])
    expect(await page.locator('#assent').count()).toBe(0)
  })

  test("Escape in the page's own dialog is not ours", async () => {
    const page = await openPage({})
    await page.getByRole('link', { name: 'Shop' }).focus()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
    expect(await page.locator('#assent').count()).toBe(1)
  })

  test.each([
    ['1280 x 800', { width: 1280, height: 800 }],
    ['360 x 640', { width: 360, height: 640 }],
  ])('does not cover what the keyboard reaches, the last link included (%s)', async (_, viewport) => {
    const page = await openPage({}, { viewport })
    await page.getByRole('link', { name: 'Journal' }).focus()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('last')
    await expect
      .poll(() =>
        page.evaluate(() => {
          const { left, top, width, height } = document.activeElement!.getBoundingClientRect()
          return document.elementFromPoint(left + width / 2, top + height / 2)?.id
        }),
      )
      .toBe('last')
  })

  test('moves nothing on the page', async () => {
    const page = await openPage({})
    const shift = await page.evaluate(
      () =>
        new Promise<number>(done => {
          let sum = 0
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) sum += (entry as never as { value: number }).value
          }).observe({ type: 'layout-shift', buffered: true })
          setTimeout(() => done(sum), 300)
        }),
    )
    expect(shift).toBe(0)
  })

  test('breaks no policy and needs no inline style', async () => {
    const page = await openPage({})
    expect(await page.evaluate(() => (window as never as { violations?: string[] }).violations)).toBe(
      undefined,
    )
    expect(await page.locator('#assent [style], #assent [onclick]').count()).toBe(0)
  })

  test('while it is open, the control that reopens the settings does not peep out beside it', async () => {
    const page = await openPage({})
    const isSeen = await page.evaluate(() => {
      const control = document.body.appendChild(document.createElement('button'))
      control.dataset['assent'] = 'open'
      control.style.display = 'block'
      return control.checkVisibility()
    })
    expect(isSeen).toBe(false)
    await page.getByRole('button', { name: 'Reject all' }).click()
    expect(await page.locator('[data-assent=open]').isVisible()).toBe(true)
  })

  test('where sheets cannot be constructed it is shown and answered all the same', async () => {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.addInitScript(() => {
      Object.assign(window, { CSSStyleSheet: undefined })
    })
    await page.goto(views.page({}))
    await page.getByRole('button', { name: 'Reject all' }).click()
    expect(await queued(page)).toHaveLength(1)
    expect(await page.locator('#assent').count()).toBe(0)
  })

  test('is not printed', async () => {
    const page = await openPage({})
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#assent section').isVisible()).toBe(false)
  })

  test('fetches the settings while the pointer is on its way to them', async () => {
    const page = await openPage({})
    const asked = page.waitForRequest(/settings\.en\.mjs\?c=/)
    await page.getByRole('button', { name: 'Choose' }).hover()
    expect((await asked).url()).toContain('settings')
  })
})

/** What careless and hostile pages do to everything on them. */
const HOSTILE = `
  * { box-sizing: content-box !important; letter-spacing: 9px !important; text-transform: uppercase !important; margin: 33px !important }
  html { font-size: 5px } body { font: 30px/3 serif; color: red; visibility: visible }
  button { display: none !important; opacity: 0 !important; pointer-events: none !important }
  html body section button, html body div#assent button { display: none !important; font-size: 4px !important }
  section, dialog, p, h2, h3, input { position: absolute !important; left: -9999px !important; color: #fff !important; background: #fff !important }
  div { height: 0 !important; overflow: hidden !important } *::before { content: 'ad' !important }
`

describe('isolation', () => {
  const looks = (page: Page): Promise<unknown> =>
    page.evaluate(() =>
      [...document.querySelectorAll('#assent *, .assent-embed *')].map(element => {
        const { x, y, width, height } = element.getBoundingClientRect()
        const { color, backgroundColor, fontSize, display, opacity, letterSpacing } =
          getComputedStyle(element)
        const box = element.closest('.assent-embed') ? [width, height] : [x, y, width, height]
        return [
          element.tagName,
          ...box.map(Math.round),
          color,
          backgroundColor,
          fontSize,
          display,
          opacity,
          letterSpacing,
        ]
      }),
    )
  test.each<[string, ViewsPage]>([
    ['the banner', { view: 'first' }],
    ['the settings', { view: 'settings', record: RECORD, receipt: RECEIPT }],
  ])('a hostile style sheet changes nothing in %s', async (_, like) => {
    const plain = await looks(await openPage(like))
    const attacked = await looks(await openPage({ ...like, css: HOSTILE }))
    expect((plain as unknown[]).length).toBeGreaterThan(5)
    expect(attacked).toEqual(plain)
  })
})

describe('settings', () => {
  const SETTINGS: ViewsPage = { view: 'settings' }
  const opened = (page: Page) => page.getByRole('dialog', { name: 'Cookie settings' })

  test('holds the focus while open and starts at its title', async () => {
    const page = await openPage({ ...SETTINGS, record: RECORD, receipt: RECEIPT })
    expect(await focused(page)).toBe('assent-settings-title')
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).toBe('save')
    await page.keyboard.press('Tab')
    // The choice of language, which stands before the cross.
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('SELECT')
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab')
      expect(
        await page.evaluate(() => document.querySelector('dialog')!.contains(document.activeElement)),
      ).toBe(true)
    }
  })

  test('opened from the banner, Escape grants nothing and gives the focus back', async () => {
    const page = await openPage({})
    for (const _ of 'abcd') await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await opened(page).waitFor()
    await page.getByRole('switch', { name: 'Analytics' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Escape')
    await opened(page).waitFor({ state: 'detached' })
    expect(await saves(page)).toEqual([])
    expect(await focused(page)).toBe('settings')
    expect(await page.locator('body > #assent > section').isVisible()).toBe(true)
  })

  test('a decision in it closes the question too', async () => {
    const page = await openPage({})
    await page.getByRole('button', { name: 'Choose' }).click()
    await opened(page).getByRole('switch', { name: 'Analytics' }).check()
    await opened(page).getByRole('button', { name: 'Save my choice' }).click()
    expect(await saves(page)).toEqual([
      ['save', { preferences: false, analytics: true, marketing: false }, 'settings', 'decision', 64],
    ])
    expect(await page.locator('#assent').count()).toBe(0)
  })

  test('nothing optional is on before a choice, and what is necessary has no switch', async () => {
    const page = await openPage(SETTINGS)
    const switches = page.getByRole('switch')
    expect(await switches.count()).toBe(3)
    expect(await page.getByRole('switch', { checked: true }).count()).toBe(0)
    expect(await opened(page).getByText('Always on', { exact: true }).count()).toBe(1)
  })

  test('shows what is stored, and withdraws it all in one click', async () => {
    const page = await openPage({ ...SETTINGS, record: RECORD, receipt: RECEIPT })
    expect(await page.getByRole('switch', { checked: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Withdraw everything' }).click()
    expect(await saves(page)).toEqual([
      ['save', { preferences: false, analytics: false, marketing: false }, 'settings', 'withdrawal', 64],
    ])
  })

  test('accepting and refusing look alike in it', async () => {
    const page = await openPage(SETTINGS)
    const [accept, reject] = await Promise.all(
      ['accept', 'reject'].map(act =>
        page.locator(`dialog [data-assent=${act}]`).evaluate(button => {
          const { width, height, y } = button.getBoundingClientRect()
          const { fontSize, fontWeight, color, backgroundColor, borderColor } = getComputedStyle(button)
          return { width, height, y, fontSize, fontWeight, color, backgroundColor, borderColor }
        }),
      ),
    )
    expect(reject).toEqual(accept)
  })

  test('gives the receipt to take away, asked for with the secret', async () => {
    const page = await openPage({ ...SETTINGS, record: RECORD, receipt: RECEIPT })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download receipt' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`receipt-${RECEIPT.id}.json`)
    expect(readFileSync(await download.path(), 'utf8')).toBe('{"assentReceipt":1}')
  })

  test.each([
    [
      'data-consent="marketing" data-service="visat" data-src="https://vista.example/"',
      ['data-service="visat" is no service of this site', 'add { "id": "visat", … } to "services"'],
    ],
    [
      'data-consent="adverts" data-src="https://vista.example/"',
      ['data-consent="adverts" is no purpose of this site', 'necessary, preferences, analytics, marketing'],
    ],
    [
      'data-consent="preferences" data-service="nimbus" data-src="/chat"',
      ['data-service="nimbus" is not approved', '"state": "approved"'],
    ],
    [
      'data-consent="preferences" data-src="https://nimbus.example/"',
      ['names nimbus.example, and so the service "nimbus", which is not approved'],
    ],
    [FRAME, []],
  ])('the console tells the owner why it never loads: %s', async (frame, told) => {
    const page = await openPage({ frame })
    const warnings: string[] = []
    page.on('console', message => message.type() === 'warning' && warnings.push(message.text()))
    await page.evaluate(() => window.assent!.open())
    await page.getByRole('dialog').waitFor()
    expect(warnings).toHaveLength(told.length > 0 ? 1 : 0)
    for (const part of told) expect(warnings[0]).toContain(part)
  })

  test('breaks no policy', async () => {
    const page = await openPage({ ...SETTINGS, record: RECORD, receipt: RECEIPT })
    expect(await page.evaluate(() => (window as never as { violations?: string[] }).violations)).toBe(
      undefined,
    )
  })

  test.each(LANGUAGES)('everything can be reached at 320 px and at 400 percent zoom (%s)', async language => {
    const page = await openPage(
      { ...SETTINGS, language, record: RECORD, receipt: RECEIPT },
      { viewport: { width: 320, height: 256 } },
    )
    expect(
      await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.querySelector('dialog')!
        return scrollWidth - clientWidth
      }),
    ).toBe(0)
    for (const act of ['withdraw', 'download', 'accept', 'reject', 'save']) {
      const button = page.locator(`dialog [data-assent=${act}]`)
      await button.focus()
      const isSeen = await button.evaluate(b => {
        const { x, y, width, height } = b.getBoundingClientRect()
        return document.elementFromPoint(x + width / 2, y + height / 2) === b
      })
      expect([act, isSeen]).toEqual([act, true])
    }
  })
})

describe('embed placeholder', () => {
  test('names who it is and what for, and grants that purpose in place', async () => {
    const page = await openPage({ view: 'embed', frame: FRAME })
    expect(await page.getByText('Vista is not loaded yet').isVisible()).toBe(true)
    expect(await page.locator('iframe').isVisible()).toBe(false)
    await page.locator('.assent-embed').getByRole('button', { name: 'Allow “Marketing”' }).focus()
    await page.keyboard.press('Enter')
    expect(await saves(page)).toEqual([['save', { marketing: true }, 'embed', undefined, 64]])
    expect(await page.locator('.assent-embed').count()).toBe(0)
    expect(await page.locator('iframe').isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('IFRAME')
  })

  test('knows the service by its address when nobody named it', async () => {
    const page = await openPage({
      view: 'embed',
      frame: 'data-consent="marketing" data-src="https://vista.example/e/2"',
    })
    expect(await page.getByText('Vista is not loaded yet').count()).toBe(1)
  })

  test('says so when it knows nothing but the purpose', async () => {
    const page = await openPage({
      view: 'embed',
      frame: 'data-consent="analytics" data-src="https://other.example/"',
    })
    expect(await page.getByText('This content is not loaded yet').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Allow “Analytics”' }).count()).toBe(1)
  })

  test('offers no consent for what was never approved', async () => {
    const page = await openPage({
      view: 'embed',
      frame: 'data-consent="preferences" data-service="nimbus" data-src="https://nimbus.example/"',
    })
    expect(await page.getByText('has not approved Nimbus Chat').count()).toBe(1)
    expect(await page.locator('.assent-embed [data-assent=accept]').count()).toBe(0)
  })
})
