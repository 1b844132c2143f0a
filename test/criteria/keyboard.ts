import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually, ours } from '../support/page.ts'
import { sayVisit, type Visit } from './factors.ts'
import { openStage, openTheatre, type Stage, type Theatre } from './stage.ts'
import { tabTo } from './steps.ts'

/** What has the focus: by our name for it, else by its id. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: at } = document
    return (at as HTMLElement).dataset['assent'] || at!.id || at!.tagName.toLowerCase()
  })

async function walk(page: Page, key: 'Tab' | 'Shift+Tab', steps: number): Promise<string[]> {
  const seen: string[] = []
  for (let step = 0; step < steps; step++) {
    // oxlint-disable no-await-in-loop -- one press after the other
    await page.keyboard.press(key)
    seen.push(await focused(page))
    // oxlint-enable no-await-in-loop
  }
  return seen
}

/** That it has the focus is drawn: an outline of two pixels or more, in a colour unlike what is behind it. */
const isMarked = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(document.activeElement!)
    // A browser draws its own ring as wide as it likes.
    return (
      outlineStyle === 'auto' ||
      (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/^rgba.*, 0\)$/.test(outlineColor))
    )
  })
/** Nothing but itself is over its middle (of its first line), and that is in the window. */
const isSeen = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const at = document.activeElement!
    const { left, top, width, height } = at.getClientRects()[0]!
    const over = document.elementFromPoint(left + width / 2, top + height / 2)
    return over !== null && (at.contains(over) || over.contains(at))
  })

/** What the keyboard alone can do, in each of these conditions. */
export function keyboardReaches(visits: readonly Visit[]): void {
  const some = visits.map(visit => [sayVisit(visit), visit] as const)
  let theatre: Theatre
  beforeAll(async () => {
    theatre = await openTheatre([...new Set(visits.map(({ layout }) => layout))])
  })
  afterAll(() => theatre?.close())
  const open = async (visit: Visit): Promise<Stage> => {
    const stage = await openStage(theatre, visit)
    onTestFinished(stage.visitor.leave)
    return stage
  }

  test.each(some)(
    'A4 the banner is reached first, in its order, seen at each step, left again, and reached back (%s)',
    async (_, visit) => {
      const { page } = await open(visit)
      const order = ['notice', 'accept', 'reject', 'settings', 'first']
      for (const step of order) {
        // oxlint-disable no-await-in-loop
        expect(await walk(page, 'Tab', 1)).toEqual([step])
        expect([step, await isSeen(page)]).toEqual([step, true])
        expect([step, await isMarked(page)]).toEqual([step, true])
        // oxlint-enable no-await-in-loop
      }
      expect(await walk(page, 'Shift+Tab', 4)).toEqual(['settings', 'reject', 'accept', 'notice'])
    },
  )

  test.each(some)(
    'A4 Enter refuses, Space accepts, and then the focus is nowhere that is gone (%s)',
    async (_, visit) => {
      for (const [act, key] of [
        ['reject', 'Enter'],
        ['accept', 'Space'],
      ] as const) {
        // oxlint-disable no-await-in-loop
        const { page } = await open(visit)
        await tabTo(page, `[data-assent=${act}]`)
        await page.keyboard.press(key)
        await eventually(() => ours(page, 'accept').count()).toBe(0)
        expect(await page.evaluate(() => document.activeElement!.isConnected)).toBe(true)
        // The next stop is the page's own first.
        expect(await walk(page, 'Tab', 1)).toEqual(['first'])
        // oxlint-enable no-await-in-loop
      }
    },
  )

  test.each(some)(
    'A4 the settings take the focus to their title, keep it, close by Escape, and give it back (%s)',
    async (_, visit) => {
      const { page } = await open(visit)
      await tabTo(page, '[data-assent=settings]')
      await page.keyboard.press('Enter')
      const settings = page.getByRole('dialog')
      await settings.waitFor()
      expect(await focused(page)).toBe('assent-settings-title')
      expect(await settings.evaluate(dialog => dialog.matches(':modal'))).toBe(true)
      const reach = () =>
        settings.evaluate(dialog =>
          [...dialog.querySelectorAll<HTMLElement>('a, button, input, select, summary')]
            .filter(each => each.checkVisibility())
            .map(each => each.dataset['assent'] || each.id || each.tagName.toLowerCase()),
        )
      const stops = await reach()
      for (const name of ['close', 'accept', 'reject', 'save', 'assent-switch-analytics'])
        expect(stops).toContain(name)
      // All the way round: everything is passed in its order, seen and marked, and nothing of the page. Then the first again.
      for (const stop of [...stops, stops[0]]) {
        // oxlint-disable no-await-in-loop
        expect([...(await walk(page, 'Tab', 1)), await isSeen(page), await isMarked(page)]).toEqual([
          stop,
          true,
          true,
        ])
        // oxlint-enable no-await-in-loop
      }
      // And the same way back.
      expect(await walk(page, 'Shift+Tab', stops.length)).toEqual(stops.toReversed())
      await page.keyboard.press('Escape')
      await settings.waitFor({ state: 'hidden' })
      expect(await focused(page)).toBe('settings')
      expect(await page.evaluate(() => document.cookie)).toBe('')
    },
  )

  test.each(some)(
    'A4 the notice takes the focus, keeps it, closes by Escape, and gives it back (%s)',
    async (_, visit) => {
      const { page } = await open(visit)
      await tabTo(page, '[data-assent=notice]')
      await page.keyboard.press('Enter')
      const notice = page.locator('dialog.assent-notice, .assent-notice dialog').first()
      await notice.waitFor()
      expect(await notice.evaluate(dialog => dialog.contains(document.activeElement))).toBe(true)
      for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab'] as const) {
        // oxlint-disable no-await-in-loop
        await page.keyboard.press(key)
        expect(await notice.evaluate(dialog => dialog.contains(document.activeElement))).toBe(true)
        // oxlint-enable no-await-in-loop
      }
      await page.keyboard.press('Escape')
      await notice.waitFor({ state: 'hidden' })
      expect(await focused(page)).toBe('notice')
    },
  )

  test.each(some)(
    'A4 the control behind the banner opens the settings by keyboard, and has the focus again afterwards (%s)',
    async (_, visit) => {
      const { page } = await open(visit)
      await tabTo(page, '[data-assent=reject]')
      await page.keyboard.press('Enter')
      await ours(page, 'open').waitFor()
      await tabTo(page, '[data-assent=open]')
      expect([await isSeen(page), await isMarked(page)]).toEqual([true, true])
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      expect(await focused(page)).toBe('open')
    },
  )
}
