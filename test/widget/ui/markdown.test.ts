import { createElement } from 'preact'
import { describe, expect, test } from 'vitest'
import { html } from '../../../widget/render/html.ts'
import { readProse } from '../../../widget/render/markdown.ts'
import { walk } from '../../../widget/render/walk.ts'
import { Prose } from '../../../widget/ui/prose.tsx'

const faults = (source: string) => readProse(source, ['rights']).faults

/** What a reader gets, as HTML. */
function shown(source: string): string {
  const { nodes, faults: found } = readProse(source, ['rights'])
  expect(found).toEqual([])
  const prose = createElement(Prose, {
    nodes,
    top: 3,
    href: url => `[${url}]`,
    opensNew: 'opens in a new tab',
  })
  return html(['x', {}, ...walk(prose)])
    .replace(/^<!doctype html>\n<x>/, '')
    .replace(/<\/x>\n$/, '')
}

describe('what CommonMark has is shown', () => {
  test.each([
    ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
    ['*a* **b** `c`', '<p><em>a</em> <strong>b</strong> <code>c</code></p>'],
    ['a  \nb\\\nc', '<p>a<br>b<br>c</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['- a\n\n  b', '<ul><li><p>a</p><p>b</p></li></ul>'],
    ['- a\n  1. b', '<ul><li>a<ol><li>b</li></ol></li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['> a', '<blockquote><p>a</p></blockquote>'],
    ['```\n<b> & "c"\n```', '<pre><code>&lt;b&gt; &amp; &quot;c&quot;</code></pre>'],
    ['a\n\n---\n\nb', '<p>a</p><hr><p>b</p>'],
    ['&copy; \\*a\\* 1 < 2', '<p>© *a* 1 &lt; 2</p>'],
    ['[a](#rights) [b](/contact)', '<p><a href="[#rights]">a</a> <a href="[/contact]">b</a></p>'],
    [
      '[a](tel:+49341) <x@y.example>',
      '<p><a href="[tel:+49341]">a</a> <a href="[mailto:x@y.example]">x@y.example</a></p>',
    ],
    ['[a][b]\n\n[b]: mailto:x@y.example', '<p><a href="[mailto:x@y.example]">a</a></p>'],
  ])('%j', (source, expected) => {
    expect(shown(source)).toBe(expected)
  })

  test('a link to another site says that it opens elsewhere, and gives that site no hold on the page', () => {
    expect(shown('[a](https://b.example/?c="d"&e)')).toBe(
      '<p><a href="https://b.example/?c=%22d%22&amp;e" target="_blank" rel="noopener noreferrer">a<span class="assent-unseen"> (opens in a new tab)</span></a></p>'.replaceAll(
        '%22',
        '&quot;',
      ),
    )
  })

  test('headings begin below the section’s own and skip no level, however they are written', () => {
    expect(shown('### a\n\n###### b\n\n# c\n\n## d').match(/<h\d>/g)).toEqual([
      '<h3>',
      '<h4>',
      '<h3>',
      '<h4>',
    ])
  })
})

describe('a section is refused, with its line and what to do, for', () => {
  test.each([
    ['a script', 'a\n\n<script>alert(1)</script>', 'line 3 has raw HTML (<script>alert(1)</script>)'],
    ['an element in a sentence', 'a <b onclick="x()">b</b>', 'line 1 has raw HTML'],
    ['a comment', '<!-- a -->', 'line 1 has raw HTML'],
    ['an image', '![a](https://b.example/c.png)', 'line 1 has an image'],
    ['an image by reference', '![a][b]\n\n[b]: /c.png', 'line 1 has an image'],
    ['a script as a link', '[a](javascript:alert(1))', 'line 1 links to "javascript:alert(1)"'],
    ['the same in capitals', '[a](JaVaScRiPt:alert(1))', 'links to "JaVaScRiPt'],
    ['the same by an entity', '[a](&#106;avascript:alert(1))', 'links to "javascript'],
    ['the same by a named entity', '[a](javascript&colon;alert(1))', 'links to "javascript:'],
    ['the same with a tab', '[a](<java&Tab;script:alert(1)>)', 'links to "javaU+0009script'],
    ['the same after a control character', '[a](<\u0001javascript:alert(1)>)', 'links to "U+0001javascript'],
    ['the same in angle brackets', '<javascript:alert(1)>', 'links to "javascript'],
    ['the same by reference', '[a]\n\n[a]: javascript:alert(1)', 'links to "javascript'],
    ['data in a link', '[a](data:text/html,<b>)', 'links to "data:'],
    ['a file', '[a](file:///etc)', 'links to "file:'],
    ['no scheme at all', '[a](b.html)', 'links to "b.html"'],
    ['another site without a scheme', '[a](//b.example)', 'links to "//b.example"'],
    ['the same with a backslash', '[a](/\\\\b.example)', 'links to "/\\b.example"'],
    ['the same with a tab between', '[a](</&Tab;/b.example>)', 'links to "/U+0009/b'],
    ['a section that is not there', '[a](#right)', 'no section has this id; there are rights'],
    ['text that reads backwards', 'a &#x202e;b', 'line 1 has characters that change the reading order'],
    ['an address that does', '[a](https://b.example/&#x202e;c)', 'links to'],
    ['nothing to be seen', '[a]: /b', 'shows nothing'],
    ['a nest of quotes', '>'.repeat(5000), 'nested too deeply'],
    ['a link that leads into one', `[a]\n\n${'>'.repeat(20)} [a]: /b`, 'links to "a", which is defined'],
    ['a book', 'a'.repeat(20_001), 'is longer than 20,000 characters'],
  ])('%s', (_, source, fault) => {
    expect(faults(source).join('; ')).toContain(fault)
  })

  test('everything wrong at once', () => {
    expect(faults('<b>\n\n![a](b)\n\n[c](d:e)')).toHaveLength(3)
  })
})

test('what merely speaks of it is no fault', () => {
  for (const source of ['`<script>`', '\\<script>', '    <script>', 'javascript:alert(1)', '1 < 2 > 0'])
    expect([source, faults(source)]).toEqual([source, []])
})
