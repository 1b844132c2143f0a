import { afterAll, beforeAll, expect, test } from 'vitest'
import { aDecisionId } from '../support/decisions.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let key: string
beforeAll(async () => {
  world = await startWorld()
  key = await world.key('harbor')
}, 60_000)
afterAll(() => world?.stop())

const OFFERS = 'harbor-offers'
const site = () => `${world.local}/v1/sites/harbor`
const bearer = () => ({ Authorization: `Bearer ${key}` })
const ask = (what: string, address: string) =>
  fetch(
    `${site()}/${what}?${new URLSearchParams({ channel: 'email', program: OFFERS, address }).toString()}`,
    { headers: bearer() },
  )
const decision = async (address: string): Promise<string> =>
  ((await (await ask('status', address)).json()) as { decision: string }).decision

const hidden = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''

/** Somebody new, who agreed to offers. */
let people = 0
async function signedUp(): Promise<string> {
  const address = `reader${++people}@mail.example`
  const page = await (await fetch(`${world.local}/s/harbor/opt-in.${OFFERS}.en.html`)).text()
  const optIn = {
    id: aDecisionId(),
    program: OFFERS,
    channel: 'email',
    address,
    decidedAt: Date.now(),
    configuration: hidden(page, 'configuration'),
    text: hidden(page, 'text'),
    language: 'en',
    method: 'page',
    ofAge: true,
  }
  const headers = { 'Content-Type': 'application/json', Origin: world.harbor }
  await fetch(`${site()}/opt-ins`, { method: 'POST', headers, body: JSON.stringify({ optIns: [optIn] }) })
  expect(await decision(address)).toBe('send')
  return address
}

interface Links {
  readonly headers: Readonly<Record<string, string>>
  readonly preferences: string
}
const here = (url: string): string => world.local + new URL(url).pathname + new URL(url).search
const linksOf = async (address: string): Promise<Links> =>
  (await (await ask('unsubscribe-headers', address)).json()) as Links

const post = (url: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers })

/** A button of the person's own page, ready to be pressed. */
async function button(address: string, fields: Record<string, string>): Promise<() => Promise<Response>> {
  const url = here((await linksOf(address)).preferences)
  const page = await (await fetch(url)).text()
  const form = Object.fromEntries(
    ['token', 'id', 'configuration', 'text'].map(name => [name, hidden(page, name)]),
  )
  const body = new URLSearchParams({ ...form, ...fields }).toString()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: world.local }
  return () => post(url, body, headers)
}

async function oneClick(address: string): Promise<string> {
  const { headers } = await linksOf(address)
  return here(headers['List-Unsubscribe']!.slice(1, -1))
}
const ONE_CLICK = 'List-Unsubscribe=One-Click'

const ROADS: Readonly<Record<string, (address: string) => Promise<() => Promise<Response>>>> = {
  'one click': async address => {
    const url = await oneClick(address)
    return () => post(url, ONE_CLICK, { 'Content-Type': 'application/x-www-form-urlencoded' })
  },
  'one click, as multipart': async address => {
    const url = await oneClick(address)
    const form = new FormData()
    form.set(...(ONE_CLICK.split('=') as [string, string]))
    return () => post(url, form)
  },
  'the page: everything': address => button(address, { stop: '*' }),
  'the page: one program': address => button(address, { stop: OFFERS }),
  'the page: the address has changed': address =>
    button(address, { move: 'yes', 'new-address': `new-${address}` }),
  'the page: another address': address => button(address, { other: 'yes', 'other-address': address }),
}

/** A hundred checks a second of this address until they are stopped; answers those asked after a moment. */
function checking(address: string): { stop(): Promise<(after: number) => string[]> } {
  const asked: { at: number; answer: Promise<string> }[] = []
  const timer = setInterval(
    () => asked.push({ at: performance.now(), answer: decision(address).catch(() => 'gone') }),
    10,
  )
  return {
    async stop() {
      clearInterval(timer)
      const answers = await Promise.all(asked.map(async ({ at, answer }) => ({ at, answer: await answer })))
      return after => answers.filter(({ at }) => at >= after).map(({ answer }) => answer)
    },
  }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test.each(Object.entries(ROADS))(
  'the first check after its 2xx says no, with a hundred checks a second meanwhile: %s',
  { timeout: 30_000 },
  async (_road, road) => {
    const address = await signedUp()
    const press = await road(address)
    const load = checking(address)
    await pause(300)
    const answer = await press()
    expect(answer.status).toBe(200)
    const after = performance.now()
    expect(await decision(address)).toBe('block')
    await pause(300)
    const answers = (await load.stop())(after)
    expect(answers.length).toBeGreaterThan(10)
    expect(new Set(answers)).toEqual(new Set(['block']))
  },
)

test.each(Object.entries(ROADS))(
  'what was answered with 2xx is no after a kill -9, whenever that comes: %s',
  { timeout: 120_000 },
  async (_road, road) => {
    let acknowledged = 0
    // Killed while it is written, and just after it was answered.
    for (const delay of [0, 3, 8, Infinity]) {
      // oxlint-disable no-await-in-loop -- one server, killed again and again
      const address = await signedUp()
      const press = await road(address)
      const answering = press().then(
        ({ status }) => status,
        () => 0,
      )
      if (delay === Infinity) await answering
      else await pause(delay)
      await world.kill()
      const status = await answering
      await world.start()
      const now = await decision(address)
      if (status === 200) acknowledged++
      expect([status, now]).toEqual([status, status === 200 ? 'block' : now])
      // Sent again, as whoever got no answer does, it holds.
      expect((await press()).status).toBe(200)
      expect(await decision(address)).toBe('block')
      // oxlint-enable no-await-in-loop
    }
    expect(acknowledged).toBeGreaterThan(0)
  },
)
