import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRightToLeft } from '../../shared/domain/language.ts'
import { axeFindings } from '../support/axe.ts'
import { eventually, ours, press } from '../support/page.ts'
import { sayVisit, type Visit } from './factors.ts'
import { areNeighbours, differsBy, looksOf } from './looks.ts'
import { LOOM, SITE, wordsOf } from './site.ts'
import { openStage, openTheatre, type Stage, type Theatre } from './stage.ts'
import { spokenOf, tabTo } from './steps.ts'

/** Tolerances are ours; the law names none. */
const SIZE = 0.1
const CONTRAST_OF_WORDS = 4.5
const CONTRAST_AGAINST_BANNER = 1.5
const TARGET = 24
/** However little of the page is left beside the banner, one line of it is. */
const LINE = 24

/** What one look at the first layer shows, in each of these conditions; then its two answers, and what is left of it. */
export function firstLayerHolds(visits: readonly Visit[]): void {
  let theatre: Theatre
  beforeAll(async () => {
    theatre = await openTheatre([...new Set(visits.map(({ layout }) => layout))])
  })
  afterAll(() => theatre?.close())

  describe.each(visits.map(visit => [sayVisit(visit), visit] as const))('%s', (_, visit) => {
    let stage: Stage
    const words = wordsOf(visit.language)
    const optional = SITE.purposes.filter(({ kind }) => kind !== 'necessary' && kind !== 'messages')
    beforeAll(async () => {
      stage = await openStage(theatre, visit)
    })
    afterAll(() => stage?.visitor.leave())
    const button = (name: string) => stage.banner.getByRole('button', { name, exact: true })
    const answers = () => Promise.all([looksOf(button(words['accept']!)), looksOf(button(words['reject']!))])

    test('L1 refusing is a button of the first layer as accepting is, in sight without scrolling', async () => {
      const [accept, reject] = await answers()
      for (const each of [accept, reject])
        expect({ ...each }).toMatchObject({ tag: 'BUTTON', isSeen: true, isInSentence: false })
      expect(await stage.banner.evaluate(box => box.scrollTop)).toBe(0)
    })

    test('L2 refusing is as large, as near and as plain to see as accepting, and no script points at either', async () => {
      const [accept, reject] = await answers()
      expect(differsBy(accept.box.width, reject.box.width)).toBeLessThanOrEqual(SIZE)
      expect(differsBy(accept.box.height, reject.box.height)).toBeLessThanOrEqual(SIZE)
      expect([reject.font, reject.border, reject.fill, reject.ink]).toEqual([
        accept.font,
        accept.border,
        accept.fill,
        accept.ink,
      ])
      expect(areNeighbours(accept, reject)).toBe(true)
      for (const { contrast, hasFocus } of [accept, reject]) {
        expect(contrast).toBeGreaterThanOrEqual(CONTRAST_OF_WORDS)
        expect(hasFocus).toBe(false)
      }
      expect(
        Math.max(accept.against, reject.against) / Math.min(accept.against, reject.against),
      ).toBeLessThanOrEqual(CONTRAST_AGAINST_BANNER)
      expect(await stage.page.evaluate(() => document.activeElement === document.body)).toBe(true)
    })

    test('L7 the banner says what the published words say and nothing more, and its buttons are plain verbs', async () => {
      const said = await spokenOf(stage.banner)
      const names = optional.map(({ name }) => name[visit.language]!)
      const { controller } = LOOM
      expect(said.buttons).toEqual([words['accept'], words['reject'], words['choose']])
      expect(said.headings).toEqual([words['title']])
      expect(said.links).toEqual([words['privacyNotice']])
      // Nothing stands there but the sentences of the language file with the owner's names in them.
      const sentences = [words['text']!, words['change']!, ...(visit.signal ? [words['gpc']!] : [])]
      const patterns = sentences.map(sentence =>
        asPattern(sentence, [controller.name, words['control']!, words['accept']!, ...names]),
      )
      let rest = said.sentences.join(' ').replace(words['privacyNotice']!, '')
      for (const pattern of patterns) {
        expect(rest).toMatch(pattern)
        rest = rest.replace(pattern, '')
      }
      expect(rest.trim()).toBe('')
    })

    test('L8 the banner speaks the language of the page', async () => {
      expect(
        await stage.banner.evaluate(box => [
          box.closest('[lang]')!.getAttribute('lang'),
          getComputedStyle(box).direction,
        ]),
      ).toEqual([visit.language, isRightToLeft(visit.language) ? 'rtl' : 'ltr'])
    })

    test('L9 the same answers stand in the same order, to the eye as to the keyboard', async () => {
      const order = ['accept', 'reject', 'settings']
      const placed = await stage.banner.locator('button').evaluateAll(buttons =>
        buttons.map(each => {
          const { x, y } = each.getBoundingClientRect()
          return { act: (each as HTMLElement).dataset['assent'], x, y }
        }),
      )
      expect(placed.map(({ act }) => act)).toEqual(order)
      const forwards = isRightToLeft(visit.language) ? -1 : 1
      expect(
        placed
          .toSorted((a, b) => (Math.abs(a.y - b.y) < 1 ? forwards * (a.x - b.x) : a.y - b.y))
          .map(({ act }) => act),
      ).toEqual(order)
    })

    test('L13 who asks, what for, and that it can be taken back is said before the choice; third parties are two steps away', async () => {
      const said = (await spokenOf(stage.banner)).sentences.join(' ')
      expect(said).toContain(LOOM.controller.name)
      for (const { name } of optional) expect(said).toContain(name[visit.language])
      expect(said).toContain(words['control'])
      await press(stage.page, 'settings')
      const settings = stage.page.getByRole('dialog')
      await settings.waitFor()
      for (const { id, name } of optional) {
        const purpose = settings.getByRole('region', { name: name[visit.language]!, exact: true })
        const services = SITE.services.filter(service => service.purpose === id)
        if (services.length === 0) continue
        const summary = purpose.locator('summary')
        // How many is said by the closed line already.
        expect(await summary.innerText()).toBe(counted(services.length, visit.language))
        await summary.click()
        for (const service of services) {
          const listed = purpose.getByRole('heading', { name: service.name, exact: true })
          await listed.scrollIntoViewIfNeeded()
          expect(await listed.isVisible()).toBe(true)
          expect(await purpose.innerText()).toContain(service.provider)
        }
      }
    })

    test('L4 nothing optional is switched on before somebody does it', async () => {
      const settings = stage.page.getByRole('dialog')
      const switches = settings.getByRole('switch')
      expect(await switches.count()).toBe(optional.length)
      expect(await settings.locator('input, [aria-checked], [aria-pressed], [role=tab]').count()).toBe(
        optional.length,
      )
      expect(
        await switches.evaluateAll(all => all.filter(each => (each as HTMLInputElement).checked).length),
      ).toBe(0)
      expect(await settings.getByText(words['always']!, { exact: true }).count()).toBe(1)
    })

    test('L14 each purpose has one switch of its own, and messages are asked for elsewhere', async () => {
      const settings = stage.page.getByRole('dialog')
      for (const { name } of optional)
        expect(await settings.getByRole('switch', { name: name[visit.language]!, exact: true }).count()).toBe(
          1,
        )
      for (const { name } of SITE.purposes.filter(({ kind }) => kind === 'messages'))
        expect(await settings.getByText(name[visit.language]!, { exact: true }).count()).toBe(0)
    })

    test('L15 every switch is one step from the first layer, and can be reached there', async () => {
      for (const each of await stage.page.getByRole('dialog').getByRole('switch').all()) {
        await each.focus()
        expect(await each.evaluate(isInSight)).toBe(true)
      }
      // One that moves all of them at once, both ways.
      const settings = stage.page.getByRole('dialog')
      for (const act of ['accept', 'reject'])
        expect(await settings.locator(`[data-assent=${act}]`).count()).toBe(1)
      await stage.page.keyboard.press('Escape')
      await settings.waitFor({ state: 'hidden' })
    })

    test('A1 axe finds nothing in the banner, and every control is large enough to hit', async () => {
      expect(await axeFindings(stage.page, ['color-contrast', 'button-name', 'region'])).toEqual([])
      for (const each of await stage.banner.getByRole('button').all()) {
        const { box } = await looksOf(each)
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(TARGET)
      }
    })

    test('L6 the page can be read and used while the banner stands', async () => {
      const { page } = stage
      expect(
        await page.locator('body > :not(#assent)[inert], body > :not(#assent)[aria-hidden=true]').count(),
      ).toBe(0)
      expect(await page.evaluate(() => getComputedStyle(document.body).overflow)).not.toBe('hidden')
      // By hand: what is outside of the banner is the page's own.
      const box = (await stage.banner.boundingBox())!
      const { height } = page.viewportSize()!
      expect(box.height).toBeLessThanOrEqual(height - LINE)
      const beside = await page.evaluate(
        y => document.elementFromPoint(innerWidth / 2, y)?.closest('#assent') === null,
        box.y / 2,
      )
      expect(beside).toBe(true)
      // By keyboard: past the banner into the page, to its end, always in sight (WCAG 2.4.11).
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      for (const id of ['first', 'act', 'last']) {
        await tabTo(page, `#${id}`)
        expect([id, await page.locator(`#${id}`).evaluate(isUncovered)]).toEqual([id, true])
      }
      await page.locator('#act').focus()
      await page.keyboard.press('Enter')
      expect(await page.evaluate('acted')).toBe(1)
    })

    test('L3 one press refuses, as one accepts, and refusing takes no more keys', async () => {
      const { page } = stage
      await stage.restart()
      const keys = { accept: await tabTo(page, '[data-assent=accept]'), reject: 0 }
      keys.reject = keys.accept + (await tabTo(page, '[data-assent=reject]'))
      expect(keys.reject).toBeLessThanOrEqual(keys.accept + 1)
      const answer = async (act: 'accept' | 'reject'): Promise<string> => {
        await press(page, act)
        await eventually(() => ours(page, 'accept').count()).toBe(0)
        return page.evaluate(() => document.cookie)
      }
      const kept = optional.filter(({ gpc }) => !(gpc && visit.signal)).map(({ id }) => id)
      const accepted = await answer('accept')
      for (const id of kept) expect(accepted).toContain(`${id}:1`)
      await stage.restart()
      const rejected = await answer('reject')
      for (const { id } of optional) expect(rejected).toContain(`${id}:0`)
    })

    test('W1 after the choice a button to change it stays in sight', async () => {
      const control = ours(stage.page, 'open')
      await control.waitFor()
      expect(await control.textContent()).toBe(words['control'])
      const look = await looksOf(stage.page.getByRole('button', { name: words['control']!, exact: true }))
      expect({ ...look }).toMatchObject({ tag: 'BUTTON', isSeen: true })
      expect(Math.min(look.box.width, look.box.height)).toBeGreaterThanOrEqual(TARGET)
      expect(look.contrast).toBeGreaterThanOrEqual(CONTRAST_OF_WORDS)
    })

    test('A2 nothing broke the harshest page policy on the way', () => {
      expect(stage.visitor.complaints).toEqual([])
    })
  })
}

/** As the language counts: some say it without a digit. */
function counted(count: number, language: string): string {
  const forms = wordsOf(language)['services'] as unknown as Readonly<Record<string, string>>
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms['other']!
  return form.replace('{count}', new Intl.NumberFormat(language).format(count))
}

/** The sentence with anything of these names in its places, however the language lists them. */
function asPattern(sentence: string, names: readonly string[]): RegExp {
  const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const filling = `(?:${names.map(quoted).join('|')}|[\\s,،、]|\\p{L}{1,5})+?`
  return new RegExp(
    sentence
      .split(/\{\w+\}/)
      .map(quoted)
      .join(filling),
    'u',
  )
}

/** In the page: seen with nothing over its middle. */
function isInSight(element: Element): boolean {
  const { x, y, width, height } = element.getBoundingClientRect()
  const top = document.elementFromPoint(x + width / 2, y + height / 2)
  return top !== null && (element.contains(top) || top.contains(element))
}

/** In the page: some of it can be seen, and none of that is under the banner. */
function isUncovered(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  if (bottom < 1 || top > innerHeight - 1) return false
  const at = document.elementFromPoint(
    (left + right) / 2,
    Math.max(1, Math.min(innerHeight - 1, (top + bottom) / 2)),
  )
  return at !== null && (element === at || element.contains(at))
}
