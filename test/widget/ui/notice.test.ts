import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { WidgetLanguage } from '../../../shared/domain/language.ts'
import type { Program, SiteConfiguration } from '../../../shared/domain/site.ts'
import { renderNotice } from '../../../widget/render/notice.ts'
import { noticeFaults } from '../../../widget/render/notice-faults.ts'
import { noticeVersion } from '../../../widget/render/notice-document.ts'

const demo = (site: string) => JSON.parse(readFileSync(`demo/${site}/site.json`, 'utf8')) as SiteConfiguration
const loom = demo('loom')

/** The page as a browser reads it. */
const page = (language: WidgetLanguage, site = loom): Document =>
  new DOMParser().parseFromString(renderNotice(site, language).page, 'text/html')

const textOf = (element: Element | null | undefined): string =>
  element!.textContent.replace(/\s+/g, ' ').trim()
const part = (document: Document, id: string): HTMLElement => document.getElementById(`assent-notice-${id}`)!

describe('the version', () => {
  const changed = (change: Partial<SiteConfiguration>) => noticeVersion({ ...loom, ...change })

  test('is twelve digits of a hash, the same in every language', () => {
    const versions = (['en', 'de', 'ar'] as const).map(language =>
      page(language).querySelector('meta[name=version]')!.getAttribute('content'),
    )
    expect(new Set(versions)).toEqual(new Set([noticeVersion(loom)]))
    expect(versions[0]).toMatch(/^[0-9a-f]{12}$/)
  })

  test('stays when something changes of which the notice does not speak', () => {
    const { signals, appearance, owners, origins } = loom
    expect(
      changed({
        signals: { ...signals, googleConsentMode: {} },
        appearance: { ...appearance, accent: '#000000' },
        owners: owners.slice(1),
        origins: [...origins, 'https://new.example'],
        retention: [],
        services: loom.services.map(s => ({ ...s, agreement: 'DPA-0' })),
      }),
    ).toBe(noticeVersion(loom))
  })

  test.each<[string, Partial<SiteConfiguration>]>([
    [
      'a word in one language',
      {
        notice: {
          ...loom.notice,
          sections: loom.notice.sections.map((s, i) => (i ? s : { ...s, body: { ...s.body, ar: 'غيره' } })),
        },
      },
    ],
    ['the date', { notice: { ...loom.notice, lastRevised: '2026-11-02' } }],
    ['a cookie', { services: loom.services.map(s => ({ ...s, cookies: s.cookies.slice(1) })) }],
    ['an approval', { services: loom.services.map(s => ({ ...s, approval: { state: 'proposed' } })) }],
    [
      'a legal basis',
      { purposes: loom.purposes.map(p => (p.kind === 'messages' ? { ...p, basis: 'contract' } : p)) },
    ],
    ['how often messages come', { programs: loom.programs.map(p => ({ ...p, frequency: p.name })) }],
    ['with whom something is shared', { programs: loom.programs.map(p => ({ ...p, sharesWith: 'Mill' })) }],
    ['the contact', { controller: { ...loom.controller, phone: '+49 341 0' } }],
    ['how long a choice is remembered', { choice: { expiresAfterDays: 90 } }],
  ])('changes with %s', (_, change) => {
    expect(changed(change)).not.toBe(noticeVersion(loom))
  })
})

describe.each(['en', 'de', 'ar'] as const)('the notice in %s', language => {
  test('begins with the date of the configuration, above its first heading', () => {
    const document = page(language)
    const time = document.querySelector('main time')!
    expect(time.getAttribute('datetime')).toBe(loom.notice.lastRevised)
    const said = { en: 'November 1, 2026', de: '1. November 2026', ar: '1 نوفمبر 2026' }[language]
    expect(textOf(time)).toBe(said)
    const first = document.querySelector('h1, h2, h3')!
    expect(time.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    expect(first.tagName).toBe('H1')
  })

  test('names who is responsible and every way to reach them', () => {
    const { name, address, email, phone, registrations, dataProtectionOfficers } = loom.controller
    const contact = part(page(language), 'contact')
    const officer = dataProtectionOfficers[0]!
    const told = [name, address, email, phone!, officer.name, officer.email]
    for (const fact of [...told, ...registrations.flatMap(({ kind, value }) => [kind, value])])
      expect(textOf(contact)).toContain(fact)
    const questions = {
      en: 'any question about this notice',
      de: 'Fragen zu diesen Hinweisen',
      ar: 'أي سؤال عن هذا الإشعار',
    }
    expect(textOf(contact)).toContain(questions[language])
    expect([...contact.querySelectorAll('a')].map(a => a.getAttribute('href'))).toEqual([
      `mailto:${email}`,
      'tel:+493415550123',
      loom.controller.website,
      `mailto:${officer.email}`,
    ])
  })

  test('asks to call only where a number stands', () => {
    const { phone, ...controller } = loom.controller
    const call = { en: /\bcall\b/, de: /rufen Sie an/, ar: /اتصل/ }[language]
    const silent = page(language, { ...loom, controller })
    expect(phone).toBeDefined()
    expect(textOf(part(page(language), 'contact'))).toMatch(call)
    expect(textOf(part(silent, 'contact'))).not.toMatch(call)
    expect(textOf(part(silent, 'contact').lastElementChild)).toMatch(
      /^(Write to us|Schreiben Sie uns|راسلنا)/,
    )
  })

  test('lists for every purpose each service, with country, approval, and all it keeps', () => {
    const cookies = part(page(language), 'cookies')
    const names = new Intl.DisplayNames([language], { type: 'region' })
    const blocks = [...cookies.querySelectorAll('.assent-purpose')]
    const offered = loom.purposes.filter(p => p.kind !== 'messages')
    expect(blocks.map(block => textOf(block.querySelector('h3')))).toEqual(offered.map(p => p.name[language]))
    for (const [i, purpose] of offered.entries()) {
      const services = [...blocks[i]!.querySelectorAll('.assent-service')]
      const expected = loom.services.filter(s => s.purpose === purpose.id)
      expect(services.map(s => textOf(s.querySelector('h4')))).toEqual(expected.map(s => s.name))
      for (const [j, service] of expected.entries()) {
        const said = textOf(services[j])
        for (const fact of [service.provider, names.of(service.country)!]) expect(said).toContain(fact)
        const rows = [...services[j]!.querySelectorAll('tbody tr')]
        expect(rows).toHaveLength(service.cookies.length)
        for (const [k, cookie] of service.cookies.entries())
          for (const fact of [cookie.name, cookie.domain, cookie.description[language]!])
            expect(textOf(rows[k])).toContain(fact)
      }
    }
  })

  test('says in words how long, and what was never approved', () => {
    const said = textOf(part(page(language), 'cookies'))
    const words = {
      en: ['6 months', '30 minutes', 'Until the tab or browser is closed', 'Not approved by Loomwork GmbH'],
      de: [
        '6 Monate',
        '30 Minuten',
        'Bis der Tab oder Browser geschlossen wird',
        'Von Loomwork GmbH nicht freigegeben',
      ],
      ar: ['6 أشهر', '30 دقيقة', 'حتى إغلاق علامة التبويب أو المتصفح', 'لم تعتمدها'],
    }[language]
    for (const word of words) expect(said).toContain(word)
  })

  test('shows the legal basis of every purpose, and each kind of message by itself', () => {
    const document = page(language)
    const messages = [...part(document, 'messages').querySelectorAll('.assent-purpose')]
    const asked = loom.purposes.filter(p => p.kind === 'messages')
    expect(messages.map(block => textOf(block.querySelector('h3')))).toEqual(asked.map(p => p.name[language]))
    const basis = { en: 'Legal basis:', de: 'Rechtsgrundlage:', ar: 'الأساس القانوني:' }[language]
    const stated = [...document.querySelectorAll('.assent-purpose')].map(block => textOf(block).split(basis))
    expect(stated).toHaveLength(loom.purposes.length)
    for (const [, ...after] of stated) expect(after.join('').length).toBeGreaterThan(10)
  })

  test('says that numbers are handed to nobody wherever text messages are sent, and what is agreed to apart', () => {
    const clause = {
      en: 'are not shared or sold: neither to third parties nor to affiliates',
      de: 'werden weder weitergegeben noch verkauft',
      ar: 'لا تُشارَك ولا تُباع',
    }[language]
    const only = { en: 'only exception', de: 'einzige Ausnahme', ar: 'الاستثناء الوحيد' }[language]
    const said = (change: (program: Program) => Program) =>
      textOf(part(page(language, { ...loom, programs: loom.programs.map(change) }), 'messages'))
    expect(said(p => p)).toContain(clause)
    expect(said(p => p)).not.toContain(only)
    for (const words of ['STOP', 'HELP', loom.programs[0]!.frequency![language]!])
      expect(said(p => p)).toContain(words)
    const shared = said(p => ({ ...p, sharesWith: 'Mill Bank' }))
    expect(shared).toContain(only)
    expect(shared.split('Mill Bank').length).toBeGreaterThan(1)
    expect(said(p => ({ ...p, disclosures: p.disclosures.slice(0, 1) }))).not.toContain(clause)
  })

  test('names the regions in which something runs before an answer, by their names, and none where there are none', () => {
    const rules = [
      { regions: ['NZ', 'BR-SP'], regime: 'opt-out' },
      { regions: ['PE'], regime: 'opt-in' },
    ] as const
    const cookies = textOf(
      part(page(language, { ...loom, regimes: { default: 'opt-in', rules } }), 'cookies'),
    )
    const name = (country: string) => new Intl.DisplayNames(language, { type: 'region' }).of(country)!
    expect(cookies).toContain(name('NZ'))
    expect(cookies).toContain(`${name('BR')} (SP)`)
    expect(cookies).not.toContain(name('PE'))
    const plain = textOf(part(page(language), 'cookies'))
    expect(plain).not.toContain(name('NZ'))
  })

  test('says where to change or withdraw', () => {
    const control = { en: 'Cookie settings', de: 'Cookie-Einstellungen', ar: 'إعدادات الكوكيز' }[language]
    expect(textOf(part(page(language), 'withdrawal'))).toContain(control)
  })

  test('skips no level of headings, and every link within it leads somewhere', () => {
    const document = page(language)
    const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))
    expect(levels[0]).toBe(1)
    for (const [i, level] of levels.slice(1).entries()) expect(level - levels[i]!).toBeLessThanOrEqual(1)
    const within = [...document.querySelectorAll('a[href^="#"]')]
    expect(within.length).toBeGreaterThan(10)
    for (const link of within)
      expect([link.outerHTML, document.getElementById(link.getAttribute('href')!.slice(1))]).not.toContain(
        null,
      )
  })

  test('is a whole page without any script, in its language and direction, with ways on', () => {
    const document = page(language)
    const { documentElement: html } = document
    expect([html.lang, html.dir]).toEqual([language, language === 'ar' ? 'rtl' : 'ltr'])
    expect(document.title).toContain('Loomwork')
    expect(
      document.querySelectorAll('script, iframe, img, [style], [onclick], link[rel=stylesheet]'),
    ).toHaveLength(0)
    const hrefs = [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
    const ways = ['notice.en.html', 'notice.de.html', 'notice.ar.html', `notice-versions.${language}.html`]
    for (const way of [...ways, loom.controller.website]) expect(hrefs).toContain(way)
  })

  test('is the same over the page, one level of headings lower', () => {
    const { dialog } = renderNotice(loom, language)
    const said: string[] = []
    const heads: string[] = []
    const visit = (node: unknown): void => {
      if (typeof node === 'string') return void said.push(node)
      const [tag, , ...children] = node as [string, object, ...unknown[]]
      if (/^h\d$/.test(tag)) heads.push(tag)
      children.forEach(visit)
    }
    visit(dialog)
    const whole = said.join('').replace(/\s+/g, '')
    for (const section of page(language).querySelectorAll('main section'))
      expect(whole).toContain(section.textContent.replace(/\s+/g, ''))
    expect([heads[0], heads.includes('h1')]).toEqual(['h2', false])
  })
})

test('no words of an owner become markup', () => {
  const evil = '</style></title><script>alert(1)</script>"&'
  const site = {
    ...loom,
    name: { en: evil, de: evil, ar: evil },
    controller: { ...loom.controller, name: evil, registrations: [{ kind: evil, value: evil }] },
  }
  const { page: text, versions } = renderNotice(site, 'en')
  for (const document of [text, versions].map(t => new DOMParser().parseFromString(t, 'text/html'))) {
    expect(document.querySelectorAll('script')).toHaveLength(0)
    expect(document.title).toContain(evil)
  }
})

test('a link of the owner to a path leads to the site on a page of the server', () => {
  const sections = [{ ...loom.notice.sections[0]!, body: { en: '[a](/contact)', de: 'a', ar: 'a' } }]
  const site = { ...loom, notice: { ...loom.notice, sections } }
  const link = part(page('en', site), 'in-short').querySelector('a')!
  expect(link.getAttribute('href')).toBe('https://www.loomwork.example/contact')
  expect(JSON.stringify(renderNotice(site, 'en').dialog)).toContain('"href":"/contact"')
})

test('what cannot be shown is never rendered, even when nobody asked for the faults', () => {
  const sections = [{ ...loom.notice.sections[0]!, body: { en: '<b>', de: 'a', ar: 'a' } }]
  expect(() => renderNotice({ ...loom, notice: { ...loom.notice, sections } }, 'en')).toThrow(
    /section "in-short": line 1 has raw HTML/,
  )
})

test.each([null, 7, {}, { notice: 1 }, { notice: { sections: [null, { body: 7 }, { body: { en: 7 } }] } }])(
  'whatever %j is, judging it is no crash',
  input => {
    expect(noticeFaults(input)).toEqual([])
  },
)

test.each(['loom', 'harbor'])('the notice of %s has no fault', site => {
  expect(noticeFaults(demo(site))).toEqual([])
})
