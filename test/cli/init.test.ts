import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { checkSiteConfiguration } from '../../shared/schemas/site-config.ts'
import { firstSite, siteKeyFor, type FirstAnswers } from '../../server/inventory/first-site.ts'
import { publishedElsewhere } from '../../server/inventory/elsewhere.ts'
import { assentProcess } from '../support/cli.ts'
import { CLI, serve, withoutAssent } from '../support/serve.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const FLAGS = {
  name: 'Kiln & Clay Ltd',
  address: '4 Kiln Row, Leeds',
  country: 'gb',
  email: 'privacy@kiln.example',
  website: 'https://www.kiln.example/shop',
}

const flagsOf = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])

const init = (args: readonly string[], environment: Record<string, string> = {}) =>
  assentProcess(['init', ...args], environment, { cwd: folder })

const written = () => JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8')) as SiteConfiguration

test('an empty folder becomes a site that is checked, served and verified', { timeout: 60_000 }, async () => {
  const { code, out, err } = await init([
    ...flagsOf({
      ...FLAGS,
      server: 'https://consent.kiln.example',
      language: 'en,de,ar',
      messages: 'email,sms',
    }),
    '--per-month',
    '4',
    '--analytics',
    '--marketing',
  ])
  expect(err).toBe('')
  expect(code).toBe(0)
  expect(readdirSync(folder).toSorted()).toEqual(['data', 'site.json'])
  expect(statSync(join(folder, 'data/keys/master.key')).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)

  expect(out).toContain('https://consent.kiln.example/s/kiln/')
  expect(out).not.toMatch(/__SITE__|__HOST__/)
  expect(out).toContain(
    'ASSENT_URL=https://consent.kiln.example ASSENT_TRUSTED_PROXIES=127.0.0.1 npx --no assent serve',
  )
  expect(out).toContain('npx --no assent site publish site.json')
  expect(out).toContain('npx --no assent verify')

  const check = await assentProcess(['site', 'check', 'site.json'], {}, { cwd: folder })
  expect(check).toMatchObject({ code: 0, out: expect.stringContaining('no faults') as string })
  expect(written()).toMatchObject({
    site: 'kiln',
    logOrigin: 'www.kiln.example/kiln',
    origins: ['https://www.kiln.example'],
    controller: { name: 'Kiln & Clay Ltd', country: 'GB' },
    programs: [{ confirmation: 'double', disclosures: [{ channel: 'email' }, { channel: 'sms' }] }],
  })

  const server = await serve(join(folder, 'data'))
  const loader = await fetch(`${server.url}/s/kiln/assent.js`)
  expect(loader.status).toBe(200)
  expect(await loader.text()).toContain('"kiln"')
  for (const language of ['en', 'de', 'ar']) {
    // oxlint-disable-next-line no-await-in-loop
    const view = await (await fetch(`${server.url}/s/kiln/first.${language}.mjs`)).text()
    expect(view).toContain(`language="${language}"`)
    expect(view).toContain('Kiln & Clay Ltd')
  }
  const notice = await (await fetch(`${server.url}/s/kiln/notice.en.html`)).text()
  expect(notice.split('4 Kiln Row, Leeds'), 'who is responsible is said once').toHaveLength(2)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await server.end()).toBe(0)
  expect((await assentProcess(['verify'], {}, { cwd: folder })).code).toBe(0)
})

test('without a person to ask, everything missing or wrong is named at once, and nothing is written', async () => {
  const { code, err } = await init([
    '--country',
    'Britain',
    '--language',
    'fr',
    '--messages',
    'email',
    '--confirm',
    'maybe',
  ])
  expect(code).toBe(2)
  for (const words of [
    '--name is missing',
    '--address is missing',
    '--country is "Britain"',
    '--email is missing',
    '--website is missing',
    '--language is "fr": choose of en, de, ar',
    '--per-month is missing',
    '--confirm is "maybe": answer yes or no',
  ])
    expect(err).toContain(words)
  expect(err).not.toContain('--site')
  expect(readdirSync(folder)).toEqual([])
})

test('who texts numbers of carriers that want terms linked is asked for them', async () => {
  const flags = flagsOf({ ...FLAGS, country: 'us', messages: 'sms', 'per-month': '4' })
  const { code, err } = await init(flags)
  expect(code).toBe(2)
  expect(err).toContain('--terms is missing')
  expect(await init([...flags, '--terms', 'https://www.kiln.example/terms'])).toMatchObject({ code: 0 })
  expect(written().programs).toMatchObject([{ terms: 'https://www.kiln.example/terms' }])
})

test(
  'served at another address than it is published for, it says so in one line',
  { timeout: 60_000 },
  async () => {
    expect((await init([...flagsOf({ ...FLAGS, server: 'https://consent.kiln.example' })])).code).toBe(0)
    const warned = async (environment: Record<string, string> = {}) => {
      const server = await serve(join(folder, 'data'), { environment })
      // What is said at the start is said before it stops.
      await server.end()
      return server.lines().filter(line => line['event'] === 'published for another address')
    }
    expect(await warned()).toMatchObject([
      {
        level: 'warn',
        site: 'kiln',
        published: 'consent.kiln.example',
        served: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        do: expect.stringContaining('ASSENT_URL'),
      },
    ])
    const behind = { ASSENT_TRUSTED_PROXIES: '127.0.0.1' }
    expect(await warned({ ASSENT_URL: 'https://consent.kiln.example', ...behind })).toEqual([])
    expect(await warned({ ASSENT_URL: 'https://other.kiln.example', ...behind })).toHaveLength(1)
  },
)

test.each([
  ['http://127.0.0.1:8787', 'localhost:8787', true],
  ['http://0.0.0.0:8787', '127.0.0.1:8787', true],
  ['http://[::1]:8787', 'localhost:8787', true],
  ['https://consent.kiln.example', 'consent.kiln.example', true],
  ['https://consent.kiln.example', 'CONSENT.kiln.example:443', true],
  ['http://127.0.0.1:8788', 'localhost:8787', false],
  ['https://consent.kiln.example:8443', 'consent.kiln.example', false],
])('%s is the address of a site published for %s: %s', (served, host, isSame) => {
  const site = firstSite(ANSWERS)
  const services = site.services.map(service => ({ ...service, hosts: [host] }))
  expect(publishedElsewhere({ ...site, services }, served)).toEqual(isSame ? undefined : [host])
  // Nothing is said of a site that says nothing.
  const silent = site.services.map(service => ({ ...service, hosts: [] }))
  expect(publishedElsewhere({ ...site, services: silent }, served)).toBeUndefined()
})

test.each([
  ['email', [], 'double'],
  ['email', ['--confirm', 'no'], 'single'],
  ['sms', [], 'single'],
  ['sms', ['--confirm', 'yes'], 'double'],
] as const)(
  'whether each yes by %s %j is confirmed is written as it was said',
  async (messages, more, is) => {
    const { code, out } = await init([...flagsOf({ ...FLAGS, messages, 'per-month': '4' }), ...more])
    expect(code).toBe(0)
    expect(written().programs).toMatchObject([{ confirmation: is }])
    expect(out.includes('data/keys/providers.json')).toBe(is === 'double')
  },
)

test('nothing that exists is overwritten', async () => {
  writeFileSync(join(folder, 'site.json'), 'mine')
  const first = await init(flagsOf(FLAGS))
  expect(first).toMatchObject({ code: 1, err: expect.stringContaining('site.json exists already') as string })
  expect(readFileSync(join(folder, 'site.json'), 'utf8')).toBe('mine')
  expect(existsSync(join(folder, 'data'))).toBe(false)

  rmSync(join(folder, 'site.json'))
  expect((await init(flagsOf(FLAGS))).code).toBe(0)
  const key = readFileSync(join(folder, 'data/keys/master.key'), 'utf8')
  rmSync(join(folder, 'site.json'))
  const again = await init(flagsOf(FLAGS))
  expect(again.code).toBe(1)
  expect(again.err).toMatch(
    /ledger\.db.*master\.key exist already, and nothing is overwritten: publish another/,
  )
  expect(existsSync(join(folder, 'site.json'))).toBe(false)
  expect(readFileSync(join(folder, 'data/keys/master.key'), 'utf8')).toBe(key)
})

/** Types into the command's own terminal, as it asks. */
async function typed(lines: readonly string[]): Promise<{ code: number; screen: string }> {
  const command = `'${process.execPath}' '${CLI}' init`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: withoutAssent(process.env),
  })
  let screen = ''
  const left = [...lines]
  child.stdout.on('data', chunk => {
    screen += String(chunk)
    // A prompt, and after it only what moves the cursor.
    // oxlint-disable-next-line no-control-regex
    if (/: (\u001b\[\d*[A-Z])*$/.test(screen)) child.stdin.write(left.shift() ?? '')
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, screen }
}

test(
  'on a terminal it asks, offers what follows, and asks again what cannot be',
  { timeout: 60_000 },
  async () => {
    const { code, screen } = await typed(
      [
        'Kiln & Clay Ltd',
        '4 Kiln Row, Leeds',
        'Britain',
        'gb',
        'privacy@kiln.example',
        'https://kiln.example',
        '',
        '',
        'de',
        'yes',
        '',
        'email',
        '4',
        '',
      ].map(line => `${line}\n`),
    )
    expect(screen).toContain('write the two letters of ISO 3166-1')
    expect(screen).toContain('for ever [kiln]: ')
    expect(screen).toContain('[http://localhost:8787]: ')
    expect(code).toBe(0)
    expect(screen).toContain('(double opt-in)? [yes]: ')
    expect(written()).toMatchObject({
      site: 'kiln',
      languages: ['de'],
      programs: [{ confirmation: 'double' }],
    })
    expect(written().purposes.map(p => p.id)).toEqual(['necessary', 'analytics', 'messages'])
  },
)

test('whoever stops half way has nothing written', { timeout: 60_000 }, async () => {
  const { code, screen } = await typed(['Kiln\n', '\u0004'])
  expect(code).toBe(1)
  expect(screen).toContain('Stopped, and nothing was written.')
  expect(readdirSync(folder)).toEqual([])
})

const ANSWERS: FirstAnswers = {
  site: 'kiln',
  name: 'Kiln',
  address: '4 Kiln Row',
  country: 'GB',
  email: 'privacy@kiln.example',
  website: 'http://localhost:3000',
  server: 'http://localhost:8787',
  languages: ['en'],
  analytics: false,
  marketing: false,
  channels: [],
  perMonth: 0,
  confirm: false,
  today: '2026-11-22',
}

test('whatever is answered, the configuration is valid and promises nothing that was not answered', () => {
  const answers = [false, true].flatMap(analytics =>
    [false, true].flatMap(marketing =>
      ([[], ['email'], ['sms'], ['email', 'sms']] as const).flatMap(channels =>
        ([['en'], ['ar', 'de'], ['de', 'en', 'ar']] as const).map((languages, n) => ({
          ...ANSWERS,
          analytics,
          marketing,
          channels,
          languages,
          perMonth: channels.length > 0 ? 4 : 0,
          confirm: n % 2 === 0,
        })),
      ),
    ),
  )
  expect(answers).toHaveLength(48)
  const inAmerica = answers.map(each => ({ ...each, country: 'US', terms: 'https://www.kiln.example/terms' }))
  for (const each of [...answers, ...inAmerica]) {
    const check = checkSiteConfiguration(firstSite(each))
    expect(check.ok || check.faults).toBe(true)
    const text = JSON.stringify(firstSite(each))
    expect(/undefined|TODO|placeholder|example\.com/i.test(text)).toBe(false)
    expect(text.includes('ad_storage')).toBe(each.marketing)
    expect(text.includes('analytics_storage')).toBe(each.analytics)
    expect(text.includes('STOP')).toBe(each.channels.some(channel => channel === 'sms'))
  }
})

test.each([
  ['https://www.kiln.example', 'kiln'],
  ['https://shop.kiln.example', 'shop'],
  ['http://localhost:3000', 'localhost'],
  ['https://xn--tpfer-kua.example', 'xn--tpfer-kua'],
  ['http://192.0.2.1', 'site'],
])('the site key for %s is %s', (website, key) => {
  expect(siteKeyFor(website)).toBe(key)
})
