import { beforeEach, expect, test, vi } from 'vitest'
import { aConfiguration, aPurpose, aWidget, newBrowser, queued, stubServer } from './widget-configuration.ts'

const cookie = (): string => /assent_loom=([^;]*)/.exec(document.cookie)?.[1] ?? ''
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

beforeEach(() => {
  newBrowser()
  stubServer(false)
})

test('a decision is remembered, applied and queued before the call returns', async () => {
  const widget = await aWidget()
  const told = vi.fn<(choices: unknown) => void>()
  widget.onChange(told)
  const id = widget.save({ analytics: true, marketing: false }, 'banner', {
    text: 'ab'.repeat(32),
    configuration: 'cd'.repeat(32),
    language: 'de',
  })
  expect(id).toMatch(UUID_V7)
  expect(cookie()).toMatch(/^v1\.[0-9a-z]+\.cdcdcdcd\.analytics:1,marketing:0\.72\.[0-9a-f]{44}$/)
  expect(widget.granted('analytics')).toBe(true)
  expect(told.mock.calls).toEqual([[{ analytics: true, marketing: false }]])
  expect(queued()).toEqual([
    {
      id,
      type: 'decision',
      decidedAt: expect.any(Number) as number,
      configuration: 'cd'.repeat(32),
      text: 'ab'.repeat(32),
      language: 'de',
      method: 'banner',
      choices: { analytics: true, marketing: false },
      secret: cookie().split('.').at(-1),
    },
  ])
})

test('who only refuses keeps no identifier', async () => {
  const widget = await aWidget()
  widget.save({ analytics: false, marketing: false }, 'banner')
  expect(widget.record()?.secret).toBeUndefined()
  expect(queued()[0]).not.toHaveProperty('secret')
})

test('the secret begins with its time, and stays through a withdrawal', async () => {
  const widget = await aWidget()
  widget.save({ analytics: true, marketing: false }, 'banner')
  const secret = widget.record()!.secret!
  expect(Math.abs(parseInt(secret.slice(0, 12), 16) - Date.now())).toBeLessThan(60_000)
  widget.takeBack()
  expect(widget.record()?.secret).toBe(secret)
  // Both were made within a millisecond, so either may come first.
  expect(queued()).toContainEqual(
    expect.objectContaining({
      type: 'withdrawal',
      choices: { analytics: false, marketing: false },
      secret,
    }),
  )
})

test('refusing what was never granted is a decision, not a withdrawal', async () => {
  const widget = await aWidget()
  widget.save({ analytics: true }, 'embed')
  widget.save({ marketing: false }, 'api')
  expect(queued().map(({ type }) => type)).toEqual(['decision', 'decision'])
})

test('an answer to one purpose keeps the others, and says only what was answered', async () => {
  const widget = await aWidget()
  widget.save({ analytics: false, marketing: false }, 'banner')
  widget.save({ marketing: true }, 'embed')
  expect(widget.record()?.choices).toEqual({ analytics: false, marketing: true })
  // Both were made within a millisecond, so either may come first.
  expect(queued().map(({ choices }) => choices)).toContainEqual({ marketing: true })
})

test('what is not offered, or is strictly necessary, is no answer', async () => {
  const widget = await aWidget()
  widget.save({ analytics: true, typo: true, necessary: false }, 'api')
  expect(queued()[0]?.['choices']).toEqual({ analytics: true })
  expect(widget.granted('necessary')).toBe(true)
  expect(widget.granted('typo')).toBe(false)
  expect(widget.granted('constructor')).toBe(false)
})

test('where the cookie does not stick nothing is granted and nothing is recorded', async () => {
  const widget = await aWidget()
  vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
  expect(widget.save({ analytics: true }, 'banner')).toBe('')
  expect(widget.granted('analytics')).toBe(false)
  expect(queued()).toEqual([])
  expect((await import('../../widget/consent/cookie.ts')).canRemember()).toBe(false)
})

test('a listener of the site that throws keeps no decision from being recorded', async () => {
  const reported = vi.fn<(error: unknown) => void>()
  vi.stubGlobal('reportError', reported)
  const widget = await aWidget()
  const told = vi.fn<() => void>()
  widget.onChange(() => {
    throw new Error('site')
  })
  widget.onChange(told)
  widget.save({ analytics: true }, 'banner')
  expect(queued()).toHaveLength(1)
  expect(told).toHaveBeenCalledOnce()
  expect(reported).toHaveBeenCalledOnce()
})

test('a grant made before Global Privacy Control came on is masked, and not granted by a later answer', async () => {
  newBrowser()
  stubServer(false)
  const before = await aWidget()
  before.save({ analytics: true, marketing: true }, 'banner')
  const kept = document.cookie
  newBrowser(true)
  stubServer(false)
  document.cookie = `${kept};path=/`
  const widget = await aWidget()
  expect(widget.granted('marketing')).toBe(false)
  expect(widget.widgetState.flags).toBe(72)
  widget.save({ analytics: true }, 'api')
  expect(widget.granted('marketing')).toBe(false)
  widget.save({ marketing: true }, 'settings')
  expect(widget.granted('marketing')).toBe(true)
  expect(queued().at(-1)?.['gpc']).toBe(true)
})

test('a cookie somebody has spoilt is as good as none', async () => {
  for (const value of ['v1', 'v1.x', 'v2.a.b.c', '%%%', 'v1.zzz.c0ffee00']) {
    document.cookie = `assent_loom=${value};path=/`
    // oxlint-disable-next-line no-await-in-loop -- one browser, one spoilt cookie after the other
    const widget = await aWidget(aConfiguration({ purposes: [aPurpose('analytics')] }))
    expect(widget.granted('analytics')).toBe(false)
    vi.resetModules()
  }
})

test('a choice older than it may be is not in force, even where the browser still keeps it', async () => {
  const day = 86_400_000
  for (const [age, isInForce] of [
    [179 * day, true],
    [181 * day, false],
  ] as const) {
    document.cookie = `assent_loom=v1.${(Date.now() - age).toString(36)}.c0ffee00.analytics:1,marketing:1.79;path=/`
    // oxlint-disable-next-line no-await-in-loop -- one browser
    const widget = await aWidget()
    expect(widget.granted('analytics')).toBe(isInForce)
    expect(widget.record() !== undefined).toBe(isInForce)
    vi.resetModules()
  }
})

test('a view of another configuration does not act', async () => {
  const { act } = await import('../../widget/act.ts')
  const handle = { configuration: aConfiguration() } as Parameters<typeof act>[0]
  expect(() => act(handle, { text: '', configuration: 'beef'.repeat(16), language: 'en' })).toThrow(
    'another configuration',
  )
  expect(handle.save).toBeUndefined()
})

test('a history the server refuses is an error, not a history', async () => {
  const widget = await aWidget()
  widget.save({ analytics: true }, 'api')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"title":"no"}', { status: 403 })))
  await expect(widget.history()).rejects.toThrow("couldn't read the history: 403")
})
