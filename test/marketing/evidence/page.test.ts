import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evidencePage } from '../../../server/marketing/evidence/page.ts'
import { evidenceRecord } from '../../../server/marketing/evidence/record.ts'
import { ar } from '../../../server/marketing/evidence/words/ar.ts'
import { de } from '../../../server/marketing/evidence/words/de.ts'
import { en } from '../../../server/marketing/evidence/words/en.ts'
import { openErasures } from '../../../server/erasure/erase.ts'
import { appendOptIns } from '../../../server/marketing/opt-in.ts'
import { statusOf } from '../../../server/marketing/status.ts'
import { STATUS_REASONS } from '../../../shared/domain/marketing.ts'
import { evidenceAnswer } from '../../../shared/schemas/evidence.ts'
import { aStory, HOSTILE, read, WEAVER } from '../../support/evidence.ts'
import { anOptIn } from '../../support/marketing.ts'
import { LOOM } from '../../support/receipts.ts'
import { findingsIn } from '../../support/verify.ts'

let told: Awaited<ReturnType<typeof aStory>>
beforeAll(async () => {
  told = await aStory()
})
afterAll(() => told.ledger.remove())

/** What is left of a page without its tags, as one line. */
const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<body>'))
    .replace(/<[^>]+>/g, '')
    .replace(
      /&(\w+|#39);/g,
      (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[name]!,
    )
    .replace(/\s+/g, ' ')

describe('one page', () => {
  test('says who, when, which words on which page in which language, both steps and every change', async () => {
    const evidence = await read(told)
    const text = textOf(evidencePage(evidence, 'en'))
    const inOrder = [
      'Must not be written to. It took its yes back.',
      'ida.weaver@mail.example',
      'Recorded from elsewhere',
      'Recorded 700 days after it happened.',
      'row 17 of a file',
      'Said no to this program',
      'Asked for messages: step 1 of 2',
      'https://www.loomwork.example',
      'German',
      '192.0.2.0/24',
      'Ja, senden Sie mir etwa einmal pro Woche Loomwork-Produktneuheiten per E-Mail.',
      '(the box of this entry)',
      told.ledger.store.current('loom')!.files['opt-in.weekly.de']!,
      'Confirmed it: step 2 of 2',
      '198.51.100.0/24',
      'Messages wait',
      'It may have been a no',
      'Messages no longer wait',
      'API key 0a1b2c3d4e5f',
      'Said no to everything on this channel',
      'Recorded 2 days after it happened.',
      'Letter no. 12',
      'Signed checkpoint',
      'Not legal advice.',
    ]
    let from = 0
    for (const words of inOrder) {
      expect([words, text.indexOf(words, from)]).not.toEqual([words, -1])
      from = text.indexOf(words, from)
    }
    for (const { leaf, entry } of evidence.lines) {
      expect(text).toContain(leaf)
      expect(text).toContain(entry.id)
    }
  })

  test('marks only the box that was ticked: the other on the same form has an entry of its own, or none', async () => {
    const page = evidencePage(await read(told), 'en')
    const boxes = [...page.matchAll(/class="box( this)?"[^>]*>\s*([^<]+)/g)].map(([, mark, text]) => [
      mark !== undefined,
      text!.slice(0, 20).trim(),
    ])
    expect(boxes).toHaveLength(2)
    expect(boxes[0]![0]).toBe(true)
    expect(boxes[1]![0]).toBe(false)
    expect(page).toContain('per E-Mail')
  })

  test('of a letter that was recorded late gives both truths, and marks what the question did not see', async () => {
    const { letterWritten, letterRecorded } = told.at
    const between = letterWritten + 3_600_000
    const known = await read(told, { asOf: between })
    expect(known.past!.answer).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    const unknown = await read(told, { asOf: between, knownAsOf: letterRecorded - 1 })
    expect(unknown.past!.answer).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
    expect(unknown.now).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    const text = textOf(evidencePage(unknown, 'en'))
    expect(text).toMatch(
      /Today · .*Must not be written to.*As of December 9.*by what was recorded until.*May be written to/,
    )
    expect(text).toContain('Not known at December 11')
    expect(unknown.lines.map(({ unseen }) => unseen).filter(Boolean)).toEqual(['unknown'])
    const earlier = await read(told, { asOf: letterWritten - 1 })
    expect(earlier.lines.at(-1)!.unseen).toBe('later')
    expect(textOf(evidencePage(earlier, 'en'))).toContain('it counts from later')
  })

  test.each(['en', 'de', 'ar'] as const)(
    'in "%s" nothing that a stranger wrote is markup',
    async language => {
      const page = evidencePage(await read(told), language)
      expect(textOf(page)).toContain(HOSTILE.replace(/\p{Bidi_Control}/u, '\uFFFD').replace(/\s+/g, ' '))
      expect(page).not.toMatch(
        /<(?!\/?(?:html|head|meta|title|link|style|body|main|p|h[1-4]|bdi|ul|ol|li|strong|code|dl|dt|dd|br|small|time|div|blockquote|span|table|thead|tbody|tr|th|td|pre|footer)\b)[a-z/]/i,
      )
      expect(page.match(/<style>/g)).toHaveLength(1)
      expect(page).not.toMatch(/<[^>]*\son\w+=/)
      expect(page).not.toMatch(/\p{Bidi_Control}/u)
      expect(page).toMatch(/^<!doctype html>\n\s*<html lang="(en|de|ar)" dir="(ltr|rtl)">/)
    },
  )

  test('masked, it shows nothing private, and neither does its JSON', async () => {
    const evidence = await read(told, { masked: true })
    const all =
      evidencePage(evidence, 'en') + JSON.stringify(evidenceRecord(evidence)) + JSON.stringify(evidence.lines)
    expect(all).not.toMatch(/ida\.weaver/i)
    expect(all).not.toContain('192.0.2')
    expect(all).not.toContain('Letter no. 12')
    expect(all).toContain('i…@mail.example')
  })

  test('as JSON is what its schema says', async () => {
    const evidence = await read(told, { asOf: told.at.letterWritten })
    expect(evidenceAnswer.parse(JSON.parse(JSON.stringify(evidenceRecord(evidence))))).toMatchObject({
      program: 'weekly',
      now: { decision: 'block' },
      entries: { length: 7 },
    })
  })
})

describe('a reading', () => {
  test('is an entry of who and why, moves nothing, and is told to the next reader', async () => {
    const ask = () =>
      statusOf(told.ledger, told.site, { channel: 'email', address: WEAVER, program: 'weekly' })
    const { asOf: _, ...before } = ask()
    const size = told.ledger.store.size('loom')
    const first = await read(told, {}, { actor: 'key:abc', reason: 'authority' })
    expect(told.ledger.store.size('loom')).toBe(size + 1)
    expect(told.ledger.store.entry('loom', first.reading!)!.entry).toMatchObject({
      type: 'evidence-read',
      channel: 'email',
      program: 'weekly',
      actor: 'key:abc',
      reason: 'authority',
    })
    expect(ask()).toMatchObject(before)
    const second = await read(told)
    expect(second.readings.at(-1)!.index).toBe(first.reading)
    expect(textOf(evidencePage(second, 'en'))).toMatch(
      /Who read this before .*API key abc \(an authority asked\)/,
    )
    expect(findingsIn(told.ledger)).toEqual([])
  })

  test('of an address that nobody named is none', async () => {
    const size = told.ledger.store.size('loom')
    const nothing = await read(told, { address: 'nobody@mail.example' })
    expect(told.ledger.store.size('loom')).toBe(size)
    expect(nothing).toMatchObject({ lines: [], now: { reason: 'never_asked' } })
    expect(textOf(evidencePage(nothing, 'en'))).toContain('Nothing is on record of this address')
  })

  test('keeps away what is about another program, and says that there is more', async () => {
    const about = await read(told, { program: 'roadmap' })
    const own = about.lines.map(({ entry }) => entry.type)
    expect(own).toEqual(['hold', 'hold-release', 'opt-out'])
    expect(about.others).toBeGreaterThan(3)
    expect(textOf(evidencePage(about, 'en'))).toMatch(/about other programs and not shown here: \d/)
  })
})

test('an address that was erased says when, and that nothing leads to its entries any more', async () => {
  const { ledger, site } = await aStory()
  const subject = (await read({ ledger, site })).subject!
  const blind = ledger.blindIndex.blindOf('loom', 'email', WEAVER)
  await openErasures(ledger, ledger.erasures).erase('loom', { subject, address: blind, reason: 'request' })
  const gone = await read({ ledger, site })
  expect(gone).toMatchObject({ lines: [], now: { reason: 'erased' } })
  expect(textOf(evidencePage(gone, 'en'))).toMatch(/This address was erased on December 12/)
  // And what it says from then on has a history of its own.
  ledger.advance(86_400_000)
  const { configuration, files } = ledger.store.current('loom')!
  const again = anOptIn({
    channel: 'email',
    program: 'weekly',
    address: WEAVER,
    configuration,
    text: files['opt-in.weekly.en']!,
    decidedAt: ledger.now(),
  })
  await appendOptIns(ledger, 'loom', [again], LOOM, {})
  const back = await read({ ledger, site })
  expect(back.lines.map(({ entry }) => entry.type)).toEqual(['opt-in'])
  expect(findingsIn(ledger)).toEqual([])
  await ledger.remove()
})

describe.each(Object.entries({ en, de, ar }))('the words in "%s"', (_, words) => {
  const places = (said: string): string[] => (said.match(/\{\w+\}/g) ?? []).toSorted()

  test('say everything English says, with the same places', () => {
    expect(Object.keys(words)).toEqual(Object.keys(en))
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, words[key].trim()]).not.toEqual([key, ''])
      expect([key, places(words[key])]).toEqual([key, places(en[key])])
    }
  })

  test('have a sentence for every reason', () => {
    expect(STATUS_REASONS.filter(reason => !(`reason-${reason}` in words))).toEqual([])
  })
})
