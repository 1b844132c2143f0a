import { describe, expect, test } from 'vitest'
import type { ReceiptText } from '../../shared/receipt/receipt.ts'
import ar from '../../widget/verify/languages/ar.json' with { type: 'json' }
import de from '../../widget/verify/languages/de.json' with { type: 'json' }
import en from '../../widget/verify/languages/en.json' with { type: 'json' }
import { readModule, readPage } from '../../shared/receipt/shown-tree.ts'
import { wordsIn } from '../../shared/receipt/shown-words.ts'

const text = (kind: ReceiptText['kind'], body: string): ReceiptText => ({
  hash: '',
  ...(kind && { kind }),
  body,
})

describe('the words that were shown are read out of the bytes, which are never run', () => {
  const banner = (cases: string): string =>
    `var x=1;F({},new URL("."),()=>({}),"css",h=>P("div",{id:"assent",lang:"en"},P("section",{"aria-label":"x"},P("h2",0,"A \\"title\\" \\u003cb>"),P("p",0,"One. ",P("a",{href:"#"},"Link")),${cases}P("button",{"data-assent":"accept"},"Yes"),P("button",0,"×"))));\n`

  test('of a banner: title, sentences and buttons, in their order', () => {
    expect(wordsIn(text('first', banner('')), false)).toEqual([
      { as: 'heading', text: 'A "title" <b>' },
      { as: 'paragraph', text: 'One. Link' },
      { as: 'button', text: 'Yes' },
    ])
  })

  test('of what depends on the opt-out signal: the side that was shown', () => {
    const body = banner('...h?[P("p",0,"signal")]:[P("p",0,"none")],')
    const shown = (gpc: boolean) => wordsIn(text('first', body), gpc)!.map(line => line.text)
    expect(shown(true)).toContain('signal')
    expect(shown(true)).not.toContain('none')
    expect(shown(false)).toContain('none')
  })

  test('of what depends on the place: every text it could have been, once', () => {
    const body = `L("div",{class:"assent-embed"},L("p",0,...p({"":["Other"],"s:a":["A waits"],"h:a":["A waits"]})))`
    expect(wordsIn(text('embed', body), false)).toEqual([
      { as: 'paragraph', text: 'Other' },
      { as: 'paragraph', text: 'A waits' },
    ])
  })

  test('not what was hidden, nor what is for screen readers only', () => {
    const body = `s("div",{class:"assent-form"},s("p",{hidden:"","data-when":"x"},"fault"),s("p",0,"seen",s("span",{class:"assent-unseen"}," (new tab)")),s("label",0,s("input",{type:"checkbox"}),s("span",0,"tick me")))`
    expect(wordsIn(text('opt-in', body), false)).toEqual([
      { as: 'paragraph', text: 'seen' },
      { as: 'box', text: 'tick me' },
    ])
  })

  test('of a page without scripts, and of the settings', () => {
    const page =
      '<!doctype html><html><head><title>x</title></head><body class="y"><h1>Hi</h1><p>A &amp; B &lt;3<br>c</p><style>p{}</style></body></html>'
    expect(wordsIn(text('opt-in-page', page), false)).toEqual([
      { as: 'heading', text: 'Hi' },
      { as: 'paragraph', text: 'A & B <3c' },
    ])
    const settings =
      'export default(h,s)=>mount(h,s,{"purposes":[{"name":"Stats","description":"Counts.","services":[{"name":"T","provider":"P"}]}]});\n'
    expect(wordsIn(text('settings', settings), false)!.map(line => line.text)).toEqual([
      'Stats',
      'Counts.',
      '· T (P)',
    ])
  })

  test.each([
    ['first', ''],
    ['first', 'first en one'],
    ['first', 'P("div",{id:"assent"},P('],
    ['first', 'P("div",{id:"assent"},evil())'],
    ['settings', 'export default(h,s)=>mount(h,s,{]);'],
    ['opt-in-page', 'no page'],
    [undefined, 'anything'],
  ] as const)('%s: "%s" is written otherwise, and nothing is read into it', (kind, body) => {
    expect(wordsIn(text(kind, body), false)).toBeUndefined()
  })

  test('markup that is not closed, or closed twice, ends nowhere else', () => {
    expect(readPage('<body></p><div><p>x</body>')).toMatchObject({ tag: 'body' })
    expect(readModule('P("div",{id:"assent"})', false)).toMatchObject({ tag: 'div', children: [] })
  })
})

describe.each(Object.entries({ en, de, ar }))('the verify page in "%s"', (_, words) => {
  const places = (said: string): string[] => (said.match(/\{\w+\}/g) ?? []).toSorted()

  test('says everything English says, with the same places', () => {
    expect(Object.keys(words)).toEqual(Object.keys(en))
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, words[key].trim()]).not.toEqual([key, ''])
      expect([key, places(words[key])]).toEqual([key, places(en[key])])
    }
  })
})
