import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../../support/page.ts'
import { HARSH, startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let at: string

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ gating: { automatic: true } }, answerExits),
    launchBrowser(),
  ])
  at = `//tempo.example:${new URL(host.page('')).port}/exit/`
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const decide = (page: Page, granted: boolean): Promise<void> =>
  page.evaluate(yes => window.assent!.decide({ preferences: yes, analytics: yes, marketing: yes }), granted)
const settle = (page: Page): Promise<void> => page.waitForTimeout(400)
const asked = (name = ''): string[] => host.seen.filter(path => path.startsWith(`tempo.example/exit/${name}`))
const open = async (page: Page, body = '<p>text', headers = {}): Promise<void> => {
  await page.goto(host.page(`${host.guard}${host.stub}<body>${body}`, headers))
  await page.waitForFunction(() => window.assent?.sync)
}
/** Starts a call in the page, and keeps there how it ends. */
const start = (page: Page, call: string): Promise<unknown> =>
  page.evaluate(`window.ended = undefined; (async () => ${call})().then(
    answer => { ended = 'came: ' + answer }, fault => { ended = fault.name + ': ' + fault.message }); 0`)
const ended = (page: Page): Promise<unknown> => page.evaluate('window.ended ?? null')

const XHR = (address: string): string => `new Promise((done, fail) => {
  const x = new XMLHttpRequest()
  const heard = []
  for (const name of ['readystatechange', 'load', 'error', 'loadend'])
    x.addEventListener(name, () => heard.push(name[0] + x.readyState + '/' + x.status))
  x.onloadend = () => setTimeout(() => done(heard.at(-1) + ' ' + heard.some(each => each.startsWith('r4'))))
  x.open('GET', '${address}')
  x.setRequestHeader('accept', '*/*')
  x.send()
})`

test('fetch and XMLHttpRequest wait for an answer, and are made once when it is a yes', async () => {
  const { page } = visitor
  await open(page)
  await start(
    page,
    `(await Promise.all([fetch('${at}a.js', { mode: 'no-cors' }), fetch(new Request('${at}b.js', { mode: 'no-cors' })),
    ${XHR(`${at}c.js`).replace('done(', 'done(1 || ')}])).length`,
  )
  await settle(page)
  expect(await ended(page)).toBe(null)
  expect(asked()).toEqual([])
  await decide(page, true)
  await expect.poll(() => ended(page)).toBe('came: 3')
  expect(asked().toSorted()).toEqual(['a', 'b', 'c'].map(name => `tempo.example/exit/${name}.js`))
})

test.each([
  ['fetch', (address: string) => `fetch('${address}')`, 'TypeError: Failed to fetch'],
  ['XMLHttpRequest', XHR, 'came: l4/0 true'],
])(
  '%s fails as a blocked request does when the answer is a no, before it and after it',
  async (_, call, end) => {
    const { page } = visitor
    await open(page)
    await start(page, call(`${at}a.js`))
    await settle(page)
    expect(await ended(page)).toBe(null)
    await decide(page, false)
    await expect.poll(() => ended(page)).toBe(end)
    await start(page, call(`${at}b.js`))
    await expect.poll(() => ended(page)).toBe(end)
    await decide(page, true)
    await settle(page)
    // It was told that it failed: it is not made behind the page's back.
    expect(asked()).toEqual([])
    await start(page, call(`${at}c.js`).replace("c.js')", "c.js', { mode: 'no-cors' })"))
    await expect.poll(() => asked('c')).toHaveLength(1)
  },
)

test('a call that its page gives up is never made', async () => {
  const { page } = visitor
  await open(page)
  await start(
    page,
    `{ window.stop = new AbortController(); await fetch('${at}a.js', { signal: stop.signal }) }`,
  )
  await start(page, `{ await fetch('${at}a.js', { signal: AbortSignal.abort() }) }`)
  await expect.poll(() => ended(page)).toMatch(/^AbortError/)
  await page.evaluate(`window.ended = undefined; stop.abort()`)
  await page.evaluate(`window.x = new XMLHttpRequest(); x.open('GET', '${at}a.js'); x.send(); x.abort()
    window.y = new XMLHttpRequest(); y.open('GET', '${at}a.js'); y.send(); y.open('GET', '/exit/own.js'); y.send()`)
  await decide(page, true)
  await settle(page)
  expect(asked()).toEqual([])
  expect(host.seen).toContain('www.loom.test/exit/own.js')
})

test('sendBeacon says no; sockets and event streams fail as to a host that is away; a synchronous request throws', async () => {
  const { page } = visitor
  await open(page)
  const socket = `new Promise(done => {
    const heard = []
    const s = new WebSocket('ws:${at}socket')
    heard.push(s instanceof WebSocket, s.readyState, s.url.startsWith('ws://tempo.example'))
    s.addEventListener('error', () => heard.push('error' + s.readyState))
    s.onclose = event => { heard.push(event.code); s.close(); done(heard.join()) }
  })`
  await start(page, socket)
  await expect.poll(() => ended(page)).toBe('came: true,0,true,error3,1006')
  const stream = `new Promise(done => {
    const s = new EventSource('${at}stream')
    s.onerror = () => done([s instanceof EventSource, s.readyState, EventSource.CLOSED].join())
  })`
  await start(page, stream)
  await expect.poll(() => ended(page)).toBe('came: true,2,2')
  await start(page, `navigator.sendBeacon('${at}beacon', 'seen')`)
  await expect.poll(() => ended(page)).toBe('came: false')
  await start(page, `{ const x = new XMLHttpRequest(); x.open('GET', '${at}sync.js', false); x.send() }`)
  await expect.poll(() => ended(page)).toMatch(/^NetworkError/)
  expect(asked()).toEqual([])
  await decide(page, true)
  await page.evaluate(`${socket}; ${stream}; void navigator.sendBeacon('${at}beacon', 'seen')`)
  await expect
    .poll(() => asked().toSorted())
    .toEqual(['beacon', 'socket', 'stream'].map(name => `tempo.example/exit/${name}`))
})

test('pictures and sounds that stand in no page wait, too, and say where they would come from', async () => {
  const { page } = visitor
  await open(page)
  await page.evaluate(`window.made = [new Image(), new Audio(), new Audio('${at}c.wav')]
    made[0].src = '${at}a.svg'; made[1].preload = 'auto'; made[1].src = '${at}b.wav'`)
  await settle(page)
  expect(asked()).toEqual([])
  expect(await page.evaluate('made[0].src')).toContain('tempo.example')
  await decide(page, true)
  await expect
    .poll(() => asked().toSorted())
    .toEqual(['a.svg', 'b.wav', 'c.wav'].map(name => `tempo.example/exit/${name}`))
})

test('a copy of a picture that waits is a picture that waits', async () => {
  const { page } = visitor
  await open(page)
  await page.evaluate(`{
    const box = document.createElement('p')
    box.append(new Image(), new Image())
    box.firstChild.src = '${at}a.svg'
    box.lastChild.srcset = '${at}b.svg 1x, /exit/c.svg 2x'
    document.body.append(box.cloneNode(true), box.firstChild.cloneNode())
  }`)
  await settle(page)
  expect(asked()).toEqual([])
  await decide(page, true)
  await expect
    .poll(() => page.evaluate(() => [...document.images].filter(each => each.naturalWidth > 0).length))
    .toBe(3)
})

test('nothing of the browser reads as changed, and what is no listed host goes on as ever', async () => {
  const { page } = visitor
  await open(page)
  const seen = await page.evaluate(async () => {
    class Mine extends WebSocket {}
    const mine = new Mine('ws://localhost:9/')
    const box = document.createElement('div')
    box.innerHTML = '<table><tr><td><img alt=""></table>'
    let refused = ''
    try {
      document.body.appendChild(document)
    } catch (error) {
      refused = (error as Error).name
    }
    return {
      code: [fetch, WebSocket, Node.prototype.appendChild, XMLHttpRequest.prototype.open].map(each =>
        /^function \w*\(\) \{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(each)),
      ),
      names: [fetch.name, fetch.length, WebSocket.name, Node.prototype.appendChild.length],
      constants: [WebSocket.OPEN, EventSource.CLOSED, WebSocket.prototype.constructor === WebSocket],
      kin: [mine instanceof Mine, mine instanceof WebSocket, mine.constructor === Mine],
      parsed: box.querySelectorAll('tbody td img').length,
      refused,
      fetched: (await fetch('/exit/own.js')).status,
      bad: await fetch('http://').catch((error: Error) => error.name),
    }
  })
  expect(seen).toEqual({
    code: [true, true, true, true],
    names: ['fetch', 1, 'WebSocket', 1],
    constants: [1, 2, true],
    kin: [true, true, true],
    parsed: 1,
    refused: 'HierarchyRequestError',
    fetched: 200,
    bad: 'TypeError',
  })
})

test('under the harshest policy nothing is violated, and a page that broke `assent` grants nothing', async () => {
  const { page } = visitor
  const policy = HARSH['content-security-policy'].replace(
    /script-src|connect-src/g,
    each => `${each} http://tempo.example:* 'self'`,
  )
  await open(page, '<p>text', { 'content-security-policy': `${policy}; img-src *` })
  await page.evaluate(`{
    const s = document.createElement('script'); s.setAttribute('async', '')
    new Image().src = '${at}a.svg'
    void fetch('${at}b.js', { mode: 'no-cors' })
  }; 0`)
  await settle(page)
  expect(asked()).toEqual([])
  await decide(page, true)
  await expect.poll(() => asked().length).toBe(2)
  expect(visitor.complaints).toEqual([])
  await page.evaluate(
    `window.assent = { granted() { throw 1 } }; new Image().src = '${at}c.svg'; new Image().src = '/exit/own.svg'`,
  )
  await expect.poll(() => host.seen).toContain('www.loom.test/exit/own.svg')
  expect(asked('c')).toEqual([])
})

test('what nobody has approved stays away, whatever was granted', async () => {
  const { page } = visitor
  await open(page)
  await decide(page, true)
  const port = new URL(page.url()).port
  await start(
    page,
    `{ new Image().src = '//nimbus.example:${port}/exit/a.svg'; await fetch('//nimbus.example:${port}/exit/b.js') }`,
  )
  await expect.poll(() => ended(page)).toBe('TypeError: Failed to fetch')
  await start(page, `{ new Image().src = '//cdn.nimbus.example:${port}/exit/c.svg' }`)
  await settle(page)
  expect(host.seen.filter(path => path.includes('nimbus'))).toEqual([])
})
