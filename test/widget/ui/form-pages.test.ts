import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fillForm, type Filled } from '../../../server/routes/form-page.ts'
import { takesOptIns, type Program, type SiteConfiguration } from '../../../shared/domain/site.ts'
import { confirmPage, optInPage, optOutPage } from '../../../widget/render/form-pages.ts'

const harbor = JSON.parse(readFileSync('demo/harbor/site.json', 'utf8')) as SiteConfiguration
const [program] = harbor.programs

const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html')
const filled = (like: { facts?: string[] } & Partial<Omit<Filled, 'facts'>> = {}): Document =>
  parse(
    fillForm(optInPage(harbor, program!, 'en'), {
      values: {},
      ticked: new Set(),
      receipts: {},
      ...like,
      facts: new Set(like.facts),
    }),
  )
const shown = (page: Document, selector: string): string[] =>
  [...page.querySelectorAll(selector)]
    .filter(each => !each.closest('[hidden]'))
    .map(each => each.textContent.trim())

test('a page without scripts has none, and shows no fault and no answer before it was sent', () => {
  for (const page of [filled(), parse(optOutPage(harbor, 'ar'))]) {
    expect(page.querySelectorAll('script, [onclick], [style]')).toHaveLength(0)
    expect(shown(page, '.assent-fault, .assent-done')).toEqual([])
    expect(shown(page, 'form')).toHaveLength(1)
  }
})

test('nothing is ticked, nothing is required, and each channel has its own box and its own words', () => {
  const page = filled()
  expect(page.querySelectorAll('[checked], [required]')).toHaveLength(0)
  for (const { channel, text } of program!.disclosures)
    expect(page.querySelector(`label:has([name="${channel}"])`)!.textContent).toBe(text['en'])
})

test('what is typed becomes a value and nothing else, whatever it is', () => {
  const typed = `"><script>x</script>' $& data-value="text" & &amp;`
  const page = filled({ values: { 'sms-address': typed, 'sms-id': typed }, ticked: new Set(['sms']) })
  expect(page.querySelector<HTMLInputElement>('[name=sms-address]')!.value).toBe(typed)
  expect(page.querySelector<HTMLInputElement>('[name=sms-id]')!.value).toBe(typed)
  expect(page.querySelector<HTMLInputElement>('[name=sms]')!.checked).toBe(true)
  expect(page.querySelectorAll('script')).toHaveLength(0)
})

test('a fault stands beside its field, describes it, and the first one has the focus', () => {
  const page = filled({ facts: ['email:empty', 'sms:country-not-served', 'of-age:minor'] })
  for (const [name, fault] of [
    ['email-address', 'assent-email-empty'],
    ['sms-address', 'assent-sms-country-not-served'],
    ['of-age', 'assent-of-age-minor'],
  ] as const) {
    const field = page.querySelector(`[name="${name}"]`)!
    expect(field.getAttribute('aria-describedby')).toBe(fault)
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(page.getElementById(fault)!.closest('[hidden]')).toBe(null)
  }
  expect(Array.from(page.querySelectorAll('[autofocus]'), each => each.getAttribute('name'))).toEqual([
    'email-address',
  ])
  expect(shown(page, '.assent-fault')).toHaveLength(3)
})

test('an answer shows what was agreed with its receipt number, and no form any more', () => {
  const page = filled({ facts: ['done', 'done:sms', 'waits:sms', 'over'], receipts: { sms: 'the-id' } })
  expect(shown(page, 'form')).toEqual([])
  const [sms, ...others] = shown(page, '.assent-done > div')
  expect(others).toEqual([])
  expect(sms).toContain('the-id')
  expect(shown(page, '.assent-done p')).toContain(
    'It holds only once you have confirmed it: a message there asks you to. Until then, nothing else comes.',
  )
})

test.each([
  ['en', 'send START to +12025550143'],
  ['de', 'START an +12025550143'],
  // Its plus sign stays before it.
  ['ar', 'START من ذلك الهاتف إلى \u2066+12025550143\u2069'],
] as const)('whoever waits for a text reads in %s how to confirm without one', (language, words) => {
  const research = harbor.programs.find(({ id }) => id === 'harbor-research')!
  const facts = new Set(['done', 'done:sms', 'waits:sms', 'done:email', 'waits:email', 'over'])
  const pageOf = (each: Program): Document =>
    parse(fillForm(optInPage(harbor, each, language), { facts, values: {}, ticked: new Set(), receipts: {} }))
  const texts = shown(pageOf(research), '.assent-done p')
  expect(texts.filter(text => text.includes(words))).toHaveLength(1)
  // Where one word is enough, no message has to be waited for.
  expect(shown(pageOf(program!), '.assent-done p').join()).not.toContain('START')
})

test("an owner's words can be no markup of ours", () => {
  const evil = `</style><script>x</script> hidden data-when="done" data-value="sms-id"`
  const site = { ...harbor, controller: { ...harbor.controller, name: evil } }
  const html = fillForm(optInPage(site, program!, 'en'), {
    facts: new Set(['done']),
    values: { 'sms-id': 'minted' },
    ticked: new Set(),
    receipts: {},
  })
  const page = parse(html)
  expect(page.querySelectorAll('script')).toHaveLength(0)
  expect(page.querySelector('form > p:not([hidden])')!.textContent).toContain(evil)
  expect(html.split('minted')).toHaveLength(2)
})

describe('a link of a confirmation that is dead or taken back leads on', () => {
  const again = (site: SiteConfiguration, fact: string, language: 'en' | 'de' | 'ar' = 'en') =>
    [
      ...parse(
        fillForm(confirmPage(site, language), {
          facts: new Set([fact]),
          values: {},
          ticked: new Set(),
          receipts: {},
        }),
      ).querySelectorAll('main a'),
    ]
      .filter(each => !each.closest('[hidden]'))
      .map(each => [each.getAttribute('href'), each.textContent])

  test.each([
    ['en', 'Sign up: '],
    ['de', 'Anmelden: '],
    ['ar', 'الاشتراك: '],
  ] as const)('in %s, to the form of each program that takes somebody new', (language, words) => {
    const hosted = { ...harbor, collectionPoints: [] }
    const open = harbor.programs.filter(takesOptIns)
    expect(open.length).toBeGreaterThan(0)
    for (const fact of ['gone', 'taken-back']) {
      const links = again(hosted, fact, language)
      expect(links.map(([href]) => href)).toEqual(open.map(({ id }) => `opt-in.${id}.${language}.html`))
      expect(links.every(([, text]) => text!.startsWith(words))).toBe(true)
    }
    const closed = { ...harbor, programs: harbor.programs.map(each => ({ ...each, open: false })) }
    expect(again(closed, 'gone', language)).toEqual([])
  })

  test("to the site's own page with that form, where it is registered and of an allowed origin", () => {
    const at = (url: string): SiteConfiguration => ({
      ...harbor,
      collectionPoints: [
        { id: 'shop', name: 'Shop', kind: 'web-form', programs: [program!.id], url, text: { en: 'Yes.' } },
      ],
    })
    const own = `${harbor.origins[0]!}/signup`
    expect(again(at(own), 'gone')[0]![0]).toBe(own)
    expect(again(at('https://elsewhere.example/signup'), 'gone')[0]![0]).toBe(`opt-in.${program!.id}.en.html`)
  })

  test('not while it still can be confirmed: there is one button and nothing else', () => {
    expect(again(harbor, 'waiting')).toEqual([])
  })
})
