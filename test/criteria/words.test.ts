import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WIDGET_LANGUAGES } from '../../shared/domain/language.ts'
import { HARSH } from '../browser/consent-host.ts'
import { newVisitor, ours, press } from '../support/page.ts'
import { LAYOUTS } from './factors.ts'
import { SITE, wordsOf } from './site.ts'
import { openTheatre, type Theatre } from './stage.ts'

const LAYOUT = Object.keys(LAYOUTS)[0]!
let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre([LAYOUT])
})
afterAll(() => theatre?.close())

/** “Cookie” as each language writes it; tools that answer for a visitor look for nothing else in a fixed box. */
const COOKIE =
  /cookie|küpsis|slapuk|sīkdat|sušenk|keksz|piškot|kolačić|fianá?n|evästei|çerez|бисквит|файл|кук|クッキー|쿠키|कुकी|كوكيز|ارتباط|süti|vafr|informasjonskaps|cookies/i
/** What presses a reader rather than asking, in the languages its authors read. */
const PRESSURE =
  /no,? thanks|miss(ing)? out|best experience|don.t (like|care)|i understand|agree and continue|% off|discount|voucher|free gift|schade|verpassen|rabatt|gutschein|nein danke/i

test.each(WIDGET_LANGUAGES)(
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

test('L8 a page in a language the site has no words for gets another one, marked as such', async () => {
  const visitor = await newVisitor(theatre.browser, { locale: 'is' })
  onTestFinished(visitor.leave)
  const host = theatre.hosts[LAYOUT]!
  await visitor.page.goto(host.page(`${host.stub}<title>Page</title><p>text`, HARSH, { language: 'is' }))
  const accept = ours(visitor.page, 'accept')
  await accept.waitFor()
  const spoken = await accept.evaluate(button => button.closest('[lang]')!.getAttribute('lang')!)
  expect(SITE.languages as readonly string[]).toContain(spoken)
  expect(await accept.textContent()).toBe(wordsOf(spoken)['accept'])
})

test('L11 the settings ask for consent and nothing else: no second basis, no tab, no objection', async () => {
  const visitor = await newVisitor(theatre.browser)
  onTestFinished(visitor.leave)
  const host = theatre.hosts[LAYOUT]!
  await visitor.page.goto(host.page(`${host.stub}<title>Page</title><p>text`, HARSH))
  await press(visitor.page, 'settings')
  const settings = visitor.page.getByRole('dialog')
  await settings.waitFor()
  expect(await settings.getByRole('tab').count()).toBe(0)
  expect(await settings.innerText()).not.toMatch(/legitimate|object to/i)
  expect(await settings.getByRole('switch').count()).toBe(
    SITE.purposes.filter(({ basis, kind }) => basis === 'consent' && kind !== 'messages').length,
  )
})
