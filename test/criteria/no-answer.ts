import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually, lookAround, ours, press, ran } from '../support/page.ts'
import { sayVisit, type Visit } from './factors.ts'
import { openStage, openTheatre, type Stage, type Theatre } from './stage.ts'

/** What a person does who does not answer; each on a fresh page. */
const NO_ANSWERS: Readonly<Record<string, (page: Page, stage: Stage) => Promise<unknown>>> = {
  'Escape in the page': page => page.keyboard.press('Escape'),
  'Escape in the banner': async page => {
    await ours(page, 'accept').focus()
    await page.keyboard.press('Escape')
  },
  'the settings closed by Escape, with a switch moved': async page => {
    await moveSwitch(page)
    await page.keyboard.press('Escape')
  },
  'the settings closed by the cross, with a switch moved': async page => {
    await moveSwitch(page)
    await page.locator('.assent-settings [data-assent=close]').click()
  },
  'a click beside the settings, with a switch moved': async page => {
    await moveSwitch(page)
    await page.mouse.click(2, 2)
    await page.keyboard.press('Escape')
  },
  'a click into the page beside the banner': page => page.mouse.click(3, 3),
  'reading, scrolling and pointing for a while': page => lookAround(page, 2),
  'a swipe across the banner': async (page, { banner }) => {
    const { x, y, width } = (await banner.boundingBox())!
    const devtools = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: at, y: y + 8 }],
      })
    // To the left: to the right, Chromium goes back a page.
    await touch('touchStart', x + width - 8)
    for (const part of [0.7, 0.4, 0.05]) await touch('touchMove', x + width * part)
    await touch('touchEnd', x)
    await devtools.detach()
  },
  'leaving it for a day': async page => {
    await page.clock.install()
    await page.reload()
    await ours(page, 'accept').waitFor()
    await page.clock.fastForward('24:00:00')
  },
  'going to the next page, back and forth': async (page, { address }) => {
    await page.goto(`${address}?next`)
    await ours(page, 'accept').waitFor()
    // A page from the cache of left pages never says it has loaded.
    for (const [by, to] of [
      [-1, address],
      [1, `${address}?next`],
    ] as const) {
      // oxlint-disable no-await-in-loop
      await page.evaluate(steps => history.go(steps), by)
      await eventually(() => page.evaluate(() => location.href)).toBe(to)
      await ours(page, 'accept').waitFor()
      // oxlint-enable no-await-in-loop
    }
  },
  'a link of the page, by keyboard': async page => {
    await page.locator('#last').focus()
    await page.keyboard.press('Enter')
  },
  'another size of the window': async page => {
    for (const [width, height] of [
      [1600, 900],
      [320, 480],
      [900, 300],
    ] as const)
      // oxlint-disable-next-line no-await-in-loop
      await page.setViewportSize({ width, height })
  },
}

async function moveSwitch(page: Page): Promise<void> {
  await press(page, 'settings')
  const optional = page.getByRole('dialog').getByRole('switch')
  await optional.first().check()
}

export function noAnswerIsNoYes(visits: readonly Visit[]): void {
  let theatre: Theatre
  beforeAll(async () => {
    theatre = await openTheatre([...new Set(visits.map(({ layout }) => layout))])
  })
  afterAll(() => theatre?.close())

  describe.each(visits.map(visit => [sayVisit(visit), visit] as const))('%s', (_, visit) => {
    test.each(Object.entries(NO_ANSWERS))('L5 no yes: %s', async (_name, act) => {
      const stage = await openStage(theatre, visit)
      onTestFinished(stage.visitor.leave)
      const { page, visitor, host } = stage
      const taken = host.taken.length
      await act(page, stage)
      await page.waitForTimeout(150)
      expect(await grantsOf(page)).toEqual([])
      expect(await ran(page)).toEqual([])
      expect(visitor.posted).toEqual([])
      expect(host.taken).toHaveLength(taken)
      expect((await visitor.context.cookies()).map(({ name }) => name)).toEqual([])
      // Nor is any of it a yes to what is opened next.
      await page.reload()
      await page.waitForFunction(() => window.assent?.sync)
      expect(await grantsOf(page)).toEqual([])
      expect(await ran(page)).toEqual([])
    })
  })
}

/** What the widget, its memory and its signals would call granted. */
const grantsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => [
    ...['preferences', 'analytics', 'marketing'].filter(id => window.assent!.granted(id)),
    ...(window.dataLayer ?? [])
      .map(call => Array.from(call as ArrayLike<unknown>))
      .flatMap(([command, , said]) => (command === 'consent' ? Object.entries(said as object) : []))
      .filter(([signal, word]) => signal !== 'security_storage' && word === 'granted')
      .map(([signal]) => signal),
  ])
