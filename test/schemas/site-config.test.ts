import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkSiteConfiguration, siteConfigurationJsonSchema } from '../../shared/schemas/site-config.ts'

// Broken on purpose, in every way: no type describes it.
type Editable = ReturnType<typeof JSON.parse>

const loom = (): Editable =>
  JSON.parse(readFileSync(new URL('../../demo/loom/site.json', import.meta.url), 'utf8'))

function faultsAfter(spoil: (site: Editable) => void): string[] {
  const site = loom()
  spoil(site)
  const check = checkSiteConfiguration(site)
  return check.ok ? [] : check.faults.map(f => `${f.path} ${f.message}`)
}

describe('the demo configurations', () => {
  test.each(['loom', 'harbor'])('%s is without fault', name => {
    const path = new URL(`../../demo/${name}/site.json`, import.meta.url)
    expect(checkSiteConfiguration(JSON.parse(readFileSync(path, 'utf8')))).toMatchObject({ ok: true })
  })
})

describe('a dishonest configuration does not validate', () => {
  test.each<[string, string, (site: Editable) => void]>([
    ['a pre-ticked purpose', 'purposes[2].default', s => (s.purposes[2].default = 'granted')],
    ['refusal behind a second layer', 'banner.reject', s => (s.banner.reject = 'settings')],
    ['no refusal at all', 'banner.reject', s => delete s.banner.reject],
    ['a weaker reject button', 'banner.buttons', s => (s.banner.buttons = 'accept-primary')],
    [
      'e-mail and SMS bundled in one box',
      'programs[0].disclosures[0].channel',
      s => (s.programs[0].disclosures[0].channel = ['email', 'sms']),
    ],
    ['messages bundled with cookies', 'programs[0].purpose', s => (s.programs[0].purpose = 'marketing')],
    ['cookies bundled with messages', 'services[1].purpose', s => (s.services[1].purpose = 'offers')],
    [
      'an advertising service inside analytics',
      'services[3].purpose',
      s => (s.services[3].purpose = 'analytics'),
    ],
    ['advertising that GPC cannot turn off', 'services[3].purpose', s => delete s.purposes[3].gpc],
    [
      'legitimate interests as a basis for cookies',
      'purposes[2].basis',
      s => (s.purposes[2].basis = 'legitimate-interests'),
    ],
    ['analytics called necessary', 'purposes[2].basis', s => (s.purposes[2].basis = 'strictly-necessary')],
    ['a refusal remembered for ever', 'choice.expiresAfterDays', s => (s.choice.expiresAfterDays = 4000)],
    [
      'a banner text that never names cookies',
      'banner.text.en',
      s => (s.banner.text = { en: 'Hi', de: 'Cookies', ar: 'كوكيز' }),
    ],
    ['a lax default regime', 'regimes.default', s => (s.regimes.default = 'notice-only')],
    [
      'advertising signals that refusing grants',
      'signals.googleConsentMode.ad_storage',
      s => (s.signals.googleConsentMode.ad_storage = 'necessary'),
    ],
    [
      'advertising signals that statistics grant',
      'signals.googleConsentMode.ad_user_data',
      s => (s.signals.googleConsentMode.ad_user_data = 'analytics'),
    ],
    [
      'statistics signals nobody is asked about',
      'signals.googleConsentMode.analytics_storage',
      s => (s.signals.googleConsentMode.analytics_storage = 'necessary'),
    ],
    [
      'Microsoft told of advertising by a purpose of statistics',
      'signals.microsoftUet.ad_storage',
      s => (s.signals.microsoftUet = { ad_storage: 'analytics' }),
    ],
    [
      'Clarity granted by what nobody is asked about',
      'signals.microsoftClarity.analytics_Storage',
      s => (s.signals.microsoftClarity = { ad_Storage: 'marketing', analytics_Storage: 'necessary' }),
    ],
    [
      'Meta granted by agreeing to messages',
      'signals.meta.purpose',
      s => (s.signals.meta = { purpose: 'offers' }),
    ],
    [
      'TikTok granted by what GPC cannot turn off',
      'signals.tiktok.purpose',
      s => (s.signals.tiktok = { purpose: 'preferences' }),
    ],
    [
      'marketing of WordPress plugins allowed by statistics',
      'signals.wpConsentApi.marketing',
      s => (s.signals.wpConsentApi = { marketing: 'analytics' }),
    ],
    [
      'functions of WordPress plugins allowed by agreeing to messages',
      'signals.wpConsentApi.functional',
      s => (s.signals.wpConsentApi = { functional: 'offers' }),
    ],
    ['a statistics service called necessary', 'services[2].use', s => (s.services[2].purpose = 'necessary')],
    [
      'a service whose keys reach the record of the choice',
      'services[3].cookies[1].name',
      s => (s.services[3].cookies[1].name = 'assent_*'),
    ],
    [
      'a service that claims every cookie',
      'services[3].cookies[0].name',
      s => (s.services[3].cookies[0].name = 'a*'),
    ],
    [
      'a cookie name that forges a choice',
      'services[3].cookies[0].name',
      s => (s.services[3].cookies[0].name = '_a=v1;x'),
    ],
    [
      'a cookie path that carries attributes',
      'services[3].cookies[0].path',
      s => (s.services[3].cookies[0].path = '/shop;max-age=9'),
    ],
    [
      'a purpose with a name nobody can see',
      'purposes[2].name.en',
      s => (s.purposes[2].name.en = '\u200b\u3164'),
    ],
    [
      'a name that turns the reading order round',
      'purposes[2].name.en',
      s => (s.purposes[2].name.en = 'Re\u202ejection'),
    ],
    ['a link that is a script', 'controller.website', s => (s.controller.website = 'javascript:alert(1)')],
    ['a notice without a postal address', 'controller.address', s => delete s.controller.address],
    ['a notice without an e-mail address', 'controller.email', s => (s.controller.email = '')],
    [
      'a section that hides a part of the notice',
      'notice.sections[0].id',
      s => (s.notice.sections[0].id = 'cookies'),
    ],
    [
      'a program that rests on something else than consent',
      'programs[0].purpose',
      s => (s.purposes.find((p: { kind: string }) => p.kind === 'messages')!.basis = 'legitimate-interests'),
    ],
    ['a program for numbers of anywhere', 'programs[0].countries', s => (s.programs[0].countries = [])],
    [
      'a program that does not say whether it confirms',
      'programs[0].confirmation',
      s => delete s.programs[0].confirmation,
    ],
    ['a confirmation that is none', 'programs[0].confirmation', s => (s.programs[0].confirmation = 'none')],
    ['a program for children', 'programs[0].minimumAge', s => (s.programs[0].minimumAge = 9)],
    [
      'an offer at the door',
      'programs[0].offer.afterSeconds',
      s => (s.programs[0].offer = { afterSeconds: 0, quietDays: 30 }),
    ],
    [
      'an offer that comes straight back',
      'programs[0].offer.quietDays',
      s => (s.programs[0].offer = { afterSeconds: 20, quietDays: 0 }),
    ],
    [
      'two programs that offer themselves',
      'programs[1].offer',
      s => {
        s.programs[0].offer = { afterSeconds: 20, quietDays: 30 }
        s.programs.push({ ...structuredClone(s.programs[0]), id: 'other' })
      },
    ],
    [
      'an offer of what is closed',
      'programs[0].offer',
      s => Object.assign(s.programs[0], { open: false, offer: { afterSeconds: 20, quietDays: 30 } }),
    ],
    ['an approval nobody gave', 'services[2].approval', s => delete s.services[2].approval.by],
  ])('%s', (_, path, spoil) => {
    expect(faultsAfter(spoil).map(f => f.split(' ')[0])).toContain(path)
  })
})

test('a signal that hangs on a purpose that is not there, or on one of messages, is one clear fault', () => {
  expect(faultsAfter(s => (s.signals.tiktok = { purpose: 'adverts' }))).toEqual([
    'signals.tiktok.purpose no purpose has the id "adverts": add it, or name another',
  ])
  const byMessages = { ad_Storage: 'marketing', analytics_Storage: 'offers' }
  expect(faultsAfter(s => (s.signals.microsoftClarity = byMessages))).toEqual([
    'signals.microsoftClarity.analytics_Storage "offers" is about messages: agreeing to them says nothing about what runs on a page',
  ])
})

test('a receiver that needs two signals is not told one, and no receiver is made up', () => {
  expect(faultsAfter(s => (s.signals.microsoftClarity = { ad_Storage: 'marketing' }))).toEqual([
    'signals.microsoftClarity.analytics_Storage is missing: write a value of type string',
  ])
  expect(faultsAfter(s => (s.signals.linkedin = { purpose: 'marketing' }))).toEqual([
    'signals.linkedin is not a field here: check the spelling, or remove it',
  ])
})

test('twenty faults are reported at once, each with its path and what to do', () => {
  const faults = faultsAfter(s => {
    s.site = 'Loom!'
    s.logOrigin = 'loom'
    s.controller.email = 'nobody'
    s.controller.country = 'Germany'
    delete s.controller.address
    s.owners[1].id = 'privacy'
    s.origins = ['http://loom.example/path', 'loom.example']
    s.languages.push('xx')
    s.purposes[1].default = 'granted'
    delete s.purposes[1].name.de
    s.purposes[2].owner = 'nobody'
    s.services[2].cookies[0].duration = '6 months'
    s.services[2].cookies[0].path = 'shop'
    s.services[3].purpose = 'analytics'
    s.services[4].hosts = ['https://vista.example/']
    s.programs[0].disclosures = []
    s.signals.googleConsentMode.ad_storage = 'adverts'
    s.banner.reject = 'settings'
    s.appearance.accent = 'blue'
    s.notice.lastRevised = 'yesterday'
    s.surprise = true
  })
  expect(faults.length).toBeGreaterThanOrEqual(20)
  const paths = faults.map(f => f.split(' ')[0])
  expect(new Set(paths).size, 'no path is named twice').toBe(paths.length)
  expect(faults).toContain(
    'origins[1] must be scheme, host and port only, such as "https://www.shop.example"',
  )
  expect(faults).toContain('purposes[1].name.de is missing: the site offers "de"')
  expect(faults).toContain('surprise is not a field here: check the spelling, or remove it')
})

test('a program names countries that telephones have, each once', () => {
  const faults = (...countries: unknown[]) => faultsAfter(s => (s.programs[0].countries = countries))
  expect(faults('DE', 'AT', 'CH')).toEqual([])
  for (const code of ['XX', 'EU', 'ZZ'])
    expect(faults(code)).toEqual([
      'programs[0].countries[0] is no country: write its ISO 3166-1 code, such as "GB"',
    ])
  expect(faults('Germany')).toEqual([
    'programs[0].countries[0] must be an ISO 3166-1 code of two capitals, such as "DE"',
  ])
  expect(faults('DE', 'DE')).toEqual(['programs[0].countries[1] "DE" is named twice'])
})

test('nonsense of any depth or name is a fault, not a crash', () => {
  let deep: unknown = 1
  for (let n = 0; n < 20_000; n++) deep = { deep }
  expect(faultsAfter(s => (s.deep = deep))).toHaveLength(1)
  expect(faultsAfter(s => (s.banner.text = { ...s.name, constructor: 'cookie' })).length).toBeGreaterThan(0)
})

test.each([null, [], 'text', 7])('%j is refused as no configuration', input => {
  expect(checkSiteConfiguration(input)).toMatchObject({ ok: false, faults: [{ path: '' }] })
})

test('an id is no name that every JavaScript object has: an unanswered purpose would look answered', () => {
  const faults = faultsAfter(s => (s.purposes[2].id = 'constructor'))
  expect(faults).toContain('purposes[2].id is a name every JavaScript object has: choose another')
})

test('a missing field is told from one of the wrong type', () => {
  expect(faultsAfter(s => delete s.services)).toEqual(['services is missing: write a value of type array'])
  expect(faultsAfter(s => (s.services = 'tempo'))).toEqual([
    'services is of type string: write a value of type array',
  ])
})

test('a field that takes one of a few words names them, missing or wrong', () => {
  const uses = 'write one of operation, preferences, statistics, advertising, embedded-content'
  expect(faultsAfter(s => delete s.services[0].use)).toContain(`services[0].use is missing: ${uses}`)
  expect(faultsAfter(s => (s.services[0].use = 'spying'))).toContain(
    `services[0].use is none of what may stand here: ${uses}`,
  )
  expect(faultsAfter(s => delete s.banner.buttons)[0]).toMatch(/^banner\.buttons must be "equal"/)
})

test('editors get a JSON Schema that knows every top-level field', () => {
  const schema = siteConfigurationJsonSchema() as { properties: Record<string, unknown> }
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(loom())))
})

describe('what a service keeps, and how it is stopped', () => {
  const kept = (storage: string, name: string) =>
    faultsAfter(s => Object.assign(s.services[2].cookies[0], { storage, name }))

  test.each([
    ['database', 'firebase: visits/1'],
    ['database', '_pouch_*'],
    ['database', 'visits of *'],
    ['database', 'v'],
    ['cache', 'https://www.loom.test/pieces'],
    ['service-worker', '/push/worker.js'],
    ['local', 'seen:today'],
  ])('a %s is declared by its name as the browser shows it: %s', (storage, name) => {
    expect(kept(storage, name)).toEqual([])
  })

  test.each([
    ['cookie', 'seen:today', 'must be a cookie name'],
    ['database', 'a*b', '"*" stands only at its end'],
    ['cache', '*', 'must be its name as the browser shows it'],
    ['cache', 'visits ', 'must be its name as the browser shows it'],
    ['cache', ' ', 'must be its name as the browser shows it'],
    ['database', 'visits\u202e', 'must be its name as the browser shows it'],
    ['service-worker', 'worker.js', 'must be the path of the script'],
    ['indexeddb', 'visits', 'write one of cookie, local, session, database, cache, service-worker'],
  ])('a %s called "%s" is a fault that says why', (storage, name, why) => {
    expect(kept(storage, name).join()).toContain(why)
  })

  test('a call names a function and what it is called with, and no code', () => {
    const stopped = (stop: unknown) => faultsAfter(s => (s.services[2].stop = stop))
    expect(stopped([['tempo.opt_out'], ['fbq', 'consent', 'revoke', 1, true]])).toEqual([])
    expect(stopped([['tempo()']]).join()).toContain('must be a function as the page calls it')
    expect(stopped([['tempo', { deep: 1 }]]).join()).toContain('services[2].stop[0][1]')
    expect(stopped([]).join()).toContain('needs at least one call')
  })
})

describe('a choice is handed over', () => {
  const shop = 'https://loom-shop.example'
  test('from host to host', () => {
    const faults = faultsAfter(s => {
      s.origins.push(shop)
      s.choice.handOver = true
    })
    expect(faults).toEqual([])
  })
  test('not where there is one host, whatever its ports', () => {
    const faults = faultsAfter(s => {
      s.origins = ['http://localhost:8789', 'http://localhost:8790']
      s.choice.handOver = true
    })
    expect(faults).toEqual([expect.stringContaining('"origins" has only one')])
  })
  test('nor where one cookie serves them all', () => {
    const faults = faultsAfter(s => {
      s.origins = ['https://www.loom.example', 'https://shop.loom.example']
      Object.assign(s.choice, { domain: 'loom.example', handOver: true })
    })
    expect(faults).toEqual([expect.stringContaining('is not needed')])
  })
})
