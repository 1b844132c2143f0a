import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { axeFindings } from '../support/axe.ts'
import {
  acknowledged,
  eventually,
  launchBrowser,
  lookAround,
  newVisitor,
  ours,
  press,
  whatIsKept,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser
let visitor: Visitor
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
  page = visitor.page
})
afterEach(() => visitor.leave())

const NUMBER = '07400 123456'
const MAILBOX = 'mira.lund@post.example'

const form = (): Locator => page.locator('[data-assent-form] .assent-form')
const signUp = (): Promise<void> => page.getByRole('button', { name: 'Sign up' }).first().click()
const said = (text: string): Locator => page.getByText(text).locator('visible=true')

/** The form on the services page, after the cookie question. */
async function openForm(): Promise<void> {
  await page.goto(`${world.harbor}/services.html`)
  await press(page, 'reject')
  await form().waitFor()
}

/** Ticks a box and writes what belongs to it. */
async function write(channel: 'email' | 'sms', address: string): Promise<void> {
  await page.locator(`[name="${channel}"]`).first().check()
  await page.locator(`[name="${channel}-address"]`).first().fill(address)
}

/** Entries of the log, read from the file beside the running server. */
function entries(site: 'loom' | 'harbor' = 'harbor', type = 'opt-in'): (OptInEntry & { idx: number })[] {
  const database = new Database(join(world.data, 'ledger.db'), { readonly: true })
  try {
    const rows = database
      .prepare<[string], { idx: number; entry: string }>('SELECT idx, entry FROM entries WHERE site = ?')
      .all(site)
    return rows
      .map(({ idx, entry }) => ({ ...(JSON.parse(entry) as OptInEntry), idx }))
      .filter(entry => (entry.type as string) === type)
  } finally {
    database.close()
  }
}

function sealedRow(index: number): unknown {
  const database = new Database(join(world.data, 'ledger.db'), { readonly: true })
  try {
    return database
      .prepare('SELECT subject FROM private_parts WHERE site = ? AND idx = ?')
      .get('harbor', index)
  } finally {
    database.close()
  }
}

/** Names of files in the data folder that hold this text in the clear. */
const filesWith = (text: string, folder = world.data): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    // A checkpoint being written takes its own name a moment later, and may be gone under this one.
    .filter(entry => entry.isFile() && !entry.name.endsWith('.new'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => readFileSync(file).includes(text))

/** Bodies of opt-ins that left the page. */
function sentOptIns(): Record<string, unknown>[][] {
  const sent: Record<string, unknown>[][] = []
  visitor.context.on('request', request => {
    if (request.url().endsWith('/opt-ins'))
      sent.push((JSON.parse(request.postData()!) as { optIns: Record<string, unknown>[] }).optIns)
  })
  return sent
}

const withProgram =
  (change: Partial<Program>) =>
  (site: SiteConfiguration): SiteConfiguration => ({
    ...site,
    programs: site.programs.map(program => ({ ...program, ...change })),
  })

/** For this test only. */
async function published(site: 'loom' | 'harbor', change: Partial<Program>): Promise<void> {
  await world.publish(site, withProgram(change))
  onTestFinished(() => world.publish(site))
}

describe('the embedded form', () => {
  test('asks apart from cookies: a box of its own for each channel, none ticked, and valid with none ticked', async () => {
    await openForm()
    const boxes = form().getByRole('checkbox')
    expect(await boxes.count()).toBe(3)
    for (const box of await boxes.all()) expect(await box.isChecked()).toBe(false)
    for (const channel of ['email', 'sms']) {
      const disclosure = await form().locator(`label:has([name="${channel}"])`).innerText()
      expect(disclosure).toMatch(/^Yes, send me .*Harborline IT/)
      expect(await form().locator(`[name="${channel}-address"]`).isVisible()).toBe(false)
    }
    expect(await form().getByText('Harborline IT Ltd asks').isVisible()).toBe(true)
    const before = entries().length
    await signUp()
    expect(await said('Nothing is ticked, so nothing was sent.').isVisible()).toBe(true)
    expect(entries()).toHaveLength(before)
    expect(visitor.requests.filter(url => url.includes('opt-ins'))).toEqual([])
    expect(visitor.complaints).toEqual([])
  })

  test('one ticked box is one entry with its sealed address; of the other box nothing leaves the page', async () => {
    await openForm()
    const sent = sentOptIns()
    const before = entries().length
    await write('email', MAILBOX)
    await page.locator('[name=email]').uncheck()
    await write('sms', NUMBER)
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('You agreed to “Harborline offers” by text message (SMS)').waitFor()
    expect(sent).toMatchObject([[{ program: 'harbor-offers', channel: 'sms', address: NUMBER, ofAge: true }]])
    const added = entries().slice(before)
    expect(added).toMatchObject([
      { program: 'harbor-offers', channel: 'sms', method: 'form', language: 'en', ofAge: true },
    ])
    expect(await page.locator('[data-receipt=sms]').innerText()).toBe(added[0]!.id)
    expect(sealedRow(added[0]!.idx)).toEqual({ subject: added[0]!.subject })
    for (const text of [MAILBOX, NUMBER, '+447400123456', '7400123456']) expect(filesWith(text)).toEqual([])
    await acknowledged(visitor, 1)
    const kept = await whatIsKept(visitor)
    expect([kept.local, kept.session]).toEqual([[], []])
    expect(await world.verify()).toMatch(/harbor/)
  })

  test('a number beside a box that is not ticked is stored nowhere', async () => {
    await openForm()
    const sent = sentOptIns()
    const before = entries().length
    await write('sms', '07400 654321')
    await page.locator('[name=sms]').uncheck()
    await signUp()
    await said('Nothing is ticked').waitFor()
    expect(sent).toEqual([])
    expect(entries()).toHaveLength(before)
    expect(filesWith('654321')).toEqual([])
    await acknowledged(visitor, 1)
    expect(await whatIsKept(visitor)).toMatchObject({ local: [], session: [], databases: [], caches: [] })
  })

  test('who does not say to be old enough is told so, and their address never leaves the page', async () => {
    await openForm()
    const sent = sentOptIns()
    await write('sms', NUMBER)
    await signUp()
    await said('only for people who are 16 or older').waitFor()
    expect(await focusedName()).toBe('of-age')
    expect(sent).toEqual([])
    // Nor does the server take it from whoever leaves the box out.
    const optIn = { ...(await someOptIn()), ofAge: undefined }
    expect(await postOptIn(optIn)).toMatchObject({ entries: [{ refused: 'minor' }] })
  })

  test.each([
    ['email', '', 'Write your e-mail address, or untick the box.'],
    ['sms', '', 'Write your mobile number, or untick the box.'],
    ['email', 'mira@post', 'This is not a complete e-mail address.'],
    ['email', '07400 123456', 'This is not a complete e-mail address.'],
    ['sms', '12345', 'This is not a complete phone number.'],
    ['sms', '+33 6 12 34 56 78', 'Text messages go only to numbers from: United Kingdom'],
  ] as const)(
    'what is wrong is said beside its field, and what was typed stays: %s "%s"',
    async (channel, typed, words) => {
      await openForm()
      const before = entries().length
      await write(channel, typed)
      await page.locator('[name=of-age]').check()
      await signUp()
      await said(words).waitFor()
      const field = page.locator(`[name="${channel}-address"]`)
      expect(await field.inputValue()).toBe(typed)
      expect(await focusedName()).toBe(`${channel}-address`)
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      const described = await field.getAttribute('aria-describedby')
      expect(await page.locator(`[id="${described}"]`).innerText()).toContain(words)
      expect(await form().locator(`[data-channel="${channel}"]`).innerText()).toContain(words)
      expect(entries()).toHaveLength(before)
    },
  )

  test('what is right is recorded and what is wrong stays to be corrected', async () => {
    await openForm()
    const before = entries().length
    await write('email', 'mira.two@post.example')
    await write('sms', '12345')
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('You agreed to “Harborline offers” by e-mail').waitFor()
    expect(await page.locator('[name=email]').isVisible()).toBe(false)
    await page.locator('[name=sms-address]').fill('07400 123457')
    await signUp()
    await said('by text message (SMS), in these words').waitFor()
    expect(
      entries()
        .slice(before)
        .map(({ channel }) => channel),
    ).toEqual(['email', 'sms'])
    expect(await page.locator('.assent-form form').isVisible()).toBe(false)
    expect(await page.getByRole('link', { name: 'Stop messages' }).getAttribute('href')).toBe(
      `${world.host}/s/harbor/opt-out.en.html`,
    )
  })

  test('a program closed meanwhile says so', async () => {
    await openForm()
    await published('harbor', { open: false })
    await write('sms', NUMBER)
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('This sign-up has been closed meanwhile. Nothing was recorded.').waitFor()
    expect(await page.locator('[name=sms-address]').inputValue()).toBe(NUMBER)
  })

  test('words that were never published are refused, and the reader is told to read again', async () => {
    await openForm()
    await page.route('**/opt-ins', route => {
      const body = route
        .request()
        .postData()!
        .replace(/"text":"[0-9a-f]{64}"/, `"text":"${'0'.repeat(64)}"`)
      return route.continue({ postData: body })
    })
    await write('sms', NUMBER)
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('Reload the page, read the form again').waitFor()
    expect(await page.locator('[name=sms-address]').inputValue()).toBe(NUMBER)
  })

  test('too much at once is told as that', async () => {
    await openForm()
    await page.route('**/opt-ins', route => route.fulfill({ status: 429, body: '{}', headers: ALLOWED }))
    await write('sms', NUMBER)
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('Wait a minute, then send it again.').waitFor()
    expect(await page.locator('[name=sms-address]').inputValue()).toBe(NUMBER)
  })

  test('an answer that is lost is told, the form stays, and sending again counts once', async () => {
    await openForm()
    const before = entries().length
    await loseOneAnswer()
    await write('sms', '07400 123458')
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('No answer came').waitFor()
    expect(entries()).toHaveLength(before + 1)
    expect(await page.locator('[name=sms-address]').inputValue()).toBe('07400 123458')
    await signUp()
    await said('by text message (SMS), in these words').waitFor()
    expect(entries()).toHaveLength(before + 1)
  })

  test('another address after a lost answer is another opt-in', async () => {
    await openForm()
    const before = entries().length
    await loseOneAnswer()
    await write('sms', '07400 123461')
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('No answer came').waitFor()
    await page.locator('[name=sms-address]').fill('07400 123462')
    await signUp()
    await said('by text message (SMS), in these words').waitFor()
    expect(entries()).toHaveLength(before + 2)
  })

  test('clicking twice is one entry', async () => {
    await openForm()
    const before = entries().length
    await write('sms', '07400 123459')
    await page.locator('[name=of-age]').check()
    await page.getByRole('button', { name: 'Sign up' }).dblclick()
    await said('by text message (SMS), in these words').waitFor()
    expect(entries()).toHaveLength(before + 1)
  })

  test('where opt-ins are confirmed, the person is told that it holds only then', async () => {
    await published('harbor', { confirmation: 'double' })
    await openForm()
    await write('sms', '07400 123460')
    await page.locator('[name=of-age]').check()
    await signUp()
    await said('It holds only once you have confirmed it: a message there asks you to.').waitFor()
    expect(entries().at(-1)).toMatchObject({ confirmation: 'double' })
  })

  test('by keyboard alone: tick, write, send', async () => {
    await openForm()
    const before = entries().length
    await page.locator('[name=email]').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    expect(await focusedName()).toBe('email-address')
    await page.keyboard.type('mira.three@post.example')
    await page.keyboard.press('Tab')
    expect(await focusedName()).toBe('sms')
    await page.keyboard.press('Tab')
    expect(await focusedName()).toBe('of-age')
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await said('You agreed to “Harborline offers” by e-mail').waitFor()
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('assent-done')
    expect(entries()).toHaveLength(before + 1)
  })

  test('fills an element that comes late, twice on one page too, each id once', async () => {
    await openForm()
    await page.evaluate(() => {
      for (let i = 0; i < 2; i++) {
        const late = document.createElement('div')
        late.dataset['assentForm'] = 'harbor-offers'
        document.querySelector('main')!.append(late)
      }
    })
    await eventually(() => form().count()).toBe(3)
    const ids = await page.evaluate(() => Array.from(document.querySelectorAll('[id]'), each => each.id))
    expect(ids.length).toBe(new Set(ids).size)
    expect(ids.length).toBeGreaterThan(10)
  })

  test('a program that does not exist leaves what the owner put there', async () => {
    await openForm()
    await page.evaluate(() => {
      const late = document.createElement('div')
      late.dataset['assentForm'] = 'no-such'
      late.textContent = 'as it was'
      document.querySelector('main')!.append(late)
    })
    await lookAround(page, 1)
    expect(await page.getByText('as it was').isVisible()).toBe(true)
  })

  test.each([
    'x/../../loom/opt-in-weekly',
    'x\\..\\..\\loom\\opt-in-weekly',
    'x/../../loom/notice',
    'x/../../loom/first.en.mjs#',
  ])('markup leads to no other site of the same server (%s)', async program => {
    await openForm()
    await page.evaluate(named => {
      const late = document.createElement('div')
      late.dataset['assentForm'] = named
      late.textContent = 'as it was'
      document.querySelector('main')!.append(late)
    }, program)
    await expect.poll(() => visitor.requests.at(-1)).toContain('/s/harbor/opt-in-x-')
    await lookAround(page, 1)
    expect(await page.getByText('as it was').isVisible()).toBe(true)
    expect(visitor.requests.filter(url => url.includes('/loom/'))).toEqual([])
  })

  test('runs under the harshest page policy without a complaint', async () => {
    const policy = `default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; style-src 'nonce-n'; connect-src ${world.host}; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
    const stub = world.snippet.replace('<script>', '<script nonce="n">')
    world.plain.serve(
      'www.loom.test/harsh',
      `<!doctype html><html lang="en"><title>Harsh</title>${stub}<body><div data-assent-form="weekly"></div>`,
      { 'content-security-policy': policy },
    )
    await page.goto(`${world.plain.origin('www.loom.test')}/harsh`)
    await press(page, 'reject')
    await form().waitFor()
    const before = entries('loom').length
    await write('email', MAILBOX)
    await signUp()
    await said('You agreed to “Loomwork weekly” by e-mail').waitFor()
    expect(entries('loom')).toHaveLength(before + 1)
    expect(visitor.complaints).toEqual([])
    await page.getByRole('link', { name: 'Stop messages' }).click()
    await page.locator('[name="email-address"]').fill(MAILBOX)
    await page.getByRole('button', { name: 'Stop messages' }).click()
    await said('The e-mail address you wrote gets no more messages').waitFor()
    expect(visitor.complaints).toEqual([])
    // Styled all the same.
    expect(await page.locator('.assent-box').evaluate(box => getComputedStyle(box).borderRadius)).toBe('12px')
  })
})

const ALLOWED = { 'access-control-allow-origin': '*' }

const focusedName = (): Promise<string> =>
  page.evaluate(() => (document.activeElement as HTMLInputElement).name)

/** A well-formed opt-in, by what is published now. */
async function someOptIn(): Promise<Record<string, unknown>> {
  const module = await (await fetch(`${world.local}/s/harbor/opt-in-harbor-offers.en.mjs`)).text()
  const [, text, configuration] = /const text="(\w+)",configuration="(\w+)"/.exec(module)!
  return {
    id: '01a217d2-119e-72c8-bf74-902e21fc27ba',
    program: 'harbor-offers',
    channel: 'sms',
    address: '07400 777777',
    decidedAt: Date.now(),
    configuration,
    text,
    language: 'en',
    method: 'form',
    ofAge: true,
  }
}

async function postOptIn(optIn: object): Promise<unknown> {
  const answer = await fetch(`${world.local}/v1/sites/harbor/opt-ins`, {
    method: 'POST',
    headers: { origin: world.harbor, 'content-type': 'text/plain' },
    body: JSON.stringify({ optIns: [optIn] }),
  })
  return answer.json()
}

/** The next opt-in arrives, and nobody hears of it. */
async function loseOneAnswer(): Promise<void> {
  let isLost = false
  await page.route('**/opt-ins', async route => {
    if (isLost) return route.continue()
    isLost = true
    // Playwright itself knows no invented host names.
    await route.fetch({ url: route.request().url().replace(world.host, world.local) })
    return route.abort()
  })
}

describe('the offer', () => {
  const SECONDS = 2
  const banner = (): Locator =>
    page.getByRole('region', { name: 'Loomwork weekly' }).and(page.locator('.assent-offer *'))
  const isOffered = async (): Promise<boolean> => {
    await lookAround(page, SECONDS + 1.5)
    return banner().isVisible()
  }

  const OFFER: Partial<Program> = { offer: { afterSeconds: SECONDS, quietDays: 30 } }
  beforeAll(() => world.publish('loom', withProgram(OFFER)))
  afterAll(() => world.publish('loom'))

  test('comes by the owner’s rule apart from cookies, not before that choice nor in its page view, closes without consent, and stays away for its period', async () => {
    const before = world.size()
    await page.goto(world.loom)
    await ours(page, 'reject').waitFor()
    expect(await isOffered()).toBe(false)
    await page.reload()
    // At once, so that its time is still to come.
    await press(page, 'reject')
    expect(await isOffered()).toBe(false)
    await page.reload()
    await banner().waitFor()
    for (const box of await banner().getByRole('checkbox').all()) expect(await box.isChecked()).toBe(false)
    // It takes no focus.
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.keyboard.press('Escape')
    expect(await banner().count()).toBe(0)
    await eventually(() => world.size()).toBe(before + 1)
    await acknowledged(visitor, 1)
    const kept = await whatIsKept(visitor)
    expect([kept.local, kept.session]).toEqual([['assent_loom_quiet_weekly'], []])
    await page.reload()
    expect(await isOffered()).toBe(false)
    await page.evaluate(() => {
      localStorage['assent_loom_quiet_weekly'] = Date.now() - 1000
    })
    await page.reload()
    await banner().waitFor()
    expect(visitor.complaints).toEqual([])
  })

  test('closes by its button, and is answered as an offer', async () => {
    await page.goto(world.loom)
    await press(page, 'accept')
    await page.reload()
    await banner().waitFor()
    await banner().getByRole('button', { name: 'Close' }).click()
    expect(await page.locator('.assent-offer').count()).toBe(0)
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await banner().waitFor()
    const before = entries('loom').length
    await banner().locator('[name=email]').check()
    await banner().locator('[name=email-address]').fill('mira.offer@post.example')
    await banner().getByRole('button', { name: 'Sign up' }).click()
    await said('You agreed to “Loomwork weekly” by e-mail').waitFor()
    expect(entries('loom').slice(before)).toMatchObject([{ method: 'offer', channel: 'email' }])
    await page.reload()
    expect(await isOffered()).toBe(false)
  })

  test('is opened by the site’s own button without a rule', async () => {
    await page.goto(world.harbor)
    await press(page, 'reject')
    await page.evaluate(() => window.assent!.open('opt-in:harbor-offers'))
    await page.getByRole('region', { name: 'Harborline offers' }).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await acknowledged(visitor, 1)
    expect((await whatIsKept(visitor)).local).toEqual([])
  })

  test('where cookies are asked about again, nothing is offered beside the question, nor once it was put off', async () => {
    await page.goto(world.loom)
    // Who has refused everything is not asked about what is new.
    await press(page, 'accept')
    await world.publish('loom', site => {
      const maps = { ...site.purposes.find(({ id }) => id === 'preferences')!, id: 'maps' }
      return { ...withProgram(OFFER)(site), purposes: [...site.purposes, maps] }
    })
    onTestFinished(() => world.publish('loom', withProgram(OFFER)))
    // `assent.js` comes from the cache for five minutes; this person has none.
    const devtools = await visitor.context.newCDPSession(page)
    await devtools.send('Network.clearBrowserCache')
    await page.reload()
    await ours(page, 'reject').waitFor()
    expect(await isOffered()).toBe(false)
    await page.reload()
    await ours(page, 'reject').waitFor()
    await page.keyboard.press('Escape')
    expect(await isOffered()).toBe(false)
  })

  test('where storage is blocked the rule never offers anything', async () => {
    await page.goto(world.loom)
    await press(page, 'reject')
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
    })
    await page.reload()
    expect(await isOffered()).toBe(false)
    expect(visitor.complaints).toEqual([])
  })

  test('covers neither the button that opens the cookie settings nor what the keyboard reaches', async () => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 360, height: 640 },
    ]) {
      // oxlint-disable no-await-in-loop
      await page.setViewportSize(viewport)
      await page.goto(world.loom)
      if (viewport.width > 400) await press(page, 'reject')
      await page.reload()
      await banner().waitFor()
      const isOnTop = await ours(page, 'open').evaluate(control => {
        const { left, top, width, height } = control.getBoundingClientRect()
        return document.elementFromPoint(left + width / 2, top + height / 2) === control
      })
      expect(isOnTop).toBe(true)
      await page.getByRole('link', { name: 'Privacy notice' }).last().focus()
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Tab')
      const isSeen = await page.evaluate(() => {
        const { left, top, width, height } = document.activeElement!.getBoundingClientRect()
        return document.elementFromPoint(left + width / 2, top + height / 2) === document.activeElement
      })
      expect(isSeen).toBe(true)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        viewport.width,
      )
      // oxlint-enable no-await-in-loop
    }
  })
})

describe('stopping, where the form stands', () => {
  const openStop = (): Promise<void> => page.getByRole('link', { name: 'Stop messages' }).click()
  const stop = (): Promise<void> => page.getByRole('button', { name: 'Stop messages' }).click()

  test('takes an address and nothing else, on this page, and gives the form back as it was typed', async () => {
    await openForm()
    await write('sms', '07400 654321')
    await page.locator('[name=of-age]').first().check()
    await signUp()
    await said('Recorded.').waitFor()
    const opted = entries().at(-1)!
    await page.reload()
    await form().waitFor()
    await write('email', MAILBOX)
    const before = entries('harbor', 'opt-out').length
    const address = page.url()
    await openStop()
    await eventually(() => page.evaluate(() => document.activeElement!.textContent)).toBe('Stop messages')
    await stop()
    await said('Both fields are empty').waitFor()
    await page.locator('[name="sms-address"]').fill('12')
    await stop()
    await said('This is not a complete phone number.').waitFor()
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('sms-address')
    expect(entries('harbor', 'opt-out')).toHaveLength(before)
    await page.locator('[name="sms-address"]').fill('07400 654321')
    await stop()
    await said('The number you wrote gets no more messages').waitFor()
    const [entry] = entries('harbor', 'opt-out').slice(before)
    expect(entry).toMatchObject({ channel: 'sms', method: 'form', subject: opted.subject })
    expect(entry).not.toHaveProperty('program')
    expect(await page.locator('code:visible').innerText()).toBe(entry!.id)
    await page.getByRole('button', { name: 'Close' }).click()
    expect(await page.locator('[name="email-address"]').inputValue()).toBe(MAILBOX)
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Stop messages')
    expect([page.url(), visitor.context.pages()]).toEqual([address, [page]])
    expect((await whatIsKept(visitor)).local).toEqual([])
    expect(await world.verify()).toMatch(/harbor/)
  })

  test('an answer that is lost is told, and sending again counts once', async () => {
    await openForm()
    await openStop()
    let isLost = false
    await page.route('**/opt-outs', async route => {
      if (isLost) return route.continue()
      isLost = true
      await route.fetch({ url: route.request().url().replace(world.host, world.local) })
      return route.abort()
    })
    const before = entries('harbor', 'opt-out').length
    await page.locator('[name="email-address"]').fill('stranger@post.example')
    await stop()
    await said('it is not certain that this was recorded').waitFor()
    await stop()
    await said('The e-mail address you wrote gets no more messages').waitFor()
    expect(entries('harbor', 'opt-out')).toHaveLength(before + 1)
  })

  test('in the small banner too, where Escape leads back; and from the site’s own button', async () => {
    await openForm()
    await page.evaluate(() => window.assent!.open('opt-in:harbor-offers'))
    const banner = page.locator('.assent-offer')
    await banner.getByRole('link', { name: 'Stop messages' }).click()
    await banner.getByRole('heading', { name: 'Stop messages' }).waitFor()
    await page.keyboard.press('Escape')
    await banner.getByRole('button', { name: 'Sign up' }).waitFor()
    expect(await banner.getByRole('heading', { name: 'Stop messages' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    expect(await banner.count()).toBe(0)
    await page.evaluate(() => window.assent!.open('opt-out'))
    await banner.locator('[name="email-address"]').fill('stranger@post.example')
    await page.keyboard.press('Enter')
    await said('The e-mail address you wrote gets no more messages').waitFor()
    await page.keyboard.press('Escape')
    expect(await banner.count()).toBe(0)
  })

  test('where the view cannot be had, the page without scripts is what the link leads to', async () => {
    await openForm()
    await page.route('**/opt-out.*.mjs*', route => route.fulfill({ status: 404, headers: ALLOWED }))
    await openStop()
    await page.waitForURL('**/opt-out.en.html')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Stop messages')
  })
})

describe('without scripts', () => {
  const noScripts: BrowserContextOptions = { javaScriptEnabled: false }
  const address = (name: string): string => `${world.host}/s/harbor/${name}.en.html`

  beforeEach(async () => {
    await visitor.leave()
    visitor = await newVisitor(browser, noScripts)
    page = visitor.page
  })

  test('the link inside the owner’s element leads to a page that asks the same and posts by itself', async () => {
    await page.goto(`${world.harbor}/services.html`)
    await page.getByRole('link', { name: 'Sign up for offers' }).click()
    await page.waitForURL('**/opt-in.harbor-offers.en.html')
    const before = entries().length
    for (const box of await page.getByRole('checkbox').all()) expect(await box.isChecked()).toBe(false)
    expect(await page.locator('[name=sms-address]').isVisible()).toBe(false)
    await write('sms', '12')
    await page.locator('[name=of-age]').check()
    await signUp()
    expect(await said('This is not a complete phone number.').isVisible()).toBe(true)
    const field = page.locator('[name=sms-address]')
    expect(await field.inputValue()).toBe('12')
    expect(await field.getAttribute('aria-describedby')).toBe('assent-sms-invalid-address')
    expect(entries()).toHaveLength(before)
    await field.fill('07400 223456')
    await signUp()
    expect(await said('You agreed to “Harborline offers” by text message (SMS)').isVisible()).toBe(true)
    const [entry] = entries().slice(before)
    expect(entry).toMatchObject({ method: 'page', channel: 'sms', language: 'en', ofAge: true })
    expect(await page.locator('code:visible').innerText()).toBe(entry!.id)
    // Its words are those published under the hash that the entry names.
    const text = await (await fetch(`${world.local}/v1/sites/harbor/texts/${entry!.text}`)).text()
    expect(text).toContain('Yes, send me recurring marketing texts from Harborline IT')
    expect(visitor.complaints).toEqual([])
    expect(await world.verify()).toMatch(/harbor/)
  })

  test('reloading the answer, or sending the form twice, is one entry; another address is another', async () => {
    await page.goto(address('opt-in.harbor-offers'))
    const before = entries().length
    await write('sms', '07400 223457')
    await page.locator('[name=of-age]').check()
    await page.getByRole('button', { name: 'Sign up' }).dblclick()
    await said('Recorded.').waitFor()
    await page.reload()
    expect(await said('Recorded.').isVisible()).toBe(true)
    expect(entries()).toHaveLength(before + 1)
    await page.goBack()
    await write('sms', '07400 223458')
    await page.locator('[name=of-age]').check()
    await signUp()
    if (!(await said('Recorded.').isVisible())) await signUp()
    expect(await said('Recorded.').isVisible()).toBe(true)
    expect(entries()).toHaveLength(before + 2)
  })

  test('the entry names the words that were read, also when others were published meanwhile', async () => {
    await page.goto(address('opt-in.harbor-offers'))
    const read = await page.locator('[name=text]').getAttribute('value')
    await write('sms', '07400 223459')
    await page.locator('[name=of-age]').check()
    await published('harbor', { name: { en: 'Other', de: 'Other', ar: 'Other' } })
    await signUp()
    await said('You agreed to “Harborline offers” by text message').waitFor()
    expect(entries().at(-1)!.text).toBe(read)
  })

  test('nothing ticked, no age said, an address beside an empty box: nothing is stored', async () => {
    await page.goto(address('opt-in.harbor-offers'))
    const before = world.size('harbor')
    await write('sms', '07400 998877')
    await signUp()
    expect(await said('only for people who are 16 or older').isVisible()).toBe(true)
    await page.locator('[name=sms]').uncheck()
    await signUp()
    expect(await said('Nothing is ticked').isVisible()).toBe(true)
    expect(world.size('harbor')).toBe(before)
    expect(filesWith('998877')).toEqual([])
  })

  test('stopping takes an address and nothing else, known or not, and is recorded', async () => {
    await page.goto(address('opt-in.harbor-offers'))
    const [stop] = await Promise.all([
      visitor.context.waitForEvent('page'),
      page.getByRole('link', { name: 'Stop messages' }).click(),
    ])
    page = stop
    await page.waitForURL('**/opt-out.en.html')
    expect(await page.locator('input:visible').count()).toBe(2)
    await page.getByRole('button', { name: 'Stop messages' }).click()
    expect(await said('Both fields are empty').isVisible()).toBe(true)
    await page.locator('[name=sms-address]').fill('12')
    await page.getByRole('button', { name: 'Stop messages' }).click()
    expect(await said('This is not a complete phone number.').isVisible()).toBe(true)
    await page.locator('[name=sms-address]').fill('07400 223456')
    await page.locator('[name=email-address]').fill('stranger@post.example')
    const before = entries('harbor', 'opt-out').length
    await page.getByRole('button', { name: 'Stop messages' }).dblclick()
    await said('The number you wrote gets no more messages').waitFor()
    expect(await said('The e-mail address you wrote gets no more messages').isVisible()).toBe(true)
    const added = entries('harbor', 'opt-out').slice(before)
    expect(added).toMatchObject([
      { channel: 'email', method: 'page' },
      { channel: 'sms', method: 'page' },
    ])
    expect(added[1]).not.toHaveProperty('program')
    // It is the person of the opt-in who stopped.
    expect(entries().some(({ subject }) => subject === added[1]!.subject)).toBe(true)
    expect(await world.verify()).toMatch(/harbor/)
  })

  test('opening a page writes nothing, and only the page itself may send its form', async () => {
    const before = world.size('harbor')
    for (const name of ['opt-in.harbor-offers', 'opt-out']) {
      // oxlint-disable no-await-in-loop
      const path = `${world.local}/s/harbor/${name}.en.html`
      const opened = await fetch(path)
      expect(opened.status).toBe(200)
      const policy = opened.headers.get('content-security-policy')
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /)
      expect(policy).not.toMatch(/script-src|unsafe/)
      expect(policy).toContain(
        name === 'opt-out' ? `frame-ancestors 'none'` : `frame-ancestors ${world.harbor}`,
      )
      const body = new URLSearchParams({ 'sms-address': '07400 123456', sms: 'yes', 'of-age': 'yes' })
      for (const headers of [
        {},
        { origin: 'https://evil.example' },
        { origin: world.harbor },
        { origin: 'null' },
        { origin: world.local, 'sec-fetch-site': 'cross-site' },
      ] as Record<string, string>[])
        expect([headers, (await fetch(path, { method: 'POST', body, headers })).status]).toEqual([
          headers,
          403,
        ])
      // oxlint-enable no-await-in-loop
    }
    expect(world.size('harbor')).toBe(before)
  })

  test('whatever is typed comes back as text', async () => {
    await page.goto(address('opt-in.harbor-offers'))
    const typed = `"><script>alert(1)</script> data-value="text" $& &amp;`
    await write('sms', typed)
    await page.locator('[name=of-age]').check()
    await signUp()
    expect(await page.locator('[name=sms-address]').inputValue()).toBe(typed)
    expect(await page.locator('script').count()).toBe(0)
  })
})

describe('accessibility', () => {
  const STATES: [string, () => Promise<unknown>][] = [
    ['empty', async () => undefined],
    [
      'with everything wrong',
      async () => {
        await write('email', '')
        await write('sms', '')
        await page.locator('[data-assent=opt-in]').first().click()
        await page.locator('.assent-fault:visible').first().waitFor()
      },
    ],
    [
      'answered',
      async () => {
        await write('email', 'mira.axe@post.example')
        await page.locator('[data-assent=opt-in]').first().click()
        await page.locator('.assent-done:visible').first().waitFor()
      },
    ],
  ]
  const inBothSchemes = async (): Promise<string[]> => {
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await axeFindings(page, ['color-contrast'])
    await page.emulateMedia({ colorScheme: 'dark' })
    return [...light, ...(await axeFindings(page, ['color-contrast']))]
  }
  describe.each([
    ['en', '/'],
    ['de', '/index.de.html'],
    ['ar', '/index.ar.html'],
  ])('%s', (language, path) => {
    test.each(STATES)('axe finds nothing in the form, the offer and the page (%s)', async (_, reach) => {
      await page.goto(world.loom + path)
      await press(page, 'reject')
      await form().waitFor()
      await reach()
      expect(await inBothSchemes()).toEqual([])
      await page.reload()
      await page.locator('[data-assent=open]').waitFor()
      await page.evaluate(() => window.assent!.open('opt-in:weekly'))
      await page.locator('.assent-offer section').waitFor()
      await reach()
      expect(await inBothSchemes()).toEqual([])
      await page.evaluate(() => window.assent!.open('opt-out'))
      await page.locator('.assent-offer .assent-stop').first().waitFor()
      expect(await inBothSchemes()).toEqual([])
      await page.goto(`${world.host}/s/loom/opt-in.weekly.${language}.html`)
      await reach()
      expect(await inBothSchemes()).toEqual([])
      await page.goto(`${world.host}/s/loom/opt-out.${language}.html`)
      expect(await inBothSchemes()).toEqual([])
    })
  })
})
