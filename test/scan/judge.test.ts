import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { classifier } from '../../server/scan/classify.ts'
import { BadCookieDatabase, readCookieDatabase } from '../../server/scan/cookie-database.ts'
import type { Finding } from '../../server/scan/finding.ts'
import { judge, place } from '../../server/scan/judge.ts'
import { propose, withProposal } from '../../server/scan/patch.ts'
import { merged, type Scan, type Seen } from '../../server/scan/seen.ts'
import type { ServiceCookie, SiteConfiguration } from '../../shared/domain/site.ts'
import { KNOWN_SERVICES } from '../../shared/rules/known-services.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'

const PAGE = 'http://www.loom.test:8789/'
const demo = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../demo/loom/site.json'), 'utf8'),
) as SiteConfiguration

const DATABASE =
  readCookieDatabase(`\uFEFFID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match
1,Kestrel Stats,Analytics,kst_,"shop (1st party)","Counts visits,
once.",2 years,Kestrel Ltd,https://kestrel.example,1
2,Wren Ads,Marketing,wren,,Shows advertisements,1 year,Wren Ltd,,0
3,Wren Ads,Marketing,wr<BannerID>,,Counts,1 day,Wren Ltd,,0
4,Finch,Functional,finch [x4],,Keeps you signed in,session,Finch Ltd,,0
5,Unsorted,Other,odd,,,,,,0
`)

const thing = (seen: Partial<Seen>): Seen => ({
  kind: 'cookie',
  name: 'x_id',
  state: 'before',
  how: 'script',
  by: [`${PAGE}own.js:3`],
  pages: [PAGE],
  ...seen,
})

function judged(seen: readonly Seen[], configuration: SiteConfiguration | undefined = demo) {
  const scan: Scan = {
    at: '2026-11-27T00:00:00.000Z',
    browser: 'Chromium',
    pages: [PAGE],
    ownHosts: ['www.loom.test:8789', 'consent.example'],
    seen: merged(seen),
    shots: [],
    notReached: [],
  }
  const classify = classifier(DATABASE)
  const placed = place(scan, configuration, classify)
  const findings = judge(scan, placed, configuration, classify)
  return { findings, placed, kinds: (name: string) => findings.filter(f => f.name === name).map(f => f.kind) }
}

/** The demo with one cookie more that it calls necessary. */
function declaring(cookie: Partial<ServiceCookie>): SiteConfiguration {
  const [own, ...others] = demo.services as [SiteConfiguration['services'][number]]
  return { ...demo, services: [{ ...own, cookies: [{ ...own.cookies[0]!, ...cookie }] }, ...others] }
}

test('a database file in the format of the Open Cookie Database is read, with its wildcards', () => {
  expect(DATABASE.map(({ name, kind }) => [name, kind])).toEqual([
    ['kst_*', 'analytics'],
    ['wren', 'marketing'],
    ['wr*', 'marketing'],
    ['finch', 'necessary'],
  ])
  expect(DATABASE[0]).toMatchObject({ description: 'Counts visits, once.', controller: 'Kestrel Ltd' })
  expect(() => readCookieDatabase('a,b\n1,2\n')).toThrow(BadCookieDatabase)
  expect(classifier(DATABASE)(thing({ name: 'wren' }))).toMatchObject({ pattern: 'wren' })
  expect(classifier(DATABASE)(thing({ name: 'wrench' }))).toMatchObject({ pattern: 'wr*' })
})

test('what waits for a purpose leaks before a choice, after a refusal and after a withdrawal, and not after a yes', () => {
  const states = ['before', 'closed', 'refused', 'accepted', 'withdrawn'] as const
  const { findings } = judged(
    states.map(state => thing({ kind: 'request', name: 'tempo.example', state, how: 'script' })),
  )
  const leaks = findings.filter(({ kind }) => kind === 'leak')
  expect(leaks.map(({ name, states, service }) => ({ name, states, service }))).toEqual([
    { name: 'tempo.example', states: ['before', 'closed', 'refused', 'withdrawn'], service: 'tempo' },
  ])
})

test('a service that nobody approved must not load after a yes either', () => {
  expect(
    judged([thing({ kind: 'request', name: 'nimbus.example', state: 'accepted' })]).kinds('nimbus.example'),
  ).toEqual(['unapproved'])
})

test('a host below a declared one is another host, and the site’s own hosts are nobody’s business', () => {
  const { kinds } = judged([
    thing({ kind: 'request', name: 'pixel.tempo.example', state: 'accepted' }),
    thing({ kind: 'request', name: 'consent.example' }),
    thing({ kind: 'request', name: 'www.loom.test:8789' }),
  ])
  expect(kinds('pixel.tempo.example')).toEqual(['undeclared'])
  expect(kinds('consent.example')).toEqual([])
  expect(kinds('www.loom.test:8789')).toEqual([])
})

test('what is known to be necessary is no leak, but has to be declared', () => {
  const { kinds } = judged([thing({ name: 'PHPSESSID' }), thing({ name: 'finch' }), thing({ name: '_ga' })])
  expect(kinds('PHPSESSID')).toEqual(['undeclared'])
  expect(kinds('finch')).toEqual(['undeclared'])
  expect(kinds('_ga')).toEqual(['leak', 'undeclared'])
})

test('a cookie that is declared necessary and known as analytics or marketing is in doubt', () => {
  const doubts = (name: string): Finding[] =>
    judged([], declaring({ name })).findings.filter(({ kind }) => kind === 'doubtful')
  expect(doubts('_ga')).toMatchObject([{ name: '_ga', message: expect.stringContaining('Google Analytics') }])
  expect(doubts('kst_visit')).toMatchObject([{ message: expect.stringContaining('cookie database') }])
  expect(doubts('finch')).toEqual([])
  expect(doubts('assent_loom')).toEqual([])
})

test('a cookie that lives longer, reaches further or lies elsewhere than declared is told', () => {
  const cookie = { domain: '.loom.test', path: '/', seconds: 180 * 86_400, httpOnly: false }
  const told = (change: Partial<typeof cookie>): string[] =>
    judged([thing({ name: '_tempo', state: 'accepted', cookie: { ...cookie, ...change } })])
      .findings.filter(({ kind }) => kind === 'differs')
      .map(({ message }) => message)
  expect(told({})).toEqual([])
  expect(told({ seconds: 400 * 86_400 })).toEqual(['lives 400 days, and is declared for P6M'])
  expect(told({ domain: 'www.loom.test' })).toEqual([
    'belongs to www.loom.test, and is declared for loom.test',
  ])
  expect(told({ path: '/shop' })).toEqual(['has the path /shop, and is declared for /'])
})

test('a proposal groups what belongs together, and is a configuration that validates', () => {
  const cookie = { domain: '.loom.test', path: '/', seconds: 63_000_000, httpOnly: false }
  const { findings, placed } = judged([
    thing({ kind: 'request', name: 'www.google-analytics.com', state: 'accepted' }),
    thing({ name: '_ga_1ABC', state: 'accepted', cookie }),
    thing({ name: 'kst_visit', state: 'accepted', cookie }),
    thing({ kind: 'request', name: 'pixel.tempo.example', state: 'accepted' }),
    thing({ name: 'q:1', state: 'accepted', cookie }),
    thing({ kind: 'local', name: 'basket', state: 'accepted', origin: PAGE }),
    thing({ kind: 'request', name: 'cdn.quill.co.uk', state: 'accepted' }),
    thing({
      kind: 'local',
      name: 'quill.seen',
      by: ['https://cdn.quill.co.uk/q.js:1'],
      state: 'accepted',
      origin: PAGE,
    }),
  ])
  const proposal = propose(findings, placed, demo)
  expect(proposal.notes).toEqual([expect.stringContaining('"q:1"')])
  expect(proposal.operations).toContainEqual({
    op: 'add',
    path: '/services/2/hosts/-',
    value: 'pixel.tempo.example',
  })
  const after = withProposal(demo, proposal)
  expect(checkSiteConfiguration(after)).toMatchObject({ ok: true })
  const added = after.services.slice(demo.services.length).toSorted((a, b) => a.id.localeCompare(b.id))
  expect(added).toMatchObject([
    {
      id: 'google-analytics',
      purpose: 'analytics',
      country: 'IE',
      hosts: ['www.google-analytics.com'],
      cookies: [{ name: '_ga_*', storage: 'cookie', domain: 'loom.test', duration: 'P730D' }],
      approval: { state: 'proposed' },
    },
    { id: 'kestrel-stats', provider: 'Kestrel Ltd', cookies: [{ name: 'kst_*' }] },
    { id: 'own-scripts', provider: demo.controller.name, cookies: [{ name: 'basket', duration: 'P10Y' }] },
    {
      id: 'quill-co-uk',
      purpose: 'marketing',
      hosts: ['cdn.quill.co.uk'],
      cookies: [{ name: 'quill.seen' }],
    },
  ])
  expect(added).toHaveLength(4)
})

test('databases, caches and service workers are declared like cookies, and proposed where they are not', () => {
  const kept = (state: 'before' | 'accepted', by = 'http://quill.example/q.js:1') =>
    (
      [
        ['database', 'quill visits'],
        ['cache', 'https://quill.example/pieces'],
        ['service-worker', `${PAGE}quill/worker.js`],
      ] as const
    ).map(([kind, name]) => thing({ kind, name, state, by: [by], origin: PAGE }))
  const { findings, placed } = judged(kept('accepted'))
  expect(findings.filter(({ kind }) => kind !== 'unseen').map(({ kind }) => kind)).toEqual([
    'undeclared',
    'undeclared',
    'undeclared',
  ])
  const { operations, notes } = propose(findings, placed, demo)
  expect(notes).toEqual([])
  expect(operations).toMatchObject([
    {
      value: {
        id: 'quill-example',
        cookies: [
          { name: 'quill visits', storage: 'database' },
          { name: 'https://quill.example/pieces', storage: 'cache' },
          { name: '/quill/worker.js', storage: 'service-worker', domain: 'www.loom.test', duration: 'P10Y' },
        ],
      },
    },
  ])
  const after = withProposal(demo, { operations, notes })
  expect(checkSiteConfiguration(after)).toMatchObject({ ok: true })
  const again = judged(kept('accepted'), after).findings
  expect(again.filter(({ kind }) => kind === 'undeclared')).toEqual([])
  const leaks = judged(kept('before'), after).findings.filter(({ kind }) => kind === 'leak')
  expect(leaks.map(({ service }) => service)).toEqual(['quill-example', 'quill-example', 'quill-example'])
  // The site's own worker is its own business.
  const own = judged(kept('before', `${PAGE}own.js:3`)).findings
  expect(own.map(({ what }) => what)).not.toContain('service-worker')
})

test('the built-in table names everything once, and says of each row where it is from', () => {
  for (const pick of ['hosts', 'cookies'] as const) {
    const all = KNOWN_SERVICES.flatMap(known => known[pick])
    expect(all.filter((each, at) => all.indexOf(each) !== at)).toEqual([])
  }
  expect(new Set(KNOWN_SERVICES.map(({ id }) => id)).size).toBe(KNOWN_SERVICES.length)
  const faulty = KNOWN_SERVICES.filter(
    ({ id, source, hosts, cookies, use, kind }) =>
      !/^[a-z][a-z0-9-]{0,31}$/.test(id) ||
      source === '' ||
      hosts.length + cookies.length === 0 ||
      (kind === 'necessary' && use !== 'operation'),
  )
  expect(faulty).toEqual([])
})
