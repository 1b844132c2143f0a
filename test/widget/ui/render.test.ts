import { readFileSync } from 'node:fs'
import { createElement } from 'preact'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../shared/domain/canonical.ts'
import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import type { WidgetConfiguration } from '../../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import { contrast, textOn, visibleOn } from '../../../shared/domain/colour.ts'
import { literal } from '../../../widget/render/literal.ts'
import { render } from '../../../widget/render/render.ts'
import { styles } from '../../../widget/render/styles.ts'
import { bannerTexts } from '../../../widget/render/texts.ts'
import { walk } from '../../../widget/render/walk.ts'
import { PARTS } from '../../../shared/domain/parts.ts'
import { OneOf } from '../../../widget/ui/one-of.tsx'

const loom = JSON.parse(readFileSync('demo/loom/site.json', 'utf8')) as SiteConfiguration
const VIEW = 'const a=1,m=2,h=3;export{a as act,m as element,h as show};'
const BUILT = {
  loader: 'const s=1;export{s as start};',
  view: Array.from({ length: 6 }, () => VIEW).join('\n'),
  parts: PARTS.map(name => `const s="${name}";export{s as start};`).join('\n'),
  ui: 'export const mount = 1',
}
const file = (site: SiteConfiguration, name: string): string =>
  render(site, BUILT).find(f => f.name === name)!.text

describe('publishing', () => {
  test('gives one loader and one interface, and per language the views, the pages, both for each open program, and the words of each collection point', () => {
    const texts = [
      'first',
      'embed',
      'settings',
      'opt-in.weekly',
      'opt-in-page.weekly',
      'collection.checkout',
      'notice',
      'notice-page',
    ]
    const names = [
      ...texts,
      'notice-versions',
      'opt-out',
      'opt-out-page',
      'preferences',
      'confirm-page',
      'refusal-page',
    ]
    expect(render(loom, BUILT).map(f => f.name)).toEqual([
      'loader',
      'ui',
      ...['en', 'de', 'ar'].flatMap(tag => names.map(text => `${text}.${tag}`)),
    ])
    const closed = { ...loom, programs: loom.programs.map(p => ({ ...p, open: false })) }
    expect(render(closed, BUILT).map(f => f.name)).not.toContain('opt-in.weekly.en')
  })

  test('gives parts only to a site that asks for one, and its loader names them by their hash', () => {
    expect(file(loom, 'loader')).not.toContain('parts')
    const asking: SiteConfiguration = { ...loom, signals: { ...loom.signals, dataLayer: true } }
    const parts = file(asking, 'parts')
    // The way into the debug view comes along with any other.
    expect(parts).toBe(
      ['data-layer', 'debug'].map(name => `(()=>{const s="${name}";s(window.assent,true)})();\n`).join(''),
    )
    const hash = createHash('sha256').update(parts).digest('hex')
    expect(file(asking, 'loader')).toContain(`import("./parts.${hash}.mjs")`)
  })

  test('the same configuration gives the same bytes', () => {
    expect(render(structuredClone(loom), BUILT)).toEqual(render(loom, BUILT))
  })

  test('the loader starts with what it needs of the configuration, and nothing of messages', () => {
    const text = file(loom, 'loader')
    // What is written is a literal: it is JavaScript, without the quotes around names.
    const given = runInNewContext(`(${/s\((.*),new URL/.exec(text)![1]!})`) as WidgetConfiguration
    expect(given.configuration).toBe(
      createHash('sha256').update(canonicalJson(loom)).digest('hex').slice(0, 8),
    )
    expect(given.labels).toEqual({
      en: 'Cookie settings',
      de: 'Cookie-Einstellungen',
      ar: 'إعدادات الكوكيز',
    })
    expect(given.purposes).toEqual([
      ['necessary', 1, 0, 0b1000000, []],
      ['preferences', 0, 0, 0b0110000, [['c', 'loom_theme', '/']]],
      [
        'analytics',
        0,
        0,
        0b0001000,
        [
          ['c', '_tempo', '/'],
          ['c', '_tempo_page', '/shop'],
        ],
      ],
      [
        'marketing',
        0,
        1,
        0b0000111,
        [
          ['c', '_adrift', '/'],
          ['localStorage', 'adrift.seen', '/'],
        ],
      ],
    ])
    expect(given.approved).toEqual(['', 'assent', 'pica', 'tempo', 'adrift', 'vista'])
    expect(given.unapproved).toEqual(['nimbus.example'])
  })

  test('the settings name the interface by its hash', () => {
    const hash = createHash('sha256').update(BUILT.ui).digest('hex')
    expect(file(loom, 'settings.de')).toContain(`from"./ui.${hash}.mjs"`)
  })

  test('no text can end the script it might be pasted into', () => {
    const site = { ...loom, controller: { ...loom.controller, name: '</script><script>alert(1)//\u2028' } }
    const texts = render(site, BUILT)
    for (const { name, text } of texts) expect([name, text.includes('</script')]).toEqual([name, false])
    // A page may hold the separator: it is no script.
    for (const { name, text } of texts.filter(({ text }) => !text.startsWith('<!doctype')))
      expect([name, text.includes('\u2028')]).toEqual([name, false])
    expect(JSON.parse(literal('</script>\u2028'))).toBe('</script>\u2028')
  })
})

describe('the banner', () => {
  test("names the controller and every optional purpose, also with the owner's own sentence", () => {
    const own = {
      ...loom,
      banner: { ...loom.banner, text: { en: 'We like cookies.', de: 'Cookies!', ar: 'كوكيز' } },
    }
    for (const site of [loom, own]) {
      const { text } = bannerTexts(site, 'en')
      for (const name of ['Loomwork GmbH', 'Preferences', 'Analytics', 'Marketing'])
        expect(text).toContain(name)
      expect(text).not.toContain('Market research')
    }
  })

  test('speaks of the opt-out signal only where a purpose is covered by it', () => {
    expect(bannerTexts(loom, 'en').gpc).toContain('Marketing')
    const uncovered = { ...loom, purposes: loom.purposes.map(p => ({ ...p, gpc: false })) }
    expect(bannerTexts(uncovered, 'en').gpc).toBe(undefined)
  })
})

describe('walking a component', () => {
  test('gives elements, joined texts and cases', () => {
    const node = createElement(
      'p',
      { class: 'a' },
      'one',
      ' ',
      2,
      null,
      createElement(OneOf, { cases: { '': null, gpc: 'x' } }),
    )
    expect(walk(node)).toEqual([['p', { class: 'a' }, 'one 2', ['?', { '': [], gpc: ['x'] }]]])
  })

  test.each([
    ['a handler', { onClick: () => {} }],
    ['a handler as text', { onclick: 'alert(1)' }],
    ['an inline style', { style: 'color:red' }],
    ['an object', { data: {} }],
  ])('refuses %s', (_, properties) => {
    expect(() => walk(createElement('p', properties as object))).toThrow('only attributes with a text')
  })
})

describe('colours', () => {
  const ACCENTS = ['#1f4bd8', '#ffffff', '#000000', '#ffe600', '#7f7f7f', '#00a86b', '#ff3b30', '#191b21']

  test.each(ACCENTS)('text on %s reads at 4.5:1 or better', accent => {
    expect(contrast(accent, textOn(accent))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(ACCENTS)('%s as a fill stands out from light and dark surfaces', accent => {
    for (const surfaces of [
      ['#ffffff', '#f4f5f7'],
      ['#191b21', '#23262e'],
    ]) {
      const fill = visibleOn(accent, surfaces)
      for (const surface of surfaces) expect(contrast(fill, surface)).toBeGreaterThanOrEqual(3)
      expect(contrast(fill, textOn(fill))).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('an accent that stands out already is kept', () => {
    expect(visibleOn('#1f4bd8', ['#ffffff', '#f4f5f7'])).toBe('#1f4bd8')
  })

  test('known answers', () => {
    expect(contrast('#000000', '#ffffff')).toBe(21)
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })
})

describe('style sheets', () => {
  const appearance = { accent: '#1f4bd8', corner: 'soft', position: 'bottom', scheme: 'auto' } as const
  const css = styles(
    '.a :focus , .b { color : red; margin: 0 auto; } /* gone */ @media print { .a:hover { width: var(--assent-width) } }',
    '#root',
    appearance,
  )

  test('are one layered rule in which every declaration ends in a semicolon', () => {
    expect(css).toMatch(/^@layer assent\{.*\}$/)
    expect(css).toContain('.a :focus,.b{')
    expect(css).toContain('margin:0 auto;')
    expect(css).toContain('@media print{.a:hover{width:72em;}}')
    expect(css).not.toContain('gone')
    // Everything becomes important where each declaration ends.
    for (const [, block] of css.matchAll(/\{([^{}]+)\}/g)) expect(block).toMatch(/;$/)
  })

  test('follow the reader, unless the owner fixed the scheme', () => {
    const sheet = '.a{color:var(--assent-ink)}'
    expect(styles(sheet, '#root', appearance)).toContain('prefers-color-scheme:dark')
    // Nothing is said twice.
    expect(css).not.toContain('prefers-color-scheme:dark')
    const dark = styles(sheet, '#root', { ...appearance, scheme: 'dark' })
    expect(dark).toContain('color-scheme:dark;--assent-i:#f3f4f6')
    expect(dark).not.toContain('prefers-color-scheme')
  })
})
