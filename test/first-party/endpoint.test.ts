import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { choiceEndpoint, choiceMiddleware, readChoice } from '../../shared/first-party/first-party.ts'

const loom = JSON.parse(readFileSync('demo/loom/site.json', 'utf8')) as SiteConfiguration
const site: SiteConfiguration = { ...loom, choice: { expiresAfterDays: 180, endpoint: '/assent/choice' } }
const DAY = 86_400_000

const written = (
  decidedAt: number,
  choices = 'preferences:1,analytics:0,marketing:0',
  rest = '112g',
): string => `v1.${decidedAt.toString(36)}.deadbeef.${choices}.${rest}`

let base: string
let close: () => void
beforeAll(async () => {
  const middleware = choiceMiddleware(site)
  const server = createServer((request, response) =>
    middleware(request, response, () => response.writeHead(404).end('the site’s own page')),
  )
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => server.close()
})
afterAll(() => close())

/** The same question to Node's middleware over HTTP, and to the standard handler. */
async function ask(query: string, headers: Record<string, string> = {}, method = 'POST') {
  const sent = { method, headers: { 'sec-fetch-site': 'same-origin', ...headers } }
  const overHttp = await fetch(`${base}/assent/choice${query}`, sent)
  const standard = choiceEndpoint(site)(new Request(`${base}/assent/choice${query}`, sent))!
  const cookies = overHttp.headers.getSetCookie()
  expect({ status: standard.status, cookies: standard.headers.getSetCookie() }).toEqual({
    status: overHttp.status,
    cookies,
  })
  return { status: overHttp.status, cookies, text: await overHttp.text() }
}
const asked = (value: string): string => `?v=${encodeURIComponent(value)}`

describe("the endpoint of a site's own server", () => {
  test('keeps a choice for what is left of its time, and removes what scripts cannot see of services not granted', async () => {
    const value = written(Date.now() - 80 * DAY)
    const cookie = `assent_loom=${value}; _tempo=1; _tempo_page=2; loom_theme=dark; session=s`
    const { status, cookies } = await ask(asked(value), { cookie })
    expect(status).toBe(204)
    const [kept, ...removed] = cookies
    const [, seconds] = /^assent_loom=[^;]+; Max-Age=(\d+); Path=\/; SameSite=Lax$/.exec(kept!)!
    expect(kept).toContain(`assent_loom=${value};`)
    expect(Math.round(Number(seconds) / 86_400)).toBe(100)
    expect(removed).toContain('_tempo=; Max-Age=0; Path=/')
    expect(removed).toContain('_tempo_page=; Max-Age=0; Path=/shop')
    expect(removed.join()).not.toMatch(/loom_theme|session=|assent_/)
  })

  test('where a region lets something run unasked, only what was denied is removed', () => {
    const rules = [{ regions: ['US'], regime: 'opt-out' }] as const
    const lax: SiteConfiguration = { ...site, regimes: { default: 'opt-in', rules } }
    // What the widget writes when the opt-out signal itself denied.
    const value = written(Date.now(), 'marketing:0', '0s')
    const cookie = `assent_loom=${value}; _tempo=1; _adrift=2`
    const headers = { 'sec-fetch-site': 'same-origin', cookie }
    const removedBy = (of: SiteConfiguration): string =>
      choiceEndpoint(of)(new Request(`${base}/assent/choice${asked(value)}`, { method: 'POST', headers }))!
        .headers.getSetCookie()
        .join()
    expect(removedBy(lax)).toContain('_adrift=;')
    expect(removedBy(lax)).not.toContain('_tempo=;')
    expect(removedBy(site)).toContain('_tempo=;')
  })

  test('over https the cookie is for https only', async () => {
    const { cookies } = await ask(asked(written(Date.now())), { 'x-forwarded-proto': 'https' })
    expect(cookies[0]).toMatch(/; Secure$/)
  })

  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling subdomain', { 'sec-fetch-site': 'same-site' }],
    ['from another origin, by an older browser', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['from no page at all', { 'sec-fetch-site': '' }],
  ])('%s nothing is set', async (_, headers) => {
    expect(await ask(asked(written(Date.now())), headers)).toMatchObject({ status: 403, cookies: [] })
  })

  test.each([
    ['nothing', ''],
    ['something else', '?v=hello'],
    ['a line of its own', asked(`${written(Date.now())}; Domain=example`)],
    ['a choice that has expired', asked(written(Date.now() - 181 * DAY))],
    ['a choice of tomorrow', asked(written(Date.now() + DAY))],
  ])('%s is refused, and why', async (_, query) => {
    expect(await ask(query)).toMatchObject({
      status: 400,
      cookies: [],
      text: 'This is no choice of now: v= holds what the widget remembers.\n',
    })
  })

  test('only acts on POST, and leaves every other address to the site', async () => {
    expect(await ask(asked(written(Date.now())), {}, 'GET')).toMatchObject({ status: 405, cookies: [] })
    expect(choiceEndpoint(site)(new Request(`${base}/assent/choices`, { method: 'POST' }))).toBeUndefined()
    expect(await fetch(`${base}/`).then(answer => answer.text())).toBe('the site’s own page')
  })
})

describe('reading a choice on the server', () => {
  const decidedAt = Date.now() - DAY

  test('tells what was decided, when, and whether the opt-out signal was on', () => {
    const header = `a=1; assent_loom=${written(decidedAt)}; b=2`
    expect(readChoice(header, site)).toEqual({
      decidedAt,
      configuration: 'deadbeef',
      choices: { preferences: true, analytics: false, marketing: false },
      gpc: true,
    })
  })

  test('tells what the signal itself denied', () => {
    const header = `assent_loom=${written(decidedAt, 'marketing:0', '0s')}`
    expect(readChoice(header, site)).toMatchObject({ choices: { marketing: false }, gpc: true })
  })

  test.each([
    undefined,
    null,
    '',
    'assent_other=x',
    'assent_loom=',
    `assent_loom=${written(decidedAt, '__proto__:1')}`,
  ])('of %s nothing is known', header => expect(readChoice(header, site)).toBeUndefined())

  test('nothing is known of what has expired', () => {
    const header = `assent_loom=${written(decidedAt)}`
    expect(readChoice(header, site, decidedAt + 180 * DAY - 1)).toBeDefined()
    expect(readChoice(header, site, decidedAt + 180 * DAY)).toBeUndefined()
  })
})
