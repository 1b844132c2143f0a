import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { WidgetLanguage } from '../../shared/domain/language.ts'
import { HARSH } from '../browser/consent-host.ts'
import { newVisitor, ours } from '../support/page.ts'
import { LAYOUTS } from './factors.ts'
import { wordsOf } from './site.ts'
import { openTheatre, type Theatre } from './stage.ts'

const LAYOUT = Object.keys(LAYOUTS)[0]!

/** “Cookie” as each language writes it; tools that answer for a visitor look for nothing else in a fixed box. */
const COOKIE =
  /cookie|küpsis|slapuk|sīkdat|sušenk|keksz|piškot|kolačić|fianá?n|evästei|çerez|бисквит|файл|кук|クッキー|쿠키|कुकी|كوكيز|ارتباط|süti|vafr|informasjonskaps|cookies/i
/** What presses a reader rather than asking, in the languages its authors read. */
const PRESSURE =
  /no,? thanks|miss(ing)? out|best experience|don.t (like|care)|i understand|agree and continue|% off|discount|voucher|free gift|schade|verpassen|rabatt|gutschein|nein danke/i

/** By the words alone, as tools that answer for a visitor look for a banner. */
export function toolsKnow(languages: readonly WidgetLanguage[]): void {
  let theatre: Theatre
  beforeAll(async () => {
    theatre = await openTheatre([LAYOUT])
  })
  afterAll(() => theatre?.close())

  test.each(languages)(
    'L7 a visitor’s own tools know the banner by its words and its place, and nothing in it presses (%s)',
    async language => {
      const visitor = await newVisitor(theatre.browser)
      onTestFinished(visitor.leave)
      const host = theatre.hosts[LAYOUT]!
      await visitor.page.goto(host.page(`${host.stub}<title>Page</title><p>text`, HARSH, { language }))
      await ours(visitor.page, 'accept').waitFor()
      const words = wordsOf(language)
      const seen = await visitor.page.locator('#assent > section').evaluate(box => ({
        said: (box as HTMLElement).innerText,
        position: getComputedStyle(box).position,
        inShadow: box.getRootNode() instanceof ShadowRoot,
        buttons: [...box.querySelectorAll('button')].map(({ innerText }) => innerText),
      }))
      expect(seen.said).toMatch(COOKIE)
      expect(seen.said).not.toMatch(PRESSURE)
      expect(['fixed', 'sticky']).toContain(seen.position)
      expect(seen.inShadow).toBe(false)
      expect(seen.buttons.slice(0, 2)).toEqual([words['accept'], words['reject']])
    },
  )
}
