import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import { checklist } from '../../server/marketing/carrier/checklist.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { chromiumPath } from '../support/chromium.ts'
import { assent } from '../support/cli.ts'

const HARBOR = JSON.parse(
  readFileSync(new URL('../../demo/harbor/site.json', import.meta.url), 'utf8'),
) as SiteConfiguration
const SMS = HARBOR.programs[0]!.disclosures.find(({ channel }) => channel === 'sms')!.text

/** The demo's program, its terms where carriers can read them. */
const ready: SiteConfiguration = {
  ...HARBOR,
  programs: HARBOR.programs.map(p => ({ ...p, terms: 'https://www.harborline.example/terms' })),
}
/** What it said before, in English. */
const before: SiteConfiguration = {
  ...ready,
  programs: ready.programs.map(p =>
    p.id === 'harbor-offers'
      ? {
          ...p,
          disclosures: p.disclosures.map(d =>
            d.channel === 'sms' ? { ...d, text: { ...d.text, en: `${d.text['en']!} Thank you.` } } : d,
          ),
        }
      : p,
  ),
}

let folder: string
let out: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-data-'))
  out = mkdtempSync(join(tmpdir(), 'assent-carrier-'))
  let time = Date.now() - 10_000
  const data = await openData(readConfig({ data: folder }, {}), () => (time += 1_000))
  const built = await builtFrom(new URL('../../dist/', import.meta.url))
  for (const configuration of [before, ready]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const published = await publishSite(data.ledger, data.folders, built, configuration)
    if (!published.ok) throw new Error(published.detail)
  }
  await data.close()
})
afterAll(() => [folder, out].forEach(each => rmSync(each, { recursive: true, force: true })))

const SAMPLES = [
  'Harborline IT: a free check of your backups this month. Reply STOP to stop.',
  'Harborline IT: 20 % off new laptops until Sunday, see https://www.harborline.example/offers. Reply STOP to stop.',
]
const PUBLIC = {
  ASSENT_URL: 'https://consent.harborline.example',
  ASSENT_TRUSTED_PROXIES: '127.0.0.1',
}
const pack = (name: string, ...args: string[]) =>
  assent(
    [
      'carrier-pack',
      'harbor',
      '--program',
      'harbor-offers',
      '--data',
      folder,
      '--out',
      join(out, name),
      ...args,
    ],
    { ASSENT_URL: PUBLIC.ASSENT_URL, ASSENT_TRUSTED_PROXIES: PUBLIC.ASSENT_TRUSTED_PROXIES },
  )
const readJson = <T>(...names: string[]): T => JSON.parse(readFileSync(join(out, ...names), 'utf8')) as T

test('has everything a registration asks for, from what is published, with a picture of every form', async () => {
  const run = await pack(
    'whole',
    ...SAMPLES.flatMap(text => ['--sample', text]),
    '--chromium',
    chromiumPath(),
  )
  expect(run).toMatchObject({ code: 0, err: '' })
  expect(run.out).not.toContain('missing')
  const { replies } = ready.programs[0]!
  expect(readJson('whole', 'campaign.json')).toEqual({
    description: expect.stringContaining(
      'Harborline IT Ltd sends text messages of the program “Harborline offers”',
    ),
    messageFlow: expect.stringContaining(SMS['en']!),
    messageSamples: SAMPLES,
    optInMessage: replies!.welcome!['en'],
    optOutMessage: replies!.stopped!['en'],
    helpMessage: replies!.help!['en'],
    optInKeywords: expect.arrayContaining(['START', 'YES']),
    optOutKeywords: expect.arrayContaining([
      'STOP',
      'UNSUBSCRIBE',
      'CANCEL',
      'END',
      'QUIT',
      'REVOKE',
      'OPTOUT',
    ]),
    helpKeywords: expect.arrayContaining(['HELP', 'INFO']),
    privacyPolicyUrl: 'https://consent.harborline.example/s/harbor/notice',
    termsAndConditionsUrl: 'https://www.harborline.example/terms',
    hasEmbeddedLinks: true,
    hasEmbeddedPhone: false,
    subscriberOptIn: true,
    ageGated: true,
  })
  const { messageFlow } = readJson<{ messageFlow: string }>('whole', 'campaign.json')
  expect(messageFlow).toContain(
    'People also opt in at “Sign-up at the help desk” (phone), in these words: “May Harborline',
  )
  // Its words speak of e-mail alone: nobody is registered as having agreed to texts there.
  expect(messageFlow).not.toContain('Customer portal')
  for (const language of ['en', 'de', 'ar']) {
    expect(readFileSync(join(out, 'whole', 'forms', `opt-in.${language}.html`), 'utf8')).toContain(
      SMS[language]!,
    )
    const picture = readFileSync(join(out, 'whole', 'forms', `opt-in.${language}.png`))
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect(picture.length).toBeGreaterThan(10_000)
  }
  const list = readFileSync(join(out, 'whole', 'CHECKLIST.txt'), 'utf8')
  for (let n = 1; n <= 15; n++) expect(list).toMatch(new RegExp(`^D${n} +\\[x\\]`, 'm'))
  expect(
    readJson<{ records: { address: string }[] }>('whole', 'sample-records.json').records[0]!.address,
  ).toBe('+12025550123')
  expect(readJson<{ id: string }[]>('whole', 'collection-points.json').length).toBeGreaterThan(0)
})

test('tells every version of the words, from when until when, by their hashes', async () => {
  await pack('versions', '--chromium', '/no/such/browser')
  const versions = readJson<
    { language: string; words: string; publishedAt: string; until?: string; form: string }[]
  >('versions', 'disclosures.json')
  const english = versions.filter(({ language }) => language === 'en')
  expect(english.map(({ words, until }) => [words, until !== undefined])).toEqual([
    [`${SMS['en']!} Thank you.`, true],
    [SMS['en']!, false],
  ])
  expect(english[0]!.until).toBe(english[1]!.publishedAt)
  expect(english[0]!.form).not.toBe(english[1]!.form)
  expect(versions.filter(({ language }) => language === 'de')).toHaveLength(1)
})

test('says what is missing before it is handed in, and ends accordingly', async () => {
  const run = await assent([
    'carrier-pack',
    'harbor',
    '--program',
    'harbor-offers',
    '--data',
    folder,
    '--out',
    join(out, 'missing'),
    '--sample',
    'short',
    '--chromium',
    '/no/such/browser',
  ])
  expect(run.code).toBe(1)
  expect(run.out).toContain('There is no picture of every form')
  const missing = readFileSync(join(out, 'missing', 'MISSING.txt'), 'utf8')
  expect(missing).toContain('privacyPolicyUrl is http://127.0.0.1')
  expect(missing).toContain('messageSamples has 5 characters')
  expect(missing).toContain('2 to 5 are needed, 1 were given')
})

test.each([
  [['--program', 'nothing'], /no program "nothing"/],
  [['--program', ''], /Write "assent carrier-pack/],
])('%j is not understood', async (args, says) => {
  expect(await pack('never', ...args)).toMatchObject({ code: 2, err: expect.stringMatching(says) })
  expect(existsSync(join(out, 'never'))).toBe(false)
})

describe('the checklist looks at the form itself', () => {
  const form = (changes: (page: string) => string) =>
    changes(
      `<html><body><form><fieldset><label><input type="checkbox" name="sms" value="yes"><span>words</span></label></fieldset><button>Send</button></form><a href="https://www.harborline.example/terms">Terms</a><a href="notice.en.html">Notice</a></body></html>`,
    )
  const missing = (changes: (page: string) => string): string[] =>
    checklist(
      { key: 'harbor', configuration: ready },
      ready.programs[0]!,
      { en: form(changes) },
      '2026-11-26',
    )
      .filter(({ met }) => met === undefined)
      .map(({ id }) => id)

  test.each<[string, (page: string) => string, string[]]>([
    ['as it should be', page => page, []],
    ['ticked beforehand', page => page.replace('value="yes"', 'value="yes" checked'), ['D10']],
    ['required', page => page.replace('value="yes"', 'value="yes" required'), ['D12']],
    [
      'below the button',
      page => page.replace(/(<fieldset>.*<\/fieldset>)(<button>.*<\/button>)/, '$2$1'),
      ['D13'],
    ],
    ['without the terms', page => page.replace(/<a href="https.*?<\/a>/, ''), ['D7']],
    ['without the notice', page => page.replace(/<a href="notice.*?<\/a>/, ''), ['D8']],
    ['without a box', page => page.replace(/<input[^>]*>/, ''), ['D10', 'D11', 'D12', 'D13']],
  ])('%s', (_, changes, expected) => {
    expect(missing(changes)).toEqual(expected)
  })

  test('and at the words: what they do not tell is named, by language', () => {
    const silent = {
      ...ready,
      programs: [
        {
          ...ready.programs[0]!,
          disclosures: [{ channel: 'sms' as const, text: { en: 'Yes.', de: 'Ja.', ar: 'نعم.' } }],
          frequency: { en: '', de: '', ar: '' },
        },
      ],
    }
    const rows = checklist({ key: 'harbor', configuration: silent }, silent.programs[0]!, {}, '2026-11-26')
    const words = rows.filter(({ id }) => ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D9'].includes(id))
    expect(words.every(({ missing: why }) => why?.includes('en: '))).toBe(true)
  })
})
