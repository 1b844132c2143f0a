import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { HARSH } from '../browser/consent-host.ts'
import { newVisitor, ours, press } from '../support/page.ts'
import { LAYOUTS } from './factors.ts'
import { toolsKnow } from './known-words.ts'
import { SITE, wordsOf } from './site.ts'
import { openTheatre, type Theatre } from './stage.ts'

const LAYOUT = Object.keys(LAYOUTS)[0]!
let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre([LAYOUT])
})
afterAll(() => theatre?.close())

// The longest, the shortest, and those of other scripts; `npm run test:all` reads every language.
toolsKnow(['en', 'de', 'fi', 'mt', 'ja', 'ar'])

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
