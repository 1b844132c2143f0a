import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Notes } from '../../server/switching/found.ts'
import { assentProcess } from '../support/cli.ts'
import { KLARO, VANILLA } from '../support/other-configurations.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const OWNER = [
  ['--name', 'Kiln & Clay Ltd'],
  ['--address', '4 Kiln Row, Leeds'],
  ['--country', 'GB'],
  ['--email', 'privacy@kiln.example'],
  ['--website', 'https://www.kiln.example'],
  ['--server', 'https://consent.kiln.example'],
  ['--switched-on', '2026-11-20'],
].flat()

const run = (args: readonly string[]) => assentProcess(args, {}, { cwd: folder })
function file(text: string, name = 'config.js'): string {
  writeFileSync(join(folder, name), text)
  return name
}
const written = (name = 'site.json') =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as SiteConfiguration
async function migrated(text: string, name?: string): Promise<SiteConfiguration & { notes: Notes }> {
  const { code, out, err } = await run(['migrate', file(text, name), ...OWNER, '--json'])
  expect([code, err]).toEqual([0, ''])
  return { ...written(), notes: (JSON.parse(out) as { notes: Notes }).notes }
}

test('a configuration of vanilla-cookieconsent becomes one that has no faults', async () => {
  const site = await migrated(VANILLA)
  const check = await run(['site', 'check', 'site.json'])
  expect(check).toMatchObject({ code: 0, out: expect.stringContaining('no faults') as string })
  expect(site).toMatchObject({
    site: 'kiln',
    languages: ['en', 'de'],
    banner: {
      title: { en: 'Cookies at the kiln', de: 'Cookies in der Töpferei' },
      text: {
        en: 'We keep cookies to count visits & show films. More',
        de: 'Wir zählen mit Cookies.',
      },
    },
    appearance: { position: 'bottom-end' },
    choice: {
      expiresAfterDays: 365,
      domain: 'kiln.example',
      takeOver: {
        tool: 'vanilla-cookieconsent',
        name: 'cc_kiln',
        revision: 3,
        switchedOn: '2026-11-20',
        map: { statistics: 'statistics', ga: 'statistics', wheel: 'statistics' },
      },
    },
    gating: {
      aliases: { necessary: 'necessary', statistics: 'statistics', ads: 'ads', ga: 'ga', wheel: 'wheel' },
    },
    signals: { googleConsentMode: { analytics_storage: 'statistics', ad_storage: 'ads' } },
  })
  expect(site.purposes.map(({ id, kind, basis, gpc }) => [id, kind, basis, gpc])).toEqual([
    ['necessary', 'necessary', 'strictly-necessary', undefined],
    ['statistics', 'analytics', 'consent', undefined],
    ['ads', 'marketing', 'consent', true],
  ])
  expect(site.purposes[1]).toMatchObject({
    name: { en: 'Counting', de: 'Zählung' },
    description: { en: 'Which pages are read.', de: 'Was gelesen wird.' },
  })
})

test('cookies come with the services that keep them, patterns as names, and nothing is approved', async () => {
  const { services, notes } = await migrated(VANILLA)
  const ours = services.filter(({ id }) => id !== 'assent')
  expect(ours.map(({ id, cookies }) => [id, cookies.map(({ name, path }) => [name, path])])).toEqual([
    [
      'ga',
      [
        ['_ga*', '/'],
        ['_gid', '/'],
        ['_ga', '/'],
      ],
    ],
    ['wheel', []],
    [
      'statistics-cookies',
      [
        ['kiln_visits', '/shop'],
        ['kiln_page', '/shop'],
      ],
    ],
  ])
  expect(ours.map(({ approval }) => approval)).toEqual(ours.map(() => ({ state: 'proposed' })))
  expect(ours[0]).toMatchObject({ provider: 'Google Ireland Limited', country: 'IE' })
  expect(ours[0]!.cookies[2]!.description).toMatchObject({ en: 'Tells visits apart' })
  expect(notes.unknown).toContainEqual(expect.stringContaining('/visits/ is no name'))
})

test('the report says what changed, what was not taken, and what is still to do', async () => {
  const { code, out } = await run(['migrate', file(VANILLA), ...OWNER])
  expect(code).toBe(0)
  const parts = out.split('\n\n').map(part => part.split('\n')[0])
  expect(parts).toEqual([
    'site.json is made of a configuration of vanilla-cookieconsent; nothing in that file was run.',
    'Taken',
    'Changed, and why',
    'Not taken',
    'To do',
    'Read it, then: assent site publish site.json',
  ])
  for (const said of [
    'categories.ads: it was ticked beforehand',
    'language.translations.de-AT.consentModal: it had no button to refuse',
    'guiOptions: the buttons had unequal weight',
    'language "de-AT" became "de"',
    'language.translations.fr: the texts are in /texts/fr.json',
    'language "he": the widget does not speak it yet',
    'onFirstConsent (line 13): a program of yours, which was not run',
    'services.ga.onAccept',
    'approval of every service',
    'service "wheel": provider, country and hosts',
  ])
    expect(out).toContain(said)
})

test('a configuration of Klaro becomes one that has no faults', async () => {
  const site = await migrated(KLARO)
  const check = await run(['site', 'check', 'site.json'])
  expect(check).toMatchObject({ code: 0, out: expect.stringContaining('no faults') as string })
  expect(site).toMatchObject({
    languages: ['en'],
    appearance: { position: 'bottom', scheme: 'light' },
    choice: {
      expiresAfterDays: 90,
      domain: 'kiln.example',
      takeOver: { tool: 'klaro', name: 'kiln-choice', map: { matomo: 'analytics', vimeo: 'media' } },
    },
    gating: { aliases: { matomo: 'matomo', vimeo: 'vimeo', chatter: 'chatter', basket: 'basket' } },
  })
  expect(site.choice.takeOver!.map).not.toHaveProperty('chatter')
  expect(site.choice.takeOver!.map).not.toHaveProperty('basket')
  expect(site.purposes.map(({ id, kind }) => [id, kind])).toEqual([
    ['analytics', 'analytics'],
    ['media', 'marketing'],
    ['functional', 'preferences'],
    ['essential', 'necessary'],
  ])
  const [, matomo] = site.services
  expect(matomo!.cookies.map(({ name, domain }) => [name, domain])).toEqual([
    ['_pk_*', 'www.kiln.example'],
    ['piwik_ignore', 'stats.kiln.example'],
  ])
  const notes = [...site.notes.changed, ...site.notes.unknown].join('\n')
  for (const said of [
    'hideDeclineAll',
    'mustConsent',
    'services.chatter: it was on beforehand',
    'services.matomo.callback',
    '/kiln/ is no name',
  ])
    expect(notes).toContain(said)
})

test('JSON is read as well', async () => {
  const config = {
    services: [{ name: 'matomo', purposes: ['analytics'] }],
    lang: 'de',
    translations: { de: {} },
  }
  const site = await migrated(JSON.stringify(config), 'klaro.json')
  expect(site).toMatchObject({ languages: ['de'], choice: { takeOver: { map: { matomo: 'analytics' } } } })
})

test('nothing in the file is run, whatever it is', async () => {
  const trap = `require('node:fs').writeFileSync('trap', 'sprung')
process.exit(3)
export default { categories: { analytics: {} }, get language() { process.exit(4) } }`
  await migrated(trap)
  expect(() => readFileSync(join(folder, 'trap'))).toThrow('ENOENT')
})

test('what refers to itself, or grows without end, is read to its end', { timeout: 60_000 }, async () => {
  const doubling = Array.from({ length: 60 }, (_, i) => `const x${i + 1} = [x${i}, x${i}]`).join('\n')
  const text = `const x0 = { x: x0 }\n${doubling}\nexport default { categories: { analytics: { a: x60 } } }`
  expect((await migrated(text)).purposes.map(({ id }) => id)).toEqual(['necessary', 'analytics'])
})

test('what only the owner knows is left as to be written, and keeps the site from being published', async () => {
  const { code, out } = await run(['migrate', file(VANILLA)])
  expect(code).toBe(1)
  expect(out).toContain('who answers for the site: --name, --address, --country, --email, --website')
  expect(out).toContain('Write what is missing, then: assent site check site.json')
  const check = await run(['site', 'check', 'site.json', '--json'])
  const { faults } = JSON.parse(check.out) as { faults: { path: string; message: string }[] }
  expect(faults).toEqual(
    [
      'controller.name',
      'controller.address',
      'controller.country',
      'controller.email',
      'services[0].provider',
    ].map(path => ({ path, message: 'is still to be written' })),
  )
  expect((await run(['site', 'publish', 'site.json', '--data', 'data'])).code).toBe(1)
})

test.each([
  [
    'nothing at all',
    '',
    'has no configuration of vanilla-cookieconsent 3 ("categories") or Klaro ("services") in it',
  ],
  ['a page', '<!doctype html><p>text', 'is neither JSON nor JavaScript that can be parsed'],
  ['broken JavaScript', 'CookieConsent.run({', 'is neither JSON nor JavaScript that can be parsed'],
  [
    'version 2',
    "cc.run({ languages: { en: { consent_modal: {} } }, current_lang: 'en' })",
    'looks like a configuration of vanilla-cookieconsent 2',
  ],
])('%s is refused in one clear sentence', async (_, text, sentence) => {
  const { code, out, err } = await run(['migrate', file(text)])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`config.js ${sentence}`)
})

test('the wrong tool, an unknown one, a missing file and one that is there already are each told', async () => {
  const name = file(VANILLA)
  expect((await run(['migrate', name, '--from', 'klaro'])).err).toContain(
    'config.js has a configuration of vanilla-cookieconsent, and none of klaro: leave --from out',
  )
  expect((await run(['migrate', name, '--from', 'osano'])).err).toContain(
    '--from is vanilla-cookieconsent or klaro',
  )
  expect((await run(['migrate', 'nowhere.js'])).err).toContain('Could not read nowhere.js')
  file('{}', 'site.json')
  expect((await run(['migrate', name])).err).toContain('site.json is there already')
  expect(readFileSync(join(folder, 'site.json'), 'utf8')).toBe('{}')
})
