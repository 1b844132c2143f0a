import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { startForms, type FormServer } from '../support/form-server.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'

const NO_SCRIPTS: BrowserContextOptions = { javaScriptEnabled: false }
const NUMBER = '+44 7400 123456'

let forms: FormServer
let browser: Browser
let visitor: Visitor
let page: Page

beforeAll(async () => {
  ;[forms, browser] = await Promise.all([startForms(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await forms?.close()
})
beforeEach(async () => {
  visitor = await newVisitor(browser, NO_SCRIPTS)
  page = visitor.page
})
afterEach(() => visitor.leave())

const address = (name: string, language = 'en', site = 'loom'): string =>
  `${forms.origin}/s/${site}/${name}.${language}.html`
const said = (text: string | RegExp): Locator => page.getByText(text).locator('visible=true')
const size = (): number => forms.ledger.store.log('loom').size

async function write(channel: 'email' | 'sms', typed: string): Promise<void> {
  await page.locator(`[name="${channel}"]`).check()
  await page.locator(`[name="${channel}-address"]`).fill(typed)
}
const send = (): Promise<void> => page.locator('[type=submit]').click()
const field = (name: string): Locator => page.locator(`[name="${name}"]`)

/** A page of somebody else sends the form, filled in. */
async function sendFromElsewhere(language: string): Promise<void> {
  await page.route('http://127.0.0.1:9/', route =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${address('opt-in.weekly', language)}"><input name="sms" value="yes"><input name="sms-address" value="${NUMBER}"><button>Go</button></form>`,
    }),
  )
  await page.goto('http://127.0.0.1:9/')
  await page.getByRole('button').click()
  await page.locator('.assent-refusal').waitFor()
}

/** What was typed is there still, in the page and in no address. */
async function isKept(): Promise<void> {
  expect(await field('sms-address').inputValue()).toBe(NUMBER)
  expect(await field('sms').isChecked()).toBe(true)
  expect(visitor.requests.filter(url => /7400|123456|[?#]/.test(url))).toEqual([])
}

describe('what passes by itself: the form stands as it was typed, and says when to send it again', () => {
  test('too much at once', async () => {
    const few = await startForms({ perMinute: 1, burst: 1, sitePerHour: 100 })
    try {
      await page.goto(`${few.origin}/s/loom/opt-in.weekly.en.html`)
      await send()
      expect(await said('Nothing is ticked').isVisible()).toBe(true)
      await write('sms', NUMBER)
      const [answer] = await Promise.all([page.waitForResponse(r => r.request().method() === 'POST'), send()])
      expect([answer.status(), answer.headers()['retry-after']]).toEqual([429, '60'])
      expect(await said('What you wrote is still here: send it again in 1 minute.').isVisible()).toBe(true)
      await isKept()
      few.ledger.advance(60_000)
      await send()
      expect(await said('You agreed to “Loomwork weekly” by text message').isVisible()).toBe(true)
    } finally {
      await few.close()
    }
  })

  test('a log that takes nothing at the moment', async () => {
    await page.goto(address('opt-in.weekly'))
    await write('sms', NUMBER)
    forms.suspended.add('loom')
    const [answer] = await Promise.all([page.waitForResponse(r => r.request().method() === 'POST'), send()])
    forms.suspended.clear()
    expect([answer.status(), answer.headers()['retry-after']]).toEqual([503, '60'])
    expect(await said('Nothing can be recorded at the moment').isVisible()).toBe(true)
    await isKept()
    await send()
    expect(await said('You agreed to “Loomwork weekly” by text message').isVisible()).toBe(true)
  })

  test('a fault after which nobody knows: sent again, it counts once', async () => {
    await page.goto(address('opt-in.weekly'))
    await write('sms', NUMBER)
    const { store } = forms.ledger
    const { append } = store
    const before = size()
    Object.assign(store, {
      async append(...given: Parameters<typeof append>) {
        await append.apply(store, given)
        throw new Error('the answer is lost')
      },
    })
    await send()
    Object.assign(store, { append })
    expect(await said('it is not certain that this was recorded').isVisible()).toBe(true)
    expect(size()).toBe(before + 1)
    await isKept()
    await send()
    expect(await said('You agreed to “Loomwork weekly” by text message').isVisible()).toBe(true)
    expect(size()).toBe(before + 1)
  })

  test('the same where messages are stopped', async () => {
    await page.goto(address('opt-out', 'de'))
    await field('email-address').fill('mira@post.example')
    forms.suspended.add('loom')
    await send()
    forms.suspended.clear()
    expect(await said('Senden Sie in einigen Minuten noch einmal').isVisible()).toBe(true)
    expect(await field('email-address').inputValue()).toBe('mira@post.example')
    await send()
    expect(await said('bekommt keine Nachrichten mehr').isVisible()).toBe(true)
  })

  test('what to do is in sight and has the focus, however long the form is', async () => {
    await page.setViewportSize({ width: 360, height: 500 })
    await page.goto(address('opt-in.weekly'))
    await write('sms', NUMBER)
    forms.suspended.add('loom')
    await send()
    forms.suspended.clear()
    const shown = said('Nothing can be recorded at the moment')
    const box = (await shown.boundingBox())!
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height).toBeLessThanOrEqual(500)
    expect(await shown.evaluate(element => element === document.activeElement)).toBe(true)
  })
})

describe('words that are others meanwhile', () => {
  test('are read again, with no box ticked; who agreed to the older ones is shown those', async () => {
    await page.goto(address('opt-in.weekly'))
    await write('sms', '12')
    await forms.publish(program => [{ ...program, name: { en: 'Other', de: 'Other', ar: 'Other' } }])
    try {
      await send()
      expect(await said('The words of this form have changed').isVisible()).toBe(true)
      expect(await said('This is not a complete phone number.').isVisible()).toBe(false)
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Other')
      expect(await field('sms').isChecked()).toBe(false)
      await field('sms').check()
      expect(await field('sms-address').inputValue()).toBe('12')
      await field('sms-address').fill(NUMBER)
      await forms.publish()
      await send()
      expect(await said('You agreed to “Other” by text message').isVisible()).toBe(true)
    } finally {
      await forms.publish()
    }
  })

  test('that were never published are not recorded', async () => {
    await page.goto(address('opt-in.weekly'))
    await write('sms', NUMBER)
    const before = size()
    await page.route('**/opt-in.weekly.en.html', route =>
      route.continue({
        postData:
          route
            .request()
            .postData()
            ?.replace(/text=\w+/, `text=${'a'.repeat(64)}`) ?? '',
      }),
    )
    await send()
    expect(await said('The words of this form have changed').isVisible()).toBe(true)
    expect(await field('sms').isChecked()).toBe(false)
    expect(size()).toBe(before)
  })
})

describe('where there is nothing to show but the refusal', () => {
  const heading = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText()
  const back = async (): Promise<string | null> =>
    page.getByRole('link', { name: 'www.loomwork.example' }).getAttribute('href')

  test.each([
    ['opt-in.no-such', 'There is no such page'],
    ['opt-in', 'There is no such page'],
    ['anything', 'There is no such page'],
  ])('%s', async (name, title) => {
    const answer = await page.goto(address(name))
    expect(answer!.status()).toBe(404)
    expect(await heading()).toBe(title)
    expect(await back()).toBe('https://www.loomwork.example')
    await page.getByRole('link', { name: 'Privacy notice' }).click()
    expect(await heading()).toContain('Privacy notice')
  })

  test('a version of the notice that never was', async () => {
    const answer = await page.goto(`${forms.origin}/s/loom/notice.ar.${'a'.repeat(64)}.html`)
    expect(answer!.status()).toBe(404)
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    expect(await heading()).toBe('هذه الصفحة غير موجودة')
  })

  test('a sign-up that is closed, opened or sent', async () => {
    await page.goto(address('opt-in.weekly', 'de'))
    await write('sms', NUMBER)
    await forms.publish(program => [{ ...program, open: false }])
    try {
      await send()
      expect(await heading()).toBe('Diese Anmeldung ist geschlossen')
      const answer = await page.goto(address('opt-in.weekly', 'ar'))
      expect(answer!.status()).toBe(404)
      expect(await heading()).toBe('هذا الاشتراك مغلق')
      await page.locator('main').getByRole('link').first().click()
      expect(await heading()).toBe('إيقاف الرسائل')
    } finally {
      await forms.publish()
    }
  })

  test('a form that another page sent is never filled with what that sent', async () => {
    const before = size()
    await sendFromElsewhere('en')
    expect(await heading()).toBe('Nothing was recorded')
    expect(await page.content()).not.toContain(NUMBER)
    expect(size()).toBe(before)
    // The way on is to ask for the form, not to send it again.
    await page.getByRole('link', { name: 'Open the form again' }).click()
    expect(await heading()).toBe('Loomwork weekly')
    await write('sms', NUMBER)
    await send()
    expect(await said('You agreed to').isVisible()).toBe(true)
  })

  test('a site that is not here, in the language of the address or else the reader’s', async () => {
    for (const [language, title] of [
      ['en', 'There is no such page'],
      ['de', 'Diese Seite gibt es nicht'],
      ['ar', 'هذه الصفحة غير موجودة'],
    ] as const) {
      // oxlint-disable no-await-in-loop
      await page.goto(address('opt-out', language, 'nowhere'))
      expect(await heading()).toBe(title)
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      // oxlint-enable no-await-in-loop
    }
    await visitor.leave()
    visitor = await newVisitor(browser, { ...NO_SCRIPTS, locale: 'de-AT' })
    page = visitor.page
    await page.goto(`${forms.origin}/s/nowhere/notice`)
    expect(await heading()).toBe('Diese Seite gibt es nicht')
  })

  test('storage that fails is said with the number of the fault', async () => {
    const { store } = forms.ledger
    const { text } = store
    Object.assign(store, {
      text() {
        throw Object.assign(new Error('disk on fire'), { code: 'SQLITE_IOERR' })
      },
    })
    const answer = await page.goto(address('opt-in.weekly'))
    Object.assign(store, { text })
    expect(answer!.status()).toBe(503)
    expect(await heading()).toBe('This does not work at the moment')
    expect(await page.locator('code').innerText()).toMatch(/^urn:uuid:/)
    expect(await page.content()).not.toContain('fire')
  })
})

describe('accessibility', () => {
  /** With a script engine: without one axe cannot look. The pages have no script either way. */
  beforeEach(async () => {
    await visitor.leave()
    visitor = await newVisitor(browser)
    page = visitor.page
  })

  const KINDS: [string, (language: string) => Promise<unknown>][] = [
    ['no such page', language => page.goto(address('opt-in.no-such', language))],
    ['no such site', language => page.goto(address('opt-out', language, 'nowhere'))],
    [
      'paused',
      async language => {
        await page.goto(address('opt-in.weekly', language))
        await write('sms', NUMBER)
        forms.suspended.add('loom')
        await send()
        await page.locator('.assent-fault:visible').waitFor()
        forms.suspended.clear()
      },
    ],
    ['sent from elsewhere', sendFromElsewhere],
  ]
  describe.each(['en', 'de', 'ar'])('%s', language => {
    test.each(KINDS)('axe finds nothing (%s)', async (_, reach) => {
      await reach(language)
      expect(await axeFindings(page, ['color-contrast', 'document-title'])).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await axeFindings(page, ['color-contrast'])).toEqual([])
    })
  })
})
