import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { confirmWords } from '../../server/messages/confirm-words.ts'
import { advertisingIn } from '../../server/messages/no-advertising.ts'
import { LINK } from '../../server/messages/outbox.ts'
import { spokenTo } from '../../server/languages/words.ts'
import { WIDGET_LANGUAGES } from '../../shared/domain/language.ts'
import { harborSite, RESEARCH } from '../support/messages.ts'

describe.each(WIDGET_LANGUAGES)('a message that asks for a confirmation, in %s', language => {
  const { confirmMail, confirmText } = spokenTo([language]).words

  test('advertises nothing: one link, no image, no promotion', () => {
    const whole = [confirmMail.title, ...confirmMail.paragraphs].join('\n')
    expect(advertisingIn(whole)).toEqual([])
    expect(advertisingIn(confirmText)).toEqual([])
    expect(whole.split('{link}')).toHaveLength(2)
    expect(confirmText).not.toContain('{link}')
  })

  test('quotes the words agreed to, says who sends it, and what to do when it was somebody else', () => {
    const { controller, programs } = harborSite()
    const program = programs.find(({ id }) => id === RESEARCH)!
    const words = program.disclosures[0]!.text[language] ?? 'Yes, write to me.'
    const asked = {
      controller,
      program,
      words,
      language,
      at: Date.UTC(2026, 10, 22, 8),
      until: Date.UTC(2026, 10, 29, 8),
    }
    const mail = confirmWords({ ...asked, channel: 'email' })
    for (const part of [
      words,
      controller.name,
      controller.address,
      program.name[language] ?? program.id,
      LINK,
      '29',
    ])
      expect(mail.words).toContain(part)
    expect(mail.words).not.toMatch(/\{\w+\}/)
    // Only what was agreed to may speak of offers.
    expect(
      advertisingIn(
        mail.words
          .replace(words, '')
          .replaceAll(program.name[language] ?? program.id, '')
          .replaceAll(LINK, '{link}'),
      ),
    ).toEqual([])
    const text = confirmWords({ ...asked, channel: 'sms' })
    for (const part of ['STOP', 'HELP', controller.name]) expect(text.words).toContain(part)
  })
})

test.each([
  ['Confirm: {link} and {link}', 'has its link twice'],
  ['Confirm: {link}. Visit https://shop.example', 'has a link beside that to confirm'],
  ['Confirm {link} at www.shop.example', 'has a link beside that to confirm'],
  ['<img src="cid:logo"> {link}', 'has markup or an image in it'],
  ['Confirm {link} and get 10 % discount', 'promotes: discount'],
  ['Bestätigen {link}: jetzt 10 % Rabatt sichern', 'promotes: Rabatt'],
  ['أكّد {link} واحصل على خصم', 'promotes: خصم'],
  ['Confirm!!! {link}', 'shouts'],
])('%s: %s', (words, fault) => {
  expect(advertisingIn(words)).toContain(fault)
})

test.each(WIDGET_LANGUAGES)('whoever has reviewed %s has read both of its files', language => {
  const { reviewedBy } = JSON.parse(readFileSync(`widget/languages/${language}.json`, 'utf8')) as {
    readonly reviewedBy: string
  }
  expect(spokenTo([language]).words.reviewedBy).toBe(reviewedBy)
})
