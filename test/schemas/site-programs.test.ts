import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'

// Broken on purpose, in every way: no type describes it.
type Editable = ReturnType<typeof JSON.parse>

function faultsAfter(spoil: (site: Editable) => void, demo = 'harbor'): string[] {
  const site: Editable = JSON.parse(
    readFileSync(new URL(`../../demo/${demo}/site.json`, import.meta.url), 'utf8'),
  )
  spoil(site)
  const check = checkSiteConfiguration(site)
  return check.ok ? [] : check.faults.map(f => `${f.path} ${f.message}`)
}

const sms = (s: Editable) => s.programs[0].disclosures[1].text

describe('the words of a program', () => {
  test.each<[string, string, (site: Editable) => void]>([
    ['without the sender', 'tell who sends (D1', s => (sms(s).en = sms(s).en.replace('Harborline IT', 'us'))],
    [
      'without what is sent',
      'tell what is sent (D2',
      s => (sms(s).en = sms(s).en.replace('marketing texts', 'texts')),
    ],
    [
      'without how often, beside them neither',
      'tell how often messages come (D3',
      s => {
        sms(s).en = sms(s).en.replace(', up to four a month', '')
        delete s.programs[0].frequency
      },
    ],
    [
      'without what it costs',
      'rates may apply (D4',
      s => (sms(s).en = sms(s).en.replace('Message and data', 'No')),
    ],
    ['without STOP', 'STOP stops (D5', s => (sms(s).en = sms(s).en.replace('STOP', 'no'))],
    ['without HELP', 'HELP brings help (D6', s => (sms(s).en = sms(s).en.replace('HELP', 'us'))],
    ['that make it a condition', 'purchase (D9', s => (sms(s).en = sms(s).en.replace('not a', 'a'))],
  ])('%s do not validate, and the fault says what would', (_what, words, spoil) => {
    const faults = faultsAfter(spoil)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain('programs[0].disclosures[1].text.en does not')
    expect(faults[0]).toContain(words)
    expect(faults[0]).toMatch(/: write for example "[^"]+"$/)
  })

  test('are judged in every language', () => {
    expect(faultsAfter(s => (sms(s).ar = sms(s).ar.replace('STOP', '')))[0]).toContain(
      'text.ar does not tell that STOP stops',
    )
    expect(faultsAfter(s => (sms(s).de = sms(s).de.replace('Harborline IT', 'uns')))[0]).toContain(
      '"Von Harborline IT."',
    )
  })

  test('may leave how often to the line beside the box', () => {
    expect(faultsAfter(s => (sms(s).en = sms(s).en.replace(', up to four a month', '')))).toEqual([])
  })

  test('name the seller, where it is another than the controller', () => {
    const faults = faultsAfter(s => (s.programs[0].seller = 'Harbour Boats'))
    expect(faults.length).toBeGreaterThanOrEqual(6)
    expect(faults[0]).toContain('does not tell who sends (D1')
  })

  test('of a closed program are shown to nobody', () => {
    expect(faultsAfter(s => ((s.programs[0].open = false), (sms(s).en = 'Old words.')))).toEqual([])
  })

  test('of a program for Europe need less', () => {
    const forEurope = (s: Editable) => {
      s.programs[0].countries = ['GB', 'DE']
      sms(s).en = 'Yes, send me offers of Harborline IT by text. Reply STOP to stop.'
      delete s.programs[0].terms
      delete s.programs[0].replies
    }
    expect(faultsAfter(forEurope)).toEqual([])
    expect(faultsAfter(s => (forEurope(s), s.programs[0].countries.push('CA'))).length).toBeGreaterThan(4)
  })
})

describe('where carriers ask for it', () => {
  test.each(['welcome', 'help', 'stopped'])('the answer "%s" has to be there', reply => {
    expect(faultsAfter(s => delete s.programs[0].replies[reply])[0]).toContain(
      `programs[0].replies.${reply} is missing`,
    )
  })
  test('terms have to be there', () => {
    expect(faultsAfter(s => delete s.programs[0].terms)[0]).toContain('programs[0].terms is missing')
  })
  test.each<[string, string]>([
    ['welcome', 'Harborline IT offers. Reply STOP to stop, HELP for help.'],
    ['help', 'Harborline IT: we are glad to help.'],
    ['stopped', 'Harborline IT: goodbye.'],
  ])('the answer "%s" has to tell what it is for', (reply, words) => {
    const faults = faultsAfter(s => (s.programs[0].replies[reply].en = words))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(`programs[0].replies.${reply}.en does not tell`)
  })
  test('a text of an answer is there in every language', () => {
    expect(faultsAfter(s => delete s.programs[0].replies.help.ar)).toEqual([
      'programs[0].replies.help.ar is missing: the site offers "ar"',
    ])
  })
})

describe('a program that shares', () => {
  test('names with whom in every language, beside every box', () => {
    const faults = faultsAfter(s => {
      s.programs[0].countries = ['GB']
      s.programs[0].sharesWith = 'Quay Bank'
      delete s.collectionPoints
    })
    expect(faults).toHaveLength(6)
    for (const fault of faults) expect(fault).toContain('does not tell with whom it is shared')
  })
  test('texts no numbers whose carriers forbid it', () => {
    const faults = faultsAfter(s => (s.programs[0].sharesWith = 'Quay Bank'))
    expect(
      faults.some(fault => fault.startsWith('programs[0].sharesWith a program that texts numbers')),
    ).toBe(true)
  })
})

describe('a program of class "service"', () => {
  const service = (s: Editable, basis: string) => {
    s.purposes[2].basis = basis
    s.programs[0].class = 'service'
  }
  test.each(['contract', 'legal-obligation', 'legitimate-interests'])('may rest on %s', basis => {
    expect(faultsAfter(s => service(s, basis))).toEqual([])
  })
  test('rests on no consent: a marketing opt-out does not end it', () => {
    expect(faultsAfter(s => service(s, 'consent'))[0]).toContain('rests on "consent": a "service" program')
  })
  test('offers itself to nobody', () => {
    const faults = faultsAfter(s => {
      service(s, 'contract')
      s.programs[0].offer = { afterSeconds: 20, quietDays: 30 }
    })
    expect(faults).toEqual([expect.stringContaining('programs[0].offer offers what nobody signs up for')])
  })
  test('and one of marketing rests on consent only', () => {
    expect(faultsAfter(s => (s.purposes[2].basis = 'legitimate-interests'))[0]).toContain(
      'who signs up agrees',
    )
  })
})

test.each<[string, string, (site: Editable) => void]>([
  [
    'a point for no program',
    'collectionPoints[0].programs[0] no program',
    s => (s.collectionPoints[0].programs = ['nothing']),
  ],
  [
    'two points of one id',
    'collectionPoints[1].id "help-desk" is used twice',
    s => (s.collectionPoints[1].id = 'help-desk'),
  ],
  [
    'a point whose words tell too little',
    'collectionPoints[1].text.en does not tell how to stop',
    s => (s.collectionPoints[1].text.en = 'Yes, offers from Harborline IT.'),
  ],
  [
    'a keyword that must tell what a text needs',
    'collectionPoints[1].text.en does not tell',
    s => (s.collectionPoints[1].kind = 'keyword'),
  ],
  [
    'a sender for no program',
    'senders[0].programs[0] no program',
    s => (s.senders[0].programs = ['nothing']),
  ],
  ['two senders of one id', 'senders[1].id "texts" is used twice', s => (s.senders[1].id = 'texts')],
  [
    'two senders of one number',
    'senders[2].address "+12025550143" is another sender',
    s => s.senders.push({ ...s.senders[0], id: 'more' }),
  ],
  [
    'a sender for a channel its program has not',
    'senders[0].programs[0] "harbor-offers" sends nothing by sms',
    s => s.programs[0].disclosures.pop(),
  ],
  [
    'a number with blanks',
    'senders[0].address must be written "+12025550143"',
    s => (s.senders[0].address = '+1 (202) 555-0143'),
  ],
  [
    'a sender that is a name',
    'senders[0].address must be a number',
    s => (s.senders[0].address = 'HARBORLINE'),
  ],
  [
    'a mailbox in capitals',
    'senders[1].address must be written "letters@harborline.example"',
    s => (s.senders[1].address = 'letters@Harborline.Example'),
  ],
  [
    'policies out of order',
    'revocation[1].from must be later than 2026-06-01',
    s =>
      (s.revocation = [
        { from: '2026-06-01', scope: 'all' },
        { from: '2026-02-01', scope: 'sender' },
      ]),
  ],
])('%s is a fault', (_what, fault, spoil) => {
  const faults = faultsAfter(spoil)
  expect(faults.map(each => each.slice(0, fault.length))).toContain(fault)
})

test('a short code is an address to send from', () => {
  expect(faultsAfter(s => (s.senders[0].address = '87654'))).toEqual([])
})

test('nonsense in all of it is a fault, and no crash', () => {
  for (const nonsense of [
    null,
    7,
    'text',
    [],
    [null],
    {},
    [{ id: 7, channel: 'sms', address: 7, text: 7, replies: 'x' }],
  ])
    for (const field of ['programs', 'collectionPoints', 'senders', 'revocation', 'name', 'purposes'])
      expect(faultsAfter(s => (s[field] = nonsense)).length).toBeGreaterThanOrEqual(0)
  for (const field of [
    'countries',
    'disclosures',
    'replies',
    'frequency',
    'terms',
    'seller',
    'sharesWith',
    'name',
  ])
    for (const nonsense of [null, 7, 'text', [7], { en: 7 }])
      expect(faultsAfter(s => (s.programs[0][field] = nonsense)).length).toBeGreaterThanOrEqual(0)
})
