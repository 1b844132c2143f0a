import { beforeEach, expect, test, vi } from 'vitest'
import { aWidget, newBrowser, queued, stubServer } from './widget-configuration.ts'

beforeEach(() => {
  newBrowser()
  vi.useRealTimers()
})

test('what is acknowledged leaves the browser, and its index is known', async () => {
  const { posted, fetched } = stubServer()
  const widget = await aWidget()
  const id = widget.save({ analytics: true }, 'api')
  await vi.waitFor(() => expect(queued()).toEqual([]))
  expect(posted.map(({ decisions }) => decisions.map(each => each.id))).toEqual([[id]])
  expect(widget.receipt()).toMatchObject({ id, index: 0 })
  const [address, init] = fetched.mock.calls[0]!
  expect(new URL(address as string).href).toBe('https://consent.example/v1/sites/loom/decisions')
  expect(init).toMatchObject({ method: 'POST', keepalive: true, credentials: 'omit' })
  expect(init).not.toHaveProperty('headers')
})

test.each([403, 404, 429, 500, 503, false] as const)(
  'answered with %s, everything stays and is tried again',
  async answer => {
    vi.useFakeTimers()
    stubServer(answer)
    const widget = await aWidget()
    widget.save({ analytics: true }, 'api')
    await vi.advanceTimersByTimeAsync(0)
    expect(queued()).toHaveLength(1)
    const { posted } = stubServer()
    await vi.advanceTimersByTimeAsync(1_100)
    expect(posted).toHaveLength(1)
    expect(queued()).toEqual([])
  },
)

test('it waits longer and longer while the server does not answer', async () => {
  vi.useFakeTimers()
  const { posted } = stubServer(503)
  const widget = await aWidget()
  widget.save({ analytics: true }, 'api')
  await vi.advanceTimersByTimeAsync(15_500)
  expect(posted).toHaveLength(5)
})

test('however often the tab is left and seen again, a server that is down is asked ever more rarely', async () => {
  vi.useFakeTimers()
  const { posted } = stubServer(503)
  const widget = await aWidget()
  widget.save({ analytics: true }, 'api')
  await vi.advanceTimersByTimeAsync(0)
  for (let seen = 0; seen < 40; seen++) {
    widget.catchUp()
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await vi.advanceTimersByTimeAsync(100)
  }
  const before = posted.length
  expect(before).toBeLessThan(60)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(posted.length - before).toBeLessThan(10)
})

test('what somebody else wrote under such a name holds up no decision', async () => {
  const { posted } = stubServer()
  for (const text of ['', 'null', 'not JSON', '[1', 'undefined'])
    localStorage[`assent_loom_out_${text}`] = text
  const widget = await aWidget()
  const id = widget.save({ analytics: true }, 'api')
  await vi.waitFor(() => expect(localStorage[`assent_loom_out_${id}`]).toBeUndefined())
  expect(posted.map(({ decisions }) => decisions.map(each => each.id))).toEqual([[id]])
})

test.each([
  '%',
  '%22',
  '{"id"',
  '%7B%22id%22',
  'null',
  '%7B%22id%22%3A%221%22%2C%22subject%22%3A%22of%20somebody%22%7D',
])('a cookie that a neighbouring host planted (%s) holds up no decision', async planted => {
  const { posted } = stubServer()
  document.cookie = `assent_loom_out=${planted};path=/`
  const widget = await aWidget()
  const id = widget.save({ analytics: true }, 'api')
  await vi.waitFor(() => expect(queued()).toEqual([]))
  expect(posted.map(({ decisions }) => decisions.map(each => each.id))).toEqual([[id]])
})

test('two decisions are two keys, sent in their order', async () => {
  const { fetched } = stubServer(false)
  const widget = await aWidget()
  const first = widget.save({ analytics: true }, 'api')
  vi.setSystemTime(Date.now() + 5)
  const second = widget.save({ analytics: false }, 'api')
  expect(queued().map(({ id }) => id)).toEqual([first, second])
  await vi.waitFor(() => expect(fetched).toHaveBeenCalled())
  const { posted } = stubServer()
  widget.catchUp()
  await vi.waitFor(() => expect(queued()).toEqual([]), 5_000)
  expect(posted.flatMap(({ decisions }) => decisions.map(({ id }) => id))).toEqual([first, second])
  expect(posted).toHaveLength(1)
})

test('without localStorage the cookie carries the decision until it is acknowledged', async () => {
  vi.useFakeTimers()
  vi.spyOn(window, 'localStorage', 'get').mockReturnValue(null as never)
  stubServer(false)
  const widget = await aWidget()
  const id = widget.save({ analytics: true }, 'api')
  await vi.advanceTimersByTimeAsync(0)
  expect(document.cookie).toContain(`assent_loom_out=`)
  const { posted } = stubServer()
  await vi.advanceTimersByTimeAsync(1_100)
  expect(posted[0]?.decisions[0]?.id).toBe(id)
  expect(document.cookie).not.toContain('assent_loom_out')
})

test('where Web Locks reject, as with storage blocked, it sends without', async () => {
  Object.defineProperty(navigator, 'locks', {
    value: { request: () => Promise.reject(new DOMException('no')) },
    configurable: true,
  })
  const { posted } = stubServer()
  const widget = await aWidget()
  widget.save({ analytics: true }, 'api')
  await vi.waitFor(() => expect(queued()).toEqual([]))
  expect(posted).toHaveLength(1)
  Reflect.deleteProperty(navigator, 'locks')
})
