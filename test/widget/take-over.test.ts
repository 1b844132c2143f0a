import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { takeOverSettings, type ConsentTool, type TakeOver } from '../../shared/domain/take-over.ts'
import type { FirstConfiguration } from '../../shared/domain/publication.ts'
import { aPurpose, BASE, newBrowser, queued, stubServer } from './widget-configuration.ts'

interface Recorded {
  readonly tool: ConsentTool
  readonly version?: string
  readonly answer: string
  readonly cookies: Readonly<Record<string, string>>
  readonly local: Readonly<Record<string, string>>
  readonly at: number
}

const fixtures = (name: string): Recorded[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/other-tools', name), 'utf8')) as Recorded[]
/** What the tools themselves wrote, run in Chromium; what is only known from documents is built in the same shape. */
const RECORDED = fixtures('recorded.json')
const DOCUMENTED = fixtures('documented.json')

const DAY = 86_400_000
const PURPOSES = [
  aPurpose('necessary', { required: 1 }),
  aPurpose('analytics'),
  aPurpose('marketing', { gpc: 1 }),
].map(([id, required, gpc, flags]) => [id, required, gpc, flags] as const)
const MAPS: Readonly<Record<ConsentTool, Readonly<Record<string, string>>>> = {
  'vanilla-cookieconsent': { analytics: 'analytics', marketing: 'marketing' },
  klaro: { matomo: 'analytics', vimeo: 'marketing' },
  c15t: { measurement: 'analytics', marketing: 'marketing' },
  cookiebot: { statistics: 'analytics', marketing: 'marketing' },
  onetrust: { C0002: 'analytics', C0004: 'marketing' },
}
const cookie = (): string | undefined => /assent_loom=([^;]+)/.exec(document.cookie)?.[1]

/** Opens a page with what a tool has left there. @returns whether the banner asked */
async function open(found: Pick<Recorded, 'tool' | 'cookies' | 'local'>, like: Partial<TakeOver> = {}) {
  for (const [name, value] of Object.entries(found.cookies)) document.cookie = `${name}=${value};path=/`
  for (const [name, value] of Object.entries(found.local)) localStorage[name] = value
  const published: FirstConfiguration = {
    site: 'loom',
    configuration: 'c0ffee00',
    expiresAfter: 180 * DAY,
    purposes: PURPOSES,
  }
  const { start } = (await import(
    `../../widget/take-over/${found.tool}.ts`
  )) as typeof import('../../widget/take-over/klaro.ts')
  const settings = takeOverSettings({
    tool: found.tool,
    map: MAPS[found.tool],
    switchedOn: new Date(Date.now() - 3 * DAY).toISOString().slice(0, 10),
    ...like,
  })
  window.assent = { queue: [], onChange: () => () => {} } as never
  const shown = () => ({ text: 'ab'.repeat(32), configuration: 'c0ffee00'.repeat(8), language: 'en' })
  // Nothing of the banner is needed here but that it is made.
  const asks = new Error('the banner asks')
  const make = (): never => {
    throw asks
  }
  const ended: unknown = await start(published, BASE, shown, '', make, settings).catch(
    (error: unknown) => error,
  )
  if (ended !== undefined && ended !== asks) throw ended
  return ended === asks
}

/** What an answer comes to here. */
const MEANING: Readonly<Record<string, Readonly<Record<string, boolean>> | undefined>> = {
  all: { analytics: true, marketing: true },
  none: { analytics: false, marketing: false },
  analytics: { analytics: true, marketing: false },
}
const meaningOf = ({ answer }: Recorded) => MEANING[answer.split(/[,:]/)[0]!]

beforeEach(() => {
  newBrowser()
  stubServer(false)
})
afterEach(() => {
  vi.useRealTimers()
})
const on = (moment: number): void => void vi.useFakeTimers({ now: moment, toFake: ['Date'] })

describe.each(
  [...RECORDED, ...DOCUMENTED].map(found => ({ ...found, name: `${found.tool} ${found.version ?? ''}` })),
)('$name, where the answer was $answer', found => {
  const revision = found.answer.includes('revision 2') ? { revision: 2 } : {}

  test('is taken over as what it was, or asked about', async () => {
    on(found.at + 5 * DAY)
    const asked = await open(found, revision)
    const expected = meaningOf(found)
    expect(asked).toBe(expected === undefined)
    expect(queued().map(({ choices }) => choices)).toEqual(expected ? [expected] : [])
  })
})

const one = (tool: ConsentTool, answer: string): Recorded =>
  [...RECORDED, ...DOCUMENTED].find(found => found.tool === tool && found.answer === answer)!

test('it is recorded as taken over: with its own time, its tool, and no text of ours', async () => {
  const found = one('vanilla-cookieconsent', 'all')
  on(found.at + 5 * DAY)
  await open(found)
  const [decision] = queued()
  expect(decision).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
    type: 'decision',
    method: 'take-over',
    tool: 'vanilla-cookieconsent',
    decidedAt: expect.any(Number) as number,
    configuration: 'c0ffee00'.repeat(8),
    language: 'en',
    choices: { analytics: true, marketing: true },
    secret: expect.stringMatching(/^[0-9a-f]{44}$/) as string,
  })
  expect(Math.abs((decision!['decidedAt'] as number) - found.at)).toBeLessThan(3_000)
})

test('what we remember counts from when it was said, so that it expires as if it had been said here', async () => {
  const found = one('c15t', 'analytics')
  on(found.at + 5 * DAY)
  await open(found)
  expect(parseInt(cookie()!.split('.')[1]!, 36)).toBe(queued()[0]!['decidedAt'])
})

test('an answer older than a choice is remembered is asked again', async () => {
  const found = one('vanilla-cookieconsent', 'all')
  on(found.at + 181 * DAY)
  expect(await open(found)).toBe(true)
  expect(queued()).toEqual([])
})

test('a time that is still to come is believed by nobody', async () => {
  const found = one('cookiebot', 'analytics')
  on(found.at - DAY)
  expect(await open(found)).toBe(true)
})

test('where the tool kept no time, none is made up, and it counts from the day before the switch', async () => {
  on(Date.parse('2026-12-10T12:00:00Z'))
  expect(await open(one('klaro', 'all'), { switchedOn: '2026-12-01' })).toBe(false)
  expect(queued()[0]).toMatchObject({ decidedAt: 0, tool: 'klaro' })
  expect(parseInt(cookie()!.split('.')[1]!, 36)).toBe(Date.parse('2026-11-30T00:00:00Z'))
})

test('what has no time is taken over no more once the day of the switch is too long ago', async () => {
  on(Date.parse('2026-12-10T12:00:00Z'))
  expect(await open(one('klaro', 'all'), { switchedOn: '2026-05-01' })).toBe(true)
})

test('a choice made here stands, whatever the tool kept', async () => {
  const found = one('klaro', 'all')
  on(found.at + DAY)
  const ours = `v1.${(found.at + 1000).toString(36)}.c0ffee00.analytics:0,marketing:0.0`
  document.cookie = `assent_loom=${ours};path=/`
  expect(await open(found)).toBe(false)
  expect(queued()).toEqual([])
  expect(cookie()).toBe(ours)
})

test('who is mapped nowhere was never asked: the rest is taken, and the banner asks', async () => {
  const found = one('klaro', 'all')
  on(found.at + DAY)
  expect(await open(found, { map: { matomo: 'analytics' } })).toBe(true)
  expect(queued()[0]).toMatchObject({ choices: { analytics: true } })
})

test('a service that came after the answer was never asked about', async () => {
  const found = one('klaro', 'all')
  on(found.at + DAY)
  expect(await open(found, { map: { matomo: 'analytics', newcomer: 'marketing' } })).toBe(true)
  expect(queued()[0]).toMatchObject({ choices: { analytics: true } })
})

test('a purpose of several services is granted by all of them, and refused by one', async () => {
  on(one('klaro', 'analytics').at + DAY)
  await open(one('klaro', 'analytics'), { map: { matomo: 'analytics', vimeo: 'analytics' } })
  expect(queued()[0]).toMatchObject({ choices: { analytics: false } })
})

test('who allowed one service of a category alone has not granted the category', async () => {
  const found = one('vanilla-cookieconsent', 'analytics, and of it matomo alone')
  on(found.at + DAY)
  await open(found, {
    map: { analytics: 'analytics', matomo: 'analytics', hotjar: 'analytics', marketing: 'marketing' },
  })
  expect(queued()[0]).toMatchObject({ choices: { analytics: false, marketing: false } })
})

test('what was said to another revision is not taken', async () => {
  const found = one('vanilla-cookieconsent', 'all')
  on(found.at + DAY)
  expect(await open(found, { revision: 1 })).toBe(true)
})

test('while Global Privacy Control is on, a yes from before is none to what it covers', async () => {
  newBrowser(true)
  const found = one('klaro', 'all')
  on(found.at + DAY)
  expect(await open(found)).toBe(false)
  expect(queued()[0]).toMatchObject({ gpc: true })
  expect(queued()[0]!['choices']).toEqual({ analytics: true })
})

test('a cookie of another name is read under that name', async () => {
  const { cookies, at } = one('klaro', 'none')
  on(at + DAY)
  const found = { tool: 'klaro' as const, cookies: { 'shop-consent': cookies['klaro']! }, local: {} }
  expect(await open(found, { name: 'shop-consent' })).toBe(false)
  expect(queued()[0]).toMatchObject({ choices: { analytics: false, marketing: false } })
})

test.each(['{', '%E0%A4%A', 'null', '[]', '{"matomo":"true","vimeo":1}', ''])(
  'what is not as the tool writes it (%s) is asked about',
  async value => {
    for (const [tool, name] of [
      ['klaro', 'klaro'],
      ['vanilla-cookieconsent', 'cc_cookie'],
      ['c15t', 'c15t'],
      ['cookiebot', 'CookieConsent'],
      ['onetrust', 'OptanonConsent'],
    ] as const) {
      newBrowser()
      expect([tool, await open({ tool, cookies: { [name]: value }, local: {} })]).toEqual([tool, true])
      expect(queued()).toEqual([])
    }
  },
)
