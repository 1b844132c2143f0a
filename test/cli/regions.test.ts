import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { assent } from '../support/cli.ts'
import { serve, type Served } from '../support/serve.ts'

const DEMO = join(import.meta.dirname, '../../demo/loom/site.json')
const REGION = { ASSENT_REGION_HEADER: 'CF-IPCountry, CF-Region-Code' }
let folder: string
let server: Served
let untrusting: Served

const site = (changes: Partial<SiteConfiguration> = {}): SiteConfiguration => ({
  ...(JSON.parse(readFileSync(DEMO, 'utf8')) as SiteConfiguration),
  ...changes,
})
const RULES = {
  default: 'opt-in',
  rules: [
    { regions: ['US'], regime: 'opt-out' },
    { regions: ['US-ME'], regime: 'opt-in' },
  ],
} as const

async function publish(configuration: SiteConfiguration, ...flags: string[]) {
  const file = join(folder, `${Math.random()}.json`)
  writeFileSync(file, JSON.stringify(configuration))
  return assent(['site', 'publish', file, '--data', join(folder, 'data'), ...flags])
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-regions-'))
  await publish(site({ regimes: RULES }))
  await publish(site({ site: 'plain', logOrigin: 'log.test/plain' }))
  server = await serve(join(folder, 'data'), {
    environment: { ...REGION, ASSENT_TRUSTED_PROXIES: '127.0.0.1' },
  })
}, 60_000)
afterAll(async () => {
  await server?.end()
  await untrusting?.end()
  rmSync(folder, { recursive: true })
})

/** As a proxy asks that saw the visitor there. */
const from = (country?: string, part?: string): Record<string, string> => ({
  ...(country !== undefined && { 'CF-IPCountry': country }),
  ...(part !== undefined && { 'CF-Region-Code': part }),
})
const ask = (path: string, headers: Record<string, string> = {}, at = server) =>
  fetch(`${at.url}${path}`, { headers })
const text = async (path: string, headers?: Record<string, string>, at?: Served) =>
  (await ask(path, headers, at)).text()

test('the loader and the first layer are those of the region that the proxy tells', async () => {
  const [everywhere, us, maine] = await Promise.all([
    text('/s/loom/assent.js'),
    text('/s/loom/assent.js', from('US', 'CA')),
    text('/s/loom/assent.js', from('US', 'ME')),
  ])
  expect(everywhere).toContain('served:-1')
  expect(us).toContain('served:0')
  expect(maine).toContain('served:1')
  expect(await text('/s/loom/first.en.mjs')).toContain('id:"assent"')
  expect(await text('/s/loom/first.en.mjs', from('US', 'ME'))).toContain('id:"assent"')
  const quiet = await text('/s/loom/first.en.mjs', from('US', 'CA'))
  expect(quiet).not.toContain('id:"assent"')
  expect(quiet.length).toBeLessThan(400)
  // Whoever asks for the stricter one gets it.
  expect(await text('/s/loom/first.en.mjs?strict', from('US', 'CA'))).toContain('id:"assent"')
})

test.each([
  ['a region without a rule', from('DE')],
  ['a network that hides it', from('T1')],
  ['a proxy that does not know it', from('XX', '')],
  ['a country of which a part is stricter', from('US')],
  ['two regions at once', from('US, US', 'CA')],
])('%s is answered as strictly as any', async (_, headers) => {
  expect(await text('/s/loom/assent.js', headers)).not.toContain('served:0')
  expect(await text('/s/loom/first.en.mjs', headers)).toContain('id:"assent"')
})

test('what differs by region says so, stays out of shared caches, and is not kept for long where it is laxer', async () => {
  const headersOf = async (path: string, headers?: Record<string, string>) => {
    const answer = await ask(path, headers)
    return [answer.headers.get('cache-control'), answer.headers.get('vary')]
  }
  const strict = 'private, max-age=300, stale-while-revalidate=86400, stale-if-error=604800'
  const vary = 'CF-IPCountry, CF-Region-Code'
  expect(await headersOf('/s/loom/assent.js')).toEqual([strict, `Accept-Encoding, ${vary}`])
  expect(await headersOf('/s/loom/assent.js', from('US', 'CA'))).toEqual([
    'private, max-age=300',
    `Accept-Encoding, ${vary}`,
  ])
  expect(await headersOf('/s/loom/first.en.mjs', from('US', 'CA'))).toEqual([
    'private, max-age=300',
    `Accept-Encoding, Accept-Language, ${vary}`,
  ])
  // Nothing differs there.
  const open = strict.replace('private', 'public')
  expect(await headersOf('/s/loom/settings.en.mjs')).toEqual([open, 'Accept-Encoding, Accept-Language'])
  expect(await headersOf('/s/plain/assent.js', from('US', 'CA'))).toEqual([open, 'Accept-Encoding'])
})

let made = 0
async function decide(changes: object, headers: Record<string, string>, at = server) {
  const shown = await text('/s/loom/settings.en.mjs', {}, at)
  const [, hash, configuration] = /text="(\w+)",configuration="(\w+)"/.exec(shown)!
  const decision = {
    id: `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    type: 'decision',
    decidedAt: Date.now(),
    configuration,
    text: hash,
    language: 'en',
    method: 'settings',
    choices: { preferences: false, analytics: false, marketing: false },
    ...changes,
  }
  const answer = await fetch(`${at.url}/v1/sites/loom/decisions`, {
    method: 'POST',
    headers: { Origin: 'http://localhost:8789', ...headers },
    body: JSON.stringify({ decisions: [decision] }),
  })
  const { entries } = (await answer.json()) as { entries: { refused?: string; detail?: string }[] }
  const receipt = await text(`/v1/sites/loom/receipts/${decision.id}`, {}, at)
  const { evidence } = JSON.parse(receipt) as { evidence?: { entry: string } }
  return {
    answer: entries[0]!,
    receipt,
    entry: evidence && (JSON.parse(evidence.entry) as object),
  }
}
const gpc = {
  method: 'gpc',
  text: undefined,
  gpc: true,
  choices: { marketing: false },
  under: { regime: 'opt-out', region: 'US' },
}

test('an entry has what the browser ran under, and beside it what the server saw', async () => {
  const alike = await decide({ under: { regime: 'opt-out', region: 'US' } }, from('US', 'CA'))
  expect(alike.entry).toMatchObject({
    under: { regime: 'opt-out', region: 'US' },
    located: { regime: 'opt-out', region: 'US' },
  })
  const other = await decide({ under: { regime: 'opt-out', region: 'US' } }, from('DE'))
  expect(other.entry).toMatchObject({
    under: { regime: 'opt-out', region: 'US' },
    located: { regime: 'opt-in' },
  })
  const file = join(folder, 'receipt.json')
  writeFileSync(file, other.receipt)
  const { out } = await assent(['verify', file])
  expect(out).toContain('Regime:   opt-out (US), as the browser said')
  expect(out).toContain('Seen:     opt-in, as the server saw where the visitor was')
})

test('the signal is an act of its own where opting out is the rule, and says nothing but no', async () => {
  const taken = await decide(gpc, from('US', 'CA'))
  expect(taken.answer).toMatchObject({ duplicate: false })
  expect(taken.entry).toMatchObject({ method: 'gpc', choices: { marketing: false }, gpc: true })
  expect(taken.entry).not.toHaveProperty('text')
})

test.each([
  ['a laxer regime than the region has', { under: { regime: 'opt-out', region: 'US-ME' } }, 'unknown-regime'],
  ['a region without such a rule', { under: { regime: 'opt-out', region: 'DE' } }, 'unknown-regime'],
  ['a regime the site has nowhere', { under: { regime: 'notice-only' } }, 'unknown-regime'],
  ['the signal where people are asked first', { ...gpc, under: { regime: 'opt-in' } }, 'unknown-regime'],
  ['the signal while it is off', { ...gpc, gpc: undefined }, 'unknown-regime'],
  ['the signal for what it does not cover', { ...gpc, choices: { analytics: false } }, 'signal-grants'],
])('%s is refused', async (_, changes, refused) => {
  expect((await decide(changes, from('US', 'CA'))).answer).toMatchObject({ refused })
})

test('publishing says who is asked again and why, and the same once more asks nobody', async () => {
  const before = site({ site: 'plain', logOrigin: 'log.test/plain' })
  const recipient = {
    ...before.services.find(({ purpose }) => purpose === 'analytics')!,
    id: 'newcomer',
    name: 'Newcomer',
    provider: 'Newcomer Ltd',
  }
  const after = { ...before, services: [...before.services, recipient] }
  const first = await publish(after)
  expect(first.out).toContain('Asks again: analytics, because of new recipient: Newcomer (Newcomer Ltd).')
  expect(await text('/s/plain/assent.js')).toMatch(/since:\{analytics:\d+/)
  expect((await publish(after)).out).toContain('already serves exactly this')

  const words = after.purposes.map(p =>
    p.id === 'marketing' ? { ...p, name: { ...p.name, en: 'Adverts' } } : p,
  )
  const corrected = await publish({ ...after, purposes: words })
  expect(corrected.out).toContain('Asks nobody again: marketing, only words changed.')
  expect(await text('/s/plain/assent.js')).toMatch(/since:\{analytics:\d+\}/)

  const moved = after.services.map(s => (s.purpose === 'marketing' ? { ...s, country: 'IS' } : s))
  const declared = await publish(
    { ...after, purposes: words, services: moved },
    '--not-material',
    'marketing',
  )
  expect(declared.out).toContain('Asks nobody again: marketing, declared not material')
  expect(await text('/s/plain/assent.js')).toMatch(/since:\{analytics:\d+\}/)

  const meant = await publish({ ...after, services: moved }, '--ask-again', 'marketing')
  expect(meant.out).toContain('Asks again: marketing')
  expect(await text('/s/plain/assent.js')).toMatch(/since:\{analytics:\d+,marketing:\d+\}/)
  // The whole log is sound, what is kept of all this in it.
  expect(await assent(['verify', '--data', join(folder, 'data')])).toMatchObject({ code: 0 })
})

test('a rule that lets run what the law of a state is said to stop is warned of', async () => {
  const purposes = site().purposes.map(purpose => ({ ...purpose, gpc: false }))
  const services = site().services.filter(({ purpose }) => purpose !== 'marketing')
  const mute = site({
    site: 'mute',
    logOrigin: 'log.test/mute',
    purposes,
    services,
    signals: { googleConsentMode: {} },
    regimes: RULES,
  })
  const { err } = await publish(mute)
  expect(err).toContain('warning: regimes.rules[0] lets everything run in US-CA, US-CO,')
  expect((await publish(site({ regimes: RULES }))).err).not.toContain('regimes.rules')
  const notice = { default: 'opt-in', rules: [{ regions: ['US-CA'], regime: 'notice-only' }] } as const
  const told = await publish({ ...mute, regimes: notice })
  expect(told.err).toContain('warning: regimes.rules[0].regime is "notice-only" in US-CA')
})

test.each([
  ['a region twice', [...RULES.rules, { regions: ['US'], regime: 'opt-in' }], '"US" has its rule already'],
  ['what is no region', [{ regions: ['California'], regime: 'opt-out' }], 'must be a country such as "US"'],
  ['no region', [{ regions: [], regime: 'opt-out' }], 'needs at least one country'],
  [
    'a purpose kept off that nobody is asked about',
    [{ regions: ['US'], regime: 'opt-out', keepsOff: ['necessary'] }],
    '"necessary" is no purpose that people are asked about',
  ],
  [
    'something kept off that is off anyway',
    [{ regions: ['DE'], regime: 'opt-in', keepsOff: ['marketing'] }],
    'leave it out',
  ],
])('a configuration with %s is refused, and told what to do', async (_, rules, fault) => {
  const refused = await publish({ ...site(), regimes: { default: 'opt-in', rules } } as SiteConfiguration)
  expect(refused).toMatchObject({ code: 1, out: expect.stringContaining(fault) as string })
})

test('going back to an older version asks as that did', async () => {
  const before = site({ site: 'back', logOrigin: 'log.test/back', regimes: RULES })
  await publish(before)
  const services = before.services.map(s => (s.purpose === 'marketing' ? { ...s, country: 'IS' } : s))
  await publish({ ...before, services })
  expect(await text('/s/back/assent.js', from('US', 'CA'))).toMatch(/since:\{marketing:\d+\}/)
  const { code } = await assent(['site', 'rollback', 'back', '--data', join(folder, 'data')])
  expect(code).toBe(0)
  const older = await text('/s/back/assent.js', from('US', 'CA'))
  expect(older).toContain('served:0')
  expect(older).not.toContain('since:{')
  const { out } = await assent(['verify', '--data', join(folder, 'data')])
  const rendered = [...out.matchAll(/(\d+) of (\d+) published versions rendered again/g)]
  expect(rendered.length).toBeGreaterThan(1)
  for (const [line, same, versions] of rendered) expect([line, same]).toEqual([line, versions])
})

test('a purpose that nobody is asked about cannot be asked again', async () => {
  const before = site({ site: 'plain', logOrigin: 'log.test/plain' })
  expect(await publish(before, '--ask-again', 'necessary')).toMatchObject({ code: 2 })
  expect(await publish(before, '--ask-again', 'analytics', '--not-material', 'analytics')).toMatchObject({
    code: 2,
  })
})

test('a region that somebody else than a trusted proxy tells is not heard', async () => {
  await server.end()
  untrusting = await serve(join(folder, 'data'), {
    environment: { ...REGION, ASSENT_TRUSTED_PROXIES: '10.0.0.1' },
  })
  expect(await text('/s/loom/assent.js', from('US', 'CA'), untrusting)).toContain('served:-1')
  expect(await text('/s/loom/first.en.mjs', from('US', 'CA'), untrusting)).toContain('id:"assent"')
  const { entry } = await decide({ under: { regime: 'opt-out' } }, from('US', 'CA'), untrusting)
  expect(entry).toMatchObject({ under: { regime: 'opt-out' } })
  expect(entry).not.toHaveProperty('located')
})
