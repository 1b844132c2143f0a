import { expect, test } from 'vitest'
import { asksAgain, changedPurposes, type Changed } from '../../shared/domain/material-change.ts'
import type { Purpose, Service } from '../../shared/domain/site.ts'

const purpose = (changes: Partial<Purpose> = {}): Purpose => ({
  id: 'ads',
  kind: 'marketing',
  name: { en: 'Advertising' },
  description: { en: 'Measures advertising.' },
  basis: 'consent',
  owner: 'web',
  ...changes,
})
const service = (changes: Partial<Service> = {}): Service => ({
  id: 'adrift',
  name: 'Adrift',
  provider: 'Adrift Ltd',
  purpose: 'ads',
  use: 'advertising',
  country: 'IE',
  hosts: ['adrift.example'],
  cookies: [],
  approval: { state: 'approved' },
  ...changes,
})
const before = { purposes: [purpose()], services: [service()] }
const changes = (after: Partial<typeof before>): string[] =>
  changedPurposes(before, { ...before, ...after }).map(({ purpose, change }) => `${purpose}: ${change}`)

test.each<[string, Partial<typeof before>, string[]]>([
  ['nothing', {}, []],
  ['a corrected name', { purposes: [purpose({ name: { en: 'Adverts' } })] }, ['ads: wording']],
  [
    'another description',
    { purposes: [purpose({ description: { en: 'Measures adverts.' } })] },
    ['ads: wording'],
  ],
  [
    'another language',
    { purposes: [purpose({ name: { en: 'Advertising', de: 'Werbung' } })] },
    ['ads: wording'],
  ],
  ['another kind', { purposes: [purpose({ kind: 'analytics' })] }, ['ads: kind']],
  ['another legal basis', { purposes: [purpose({ basis: 'legitimate-interests' })] }, ['ads: basis']],
  ['a new purpose', { purposes: [purpose(), purpose({ id: 'maps' })] }, ['maps: purpose']],
  [
    'a necessary purpose, which nobody is asked about',
    { purposes: [purpose(), purpose({ id: 'n', kind: 'necessary' })] },
    [],
  ],
  ['a purpose that is gone', { purposes: [] }, []],
  [
    'a new recipient',
    { services: [service(), service({ id: 'other', provider: 'Other Inc' })] },
    ['ads: recipient'],
  ],
  [
    'one that is not approved, so gets nothing',
    { services: [service(), service({ id: 'other', approval: { state: 'assessed' } })] },
    [],
  ],
  [
    'another provider of the same service',
    { services: [service({ provider: 'Buyer Inc' })] },
    ['ads: recipient'],
  ],
  ['another use', { services: [service({ use: 'statistics' })] }, ['ads: use']],
  ['another country', { services: [service({ country: 'US' })] }, ['ads: country']],
  ['a recipient less', { services: [] }, []],
  ['other hosts of the same service', { services: [service({ hosts: ['cdn.adrift.example'] })] }, []],
])('%s', (_, after, found) => {
  expect(changes(after)).toEqual(found)
})

test('a service that is approved later is a recipient from then on', () => {
  const waiting = { ...before, services: [service({ approval: { state: 'assessed' } })] }
  expect(changedPurposes(waiting, before)).toEqual([
    { purpose: 'ads', change: 'recipient', what: 'Adrift (Adrift Ltd)' },
  ])
})

const recipient: Changed = { purpose: 'ads', change: 'recipient', what: 'Other (Other Inc)' }
const words: Changed = { purpose: 'maps', change: 'wording', what: 'description' }

test('of several publications the latest change of each purpose counts', () => {
  const first = asksAgain([recipient], {}, undefined, 1)
  const second = asksAgain([{ ...recipient, purpose: 'maps' }], {}, first, 2)
  const third = asksAgain([{ ...recipient, what: 'Third' }], {}, second, 3)
  expect(second!.purposes).toMatchObject({ ads: { since: 1 }, maps: { since: 2 } })
  expect(third!.purposes).toMatchObject({
    ads: { since: 3, because: [{ change: 'recipient', what: 'Third' }] },
    maps: { since: 2 },
  })
})
test('corrected words ask nobody, unless the owner says that they mean something new', () => {
  expect(asksAgain([words], {}, undefined, 1)).toBeUndefined()
  expect(asksAgain([words], { material: ['maps'] }, undefined, 1)).toEqual({
    purposes: { maps: { since: 1, because: [{ change: 'wording', what: 'description' }] } },
  })
  expect(asksAgain([], { material: ['maps'] }, undefined, 1)!.purposes['maps']!.since).toBe(1)
})
test('what the owner says is not material asks nobody, and that they said so is kept', () => {
  expect(asksAgain([recipient], { notMaterial: ['ads'] }, undefined, 1)).toEqual({
    purposes: {},
    notMaterial: [recipient],
  })
})
test('the very same once more is no other publication', () => {
  const first = asksAgain([recipient], { notMaterial: ['ads'] }, undefined, 1)
  expect(asksAgain([], {}, first, 2)).toBe(first)
})
