import { expect, test } from 'vitest'
import { kindOf } from '../../server/switching/kinds.ts'
import { cookieNames, idFor } from '../../server/switching/names.ts'
import { languageFor, plainText } from '../../server/switching/plain-text.ts'

test.each<[pattern: unknown, names: readonly string[] | undefined]>([
  ['_gid', ['_gid']],
  ['_hj*', ['_hj*']],
  [/^_ga/, ['_ga*']],
  [/^_ga$/, ['_ga']],
  [/^_pk_.*$/, ['_pk_*']],
  [/^_pk_id\./, ['_pk_id.*']],
  [/^_gat_[A-Z]+$/, ['_gat_*']],
  [/^(_ga|_gid)$/, ['_ga', '_gid']],
  [/^(?:_ga|_gid)/, ['_ga*', '_gid*']],
  // Elsewhere in the name, either case, any letter, nothing at all: no name of ours says that.
  [/_ga/, undefined],
  [/^_GA/i, undefined],
  [/^a.b$/, undefined],
  [/^(a|b.c)$/, undefined],
  [/^.*$/, undefined],
  [/^/, undefined],
  ['with blanks', undefined],
  [undefined, undefined],
])('%s is the name of %j', (pattern, names) => {
  expect(cookieNames(pattern)).toEqual(names)
})

test.each([
  ['analytics', 'analytics'],
  ['Statistiken', 'analytics'],
  ['ads', 'marketing'],
  ['social_media', 'marketing'],
  ['marketing-analytics', 'marketing'],
  ['functional', 'preferences'],
  ['strictly-necessary', 'necessary'],
  ['adventure', undefined],
  ['c1', undefined],
])('a category "%s" is of kind %s, and the strictest word counts', (name, kind) => {
  expect(kindOf(name)).toBe(kind)
})

test('an id is short, plain, nobody else’s, and no name that every object has', () => {
  expect(idFor('Größe & Co.', new Set())).toBe('gro-e-co')
  expect(idFor('9 lives', new Set())).toBe('x-9-lives')
  expect(idFor('ads', new Set(['ads', 'ads-2']))).toBe('ads-3')
  expect(idFor('constructor', new Set())).toBe('constructor-2')
  expect(idFor('a'.repeat(60), new Set())).toHaveLength(29)
})

test('what was HTML is read as a person would read it', () => {
  expect(plainText('Some&nbsp;<b>cookies</b> &amp; more<br>here<script>alert(1)</script>&#33;')).toBe(
    'Some cookies & more here !',
  )
})

test('tags of other tools are read as the language they mean', () => {
  expect(['de-AT', 'pt_BR', 'no', 'EN', 'he'].map(languageFor)).toEqual(['de', 'pt', 'nb', 'en', undefined])
})
