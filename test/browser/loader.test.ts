import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFixture(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.mood = 'answers'
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const ours = (page: Page, what: string) => page.locator(`[data-assent=${what}]`).first()
const ran = (page: Page): Promise<string[]> => page.evaluate(() => (window as { ran?: string[] }).ran ?? [])
const layer = (page: Page): Promise<unknown[][]> =>
  page.evaluate(() => (window.dataLayer ?? []).map(entry => [...(entry as unknown[])]))
const cookie = async (): Promise<string | undefined> =>
  (await visitor.context.cookies()).find(({ name }) => name === 'assent_loom')?.value
/** Types of the decisions taken, each once however often it was sent. */
const sent = ({ taken }: Fixture): unknown[] => [...new Map(taken.map(({ id, type }) => [id, type])).values()]
const gated = (purpose: string, code: string): string =>
  `<script type="text/plain" nonce="n" data-consent="${purpose}">${code}</script>`
const saying = (name: string): string => `(window.ran??=[]).push('${name}')`

const HARSH = {
  'content-security-policy':
    "default-src 'none'; script-src 'nonce-n' http://consent.test:*; connect-src http://consent.test:*; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
}
const DENIED = Object.fromEntries(
  [
    'ad_storage',
    'ad_user_data',
    'ad_personalization',
    'analytics_storage',
    'functionality_storage',
    'personalization_storage',
    'security_storage',
  ].map(signal => [signal, 'denied']),
)

test('under the harshest policy the banner shows, accepting runs what waits, and nothing is violated', async () => {
  const page = visitor.page
  await page.goto(host.page(`${host.stub}${gated('analytics', saying('inline'))}<p>text`, HARSH))
  await ours(page, 'accept').click()
  await expect.poll(() => ran(page)).toEqual(['inline'])
  await expect.poll(() => host.taken.length).toBe(1)
  await ours(page, 'open').click()
  await page.getByRole('dialog').waitFor()
  expect(visitor.complaints).toEqual([])
})

test('the first entry Consent Mode reads is a default with all seven denied, as an arguments object', async () => {
  await visitor.page.goto(host.page(host.stub))
  expect((await layer(visitor.page))[0]).toEqual(['consent', 'default', { ...DENIED, wait_for_update: 500 }])
  expect(await visitor.page.evaluate(() => Object.prototype.toString.call(window.dataLayer![0]))).toBe(
    '[object Arguments]',
  )
  await ours(visitor.page, 'accept').click()
  await expect.poll(async () => (await layer(visitor.page)).length).toBe(2)
  const [, update] = await layer(visitor.page)
  expect(update!.slice(0, 2)).toEqual(['consent', 'update'])
  expect(update![2]).toMatchObject({ ad_storage: 'granted', analytics_storage: 'granted' })
})

test('a returning visitor’s default is what they chose, before any other script and with no update', async () => {
  const address = host.page(`${host.stub}<script nonce="n">window.early = dataLayer.length</script>`)
  await visitor.page.goto(address)
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => cookie()).toBeTruthy()
  await visitor.page.goto(address)
  await ours(visitor.page, 'open').waitFor()
  expect(await visitor.page.evaluate('early')).toBe(1)
  const entries = await layer(visitor.page)
  expect(entries).toHaveLength(1)
  expect(entries[0]).toMatchObject(['consent', 'default', { ad_storage: 'granted' }])
})

test.each(['hangs', 'fails'] as const)(
  'a consent host that %s costs the page nothing and grants nothing',
  async mood => {
    host.mood = mood
    const started = Date.now()
    await visitor.page.goto(host.page(`${host.stub}${gated('analytics', saying('inline'))}<p>text`), {
      waitUntil: 'load',
    })
    expect(Date.now() - started).toBeLessThan(3_000)
    expect(await layer(visitor.page)).toEqual([['consent', 'default', { ...DENIED, wait_for_update: 500 }]])
    expect(await visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
    expect(await ran(visitor.page)).toEqual([])
    expect(visitor.complaints).toEqual([])
  },
)

test('scripts run once, in document order, however long each takes to come', async () => {
  const script = (name: string, more = ''): string =>
    `<script type="text/plain" data-consent="analytics" src="/runs/${name}" ${more}></script>`
  await visitor.page.goto(
    host.page(
      `${host.stub}<body>${script('slow-300')}${gated('analytics', saying('after slow'))}
       <template data-consent="analytics">${script('inner-100').replace('type="text/plain" data-consent="analytics"', '')}<script>${saying('after inner')}</script></template>
       ${script('last-0')}`,
    ),
  )
  await ours(visitor.page, 'accept').click()
  await expect
    .poll(() => ran(visitor.page))
    .toEqual(['slow-300', 'after slow', 'inner-100', 'after inner', 'last-0'])
})

test('a script that cannot be loaded does not keep the next ones waiting', async () => {
  await visitor.page.goto(
    host.page(
      `${host.stub}<script type="text/plain" data-consent="analytics" src="/missing"></script>${gated('analytics', saying('next'))}`,
    ),
  )
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(visitor.page)).toEqual(['next'])
})

test('a script put in by innerHTML, which never runs and never ends, keeps the next ones waiting for seconds only', async () => {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<body><p>first`))
  await ours(page, 'accept').click()
  await page.evaluate(next => {
    const dead = document.createElement('div')
    dead.innerHTML = '<script type="text/plain" data-consent="analytics" src="/runs/dead"></script>'
    const late = document.createElement('script')
    late.type = 'text/plain'
    late.dataset['consent'] = 'analytics'
    late.textContent = next
    document.body.append(dead, late)
  }, saying('next'))
  await expect.poll(() => ran(page)).toEqual(['next'])
})

test('an element keeps its type and its place while it waits, and when it is opened', async () => {
  const { page } = visitor
  await page.goto(
    host.page(`${host.stub}<body><div data-consent="analytics"><input></div>
      <object type="image/svg+xml" data-consent="analytics"></object>${gated('analytics', saying('next'))}`),
  )
  await page.evaluate(() => {
    document.querySelector('input')!.value = 'typed'
    document.querySelector('input')!.focus()
  })
  await page.evaluate(() => window.assent!.decide({ analytics: true }))
  await expect.poll(() => ran(page)).toEqual(['next'])
  expect(await page.evaluate(() => document.activeElement!.localName)).toBe('input')
  expect(await page.locator('object').getAttribute('type')).toBe('image/svg+xml')
})

test('where the body is replaced, the control and the banner come back and late nodes wait like any other', async () => {
  const page = visitor.page
  await page.goto(host.page(`${host.stub}<body><p>first`))
  await ours(page, 'accept').waitFor()
  await page.evaluate(() => {
    const body = document.createElement('body')
    const late = document.createElement('script')
    late.type = 'text/plain'
    late.dataset.consent = 'analytics'
    late.textContent = `(window.ran??=[]).push('late')`
    body.append('second', late)
    document.body.replaceWith(body)
  })
  await expect.poll(() => page.locator('[data-assent=open]').count()).toBe(1)
  await expect.poll(() => page.locator('[data-assent=accept]').count()).toBe(1)
  expect(await ran(page)).toEqual([])
  await ours(page, 'accept').click()
  await expect.poll(() => ran(page)).toEqual(['late'])
})

test('a decision in one tab applies in the other, where the banner goes', async () => {
  const address = host.page(`${host.stub}${gated('analytics', saying('inline'))}`)
  await visitor.page.goto(address)
  const other = await visitor.context.newPage()
  await other.goto(address)
  await ours(other, 'accept').waitFor()
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(other)).toEqual(['inline'])
  await expect.poll(() => other.locator('[data-assent=accept]').count()).toBe(0)
  // On plain http there are no Web Locks, so both tabs may send it; the ledger stores an id once.
  await expect.poll(() => sent(host)).toEqual(['decision'])
})

test('where no cookie can be kept nothing is asked, the control stands, and nothing is granted', async () => {
  await visitor.page.addInitScript(() =>
    Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => {} }),
  )
  await visitor.page.goto(host.page(`${host.stub}${gated('analytics', saying('inline'))}`))
  await ours(visitor.page, 'open').waitFor()
  await visitor.page.evaluate(() => window.assent!.decide({ analytics: true }))
  await visitor.page.waitForLoadState('networkidle')
  expect(await visitor.page.locator('[data-assent=accept]').count()).toBe(0)
  expect(await ran(visitor.page)).toEqual([])
  expect(host.taken).toEqual([])
})

test('in a sandboxed frame, where reading a cookie throws, nothing breaks and nothing is granted', async () => {
  const inner = host.page(`${host.stub}${gated('analytics', saying('inline'))}`)
  await visitor.page.goto(host.page(`<iframe sandbox="allow-scripts" src="${inner}"></iframe>`))
  const frame = visitor.page.frames()[1]!
  await frame.locator('[data-assent=open]').waitFor()
  expect(await frame.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
  expect(visitor.complaints).toEqual([])
})

test('a decision the server did not take is kept, and sent once when the next page finds it well', async () => {
  host.mood = 'takes no decisions'
  const address = host.page(host.stub)
  await visitor.page.goto(address)
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => host.seen.filter(path => path.endsWith('/decisions')).length).toBeGreaterThan(0)
  host.mood = 'answers'
  await visitor.page.goto(address)
  await expect.poll(() => host.taken.length).toBe(1)
  await expect.poll(() => visitor.page.evaluate(() => Object.keys(localStorage))).toEqual([])
})

test('without localStorage the decision waits in the cookie instead, and is sent', async () => {
  await visitor.page.addInitScript(() =>
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError')
      },
    }),
  )
  host.mood = 'takes no decisions'
  const address = host.page(host.stub)
  await visitor.page.goto(address)
  await ours(visitor.page, 'accept').click()
  await expect
    .poll(async () => (await visitor.context.cookies()).map(({ name }) => name).toSorted())
    .toEqual(['assent_loom', 'assent_loom_out'])
  host.mood = 'answers'
  await visitor.page.goto(address)
  await expect.poll(() => host.taken.length).toBe(1)
  await expect
    .poll(async () => (await visitor.context.cookies()).map(({ name }) => name))
    .toEqual(['assent_loom'])
})

test('withdrawing removes cookies of the parent domain and of another path, and the page starts anew', async () => {
  const address = host.page(
    `${host.stub}${gated('analytics', `document.cookie='_tempo=1;path=/;domain=loom.test';document.cookie='_tempo_page=1;path=/shop';${saying('inline')}`)}`,
  )
  await visitor.page.goto(address)
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(visitor.page)).toEqual(['inline'])
  expect(await visitor.context.cookies()).toHaveLength(3)
  const again = visitor.page.waitForEvent('load')
  await visitor.page.evaluate(() => {
    window.assent!.withdraw()
  })
  await again
  await ours(visitor.page, 'open').waitFor()
  await expect.poll(async () => (await visitor.context.cookies()).length).toBe(1)
  expect(await ran(visitor.page)).toEqual([])
  await expect.poll(() => sent(host)).toEqual(['decision', 'withdrawal'])
})

test.each([
  ['', ''],
  [', also beside an element that goes by our name', '<a id="assent">what a reader wrote</a>'],
])(
  'the plain tag works without the stub%s: the default, the banner, and gates that open',
  async (_, beside) => {
    await visitor.page.goto(host.page(`${beside}${host.plainTag}${gated('analytics', saying('inline'))}`))
    await ours(visitor.page, 'accept').click()
    await expect.poll(() => ran(visitor.page)).toEqual(['inline'])
    expect((await layer(visitor.page)).map(([, command]) => command)).toEqual(['default', 'update'])
    expect((await layer(visitor.page))[0]![2]).toEqual(DENIED)
  },
)

test('pasted twice it runs once, and calls made before it came are answered in order', async () => {
  const told = vi.fn<(name: string) => void>()
  await visitor.page.exposeFunction('told', told)
  await visitor.page.goto(
    host.page(
      `${host.stub}${host.stub}${host.plainTag}<script>
         const stop = assent.onChange(() => told('stopped')); stop()
         assent.onChange(choices => told('first ' + choices.analytics))
         assent.decide({ preferences: true, analytics: true, marketing: false })
       </script>`,
    ),
  )
  await expect.poll(() => told.mock.calls.flat()).toEqual(['first true'])
  await expect.poll(() => host.taken.length).toBe(1)
  expect(host.taken[0]).toMatchObject({ method: 'api', choices: { analytics: true, marketing: false } })
  expect(await visitor.page.locator('[data-assent=open]').count()).toBe(1)
  expect((await layer(visitor.page)).map(([, command]) => command)).toEqual(['default', 'update'])
})

test('Global Privacy Control that came on later masks an earlier grant from the first line on', async () => {
  const address = host.page(
    `${host.stub}<script>window.early = assent.granted('marketing')</script>${gated('marketing', saying('ads'))}${gated('analytics', saying('counts'))}`,
  )
  await visitor.page.goto(address)
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(visitor.page)).toHaveLength(2)
  await visitor.page.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  )
  await visitor.page.goto(address)
  await expect.poll(() => ran(visitor.page)).toEqual(['counts'])
  expect(await visitor.page.evaluate('early')).toBe(false)
  expect((await layer(visitor.page))[0]![2]).toMatchObject({
    ad_storage: 'denied',
    analytics_storage: 'granted',
  })
  expect((await layer(visitor.page)).length).toBe(1)
})

test('after a publication, with a loader from a cache, each answer is recorded under what showed it', async () => {
  host.mood = 'has published again'
  const page = visitor.page
  await page.goto(host.page(host.stub))
  await page.getByText('Newer').waitFor()
  await ours(page, 'reject').click()
  await expect.poll(() => host.taken.length).toBe(1)
  expect(host.taken[0]).toMatchObject({
    configuration: host.newerConfiguration,
    choices: { preferences: false, analytics: false, marketing: false, maps: false },
  })
  await ours(page, 'open').click()
  await page.getByRole('dialog').waitFor()
  expect(await page.getByRole('switch').count()).toBe(3)
  await page.getByRole('dialog').locator('[data-assent=accept]').click()
  await expect.poll(() => host.taken.length).toBe(2)
  expect(host.taken[1]).toMatchObject({
    configuration: host.configuration,
    choices: { preferences: true, analytics: true, marketing: true },
  })
  await page.reload()
  await ours(page, 'open').waitFor()
  expect(await page.locator('[data-assent=accept]').count()).toBe(0)
  expect(visitor.complaints).toEqual([])
})

test('the first layer needs nothing beside itself: answers are remembered and sent though the loader never comes', async () => {
  const page = visitor.page
  await page.route('**/assent.js', () => {})
  await page.goto(host.page(`${host.stub}${gated('analytics', saying('inline'))}`))
  await ours(page, 'accept').click()
  await expect.poll(() => host.taken.length).toBe(1)
  expect(host.taken[0]).toMatchObject({ method: 'banner', choices: { analytics: true } })
  expect(await cookie()).toMatch(/analytics:1/)
  expect(await ran(page)).toEqual([])
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage))).toEqual([])
  await page.unroute('**/assent.js')
  await page.reload()
  await expect.poll(() => ran(page)).toEqual(['inline'])
  expect(host.taken).toHaveLength(1)
})

test('where only session storage is blocked, the question is asked and its answer kept', async () => {
  await visitor.page.addInitScript(() =>
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError')
      },
    }),
  )
  await visitor.page.goto(host.page(host.stub))
  await ours(visitor.page, 'reject').click()
  await expect.poll(() => cookie()).toMatch(/analytics:0/)
})

test('an answer replaces a consent that somebody planted for the parent domain', async () => {
  const page = visitor.page
  const address = host.page(`${host.stub}${gated('marketing', saying('ads'))}`)
  await page.goto(host.page('<p>A sibling of the site'))
  await page.evaluate(() => {
    document.cookie = `assent_loom=v1.${Date.now().toString(36)}.00000000.preferences:1,analytics:1,marketing:1.127.${'0'.repeat(44)};domain=loom.test;path=/;max-age=9999`
  })
  await page.goto(address)
  await ours(page, 'open').click()
  await page.getByRole('dialog').locator('[data-assent=reject]').click()
  await expect.poll(() => host.taken.length).toBe(1)
  const kept = (await visitor.context.cookies()).filter(({ name }) => name === 'assent_loom')
  expect(kept.map(({ domain }) => domain)).toEqual(['www.loom.test'])
  expect(kept[0]!.value).toContain('marketing:0')
})

test('what somebody planted for the parent domain, and says nothing, keeps no answer of the first layer from counting', async () => {
  const page = visitor.page
  const address = host.page(`${host.stub}${gated('marketing', saying('ads'))}`)
  await page.goto(host.page('<p>A sibling of the site'))
  await page.evaluate(() => {
    document.cookie = 'assent_loom=planted;domain=loom.test;path=/;max-age=9999'
  })
  await page.goto(address)
  await ours(page, 'accept').click()
  await expect.poll(() => ran(page)).toEqual(['ads'])
  // Sent twice it is one decision all the same; one of the page before this may come late.
  const asked = () => new Set(host.taken.filter(({ method }) => method === 'api').map(({ id }) => id))
  await expect.poll(() => asked().size).toBe(1)
  const kept = (await visitor.context.cookies()).filter(({ name }) => name === 'assent_loom')
  expect(kept.map(({ domain, value }) => [domain, value.slice(0, 3)])).toEqual([['www.loom.test', 'v1.']])
  await page.reload()
  await ours(page, 'open').waitFor()
  expect(await page.locator('#assent').count()).toBe(0)
})

test('a service whose name is misspelt never loads, whatever was granted', async () => {
  await visitor.page.goto(
    host.page(
      `${host.stub}<script type="text/plain" data-consent="analytics" data-service="tmepo">${saying('misspelt')}</script>${gated('analytics', saying('next'))}`,
    ),
  )
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(visitor.page)).toEqual(['next'])
})

test('an answer given before the loader is there takes effect as soon as it comes, and is sent once', async () => {
  const page = visitor.page
  let release = (): void => {}
  const asked = page.waitForRequest('**/assent.js')
  await page.route('**/assent.js', async route => {
    await new Promise<void>(done => (release = done))
    await route.continue()
  })
  await page.goto(host.page(`${host.stub}${gated('analytics', saying('inline'))}`))
  await ours(page, 'accept').click()
  await asked
  release()
  await expect.poll(() => ran(page)).toEqual(['inline'])
  await expect.poll(() => host.taken.length).toBe(1)
  expect(await page.evaluate(() => window.assent!.last)).toMatchObject({ index: 0 })
})

test('a purpose that is new is asked about under a loader that was there before, which applies the answer', async () => {
  const page = visitor.page
  const address = host.page(`${host.stub}${gated('marketing', saying('ads'))}`)
  await page.goto(address)
  await page.evaluate(() => {
    document.cookie = `assent_loom=v1.${Date.now().toString(36)}.00000000.preferences:1,analytics:1.0.${'0'.repeat(44)}`
  })
  await page.reload()
  await ours(page, 'accept').click()
  await expect.poll(() => ran(page)).toEqual(['ads'])
  await expect.poll(() => host.taken.length).toBe(1)
  expect(host.taken[0]).toMatchObject({
    secret: '0'.repeat(44),
    choices: { preferences: true, analytics: true, marketing: true },
  })
})

test('a script that browsers with modules never run does not keep the next ones waiting', async () => {
  await visitor.page.goto(
    host.page(
      `${host.stub}<script type="text/plain" data-consent="analytics" src="/runs/old" nomodule></script>${gated('analytics', saying('next'))}`,
    ),
  )
  await ours(visitor.page, 'accept').click()
  await expect.poll(() => ran(visitor.page)).toEqual(['next'])
})

const frame = (purpose: string, address: string): string =>
  `<iframe data-consent="${purpose}" data-src="${address}" width="300" height="200"></iframe>`

test('an embed nobody approved says that it never loads, also after everything was accepted', async () => {
  await visitor.page.goto(host.page(`${host.stub}<body>${frame('preferences', 'https://nimbus.example/e')}`))
  await ours(visitor.page, 'accept').click()
  const said = visitor.page.getByText('has not approved Nimbus Chat')
  await said.waitFor()
  expect(await visitor.page.locator('.assent-embed [data-assent=accept]').count()).toBe(0)
  expect(await visitor.page.locator('iframe').getAttribute('src')).toBe(null)
})

test('where no cookie can be kept, a placeholder has no button that could not keep its word', async () => {
  await visitor.page.addInitScript(() =>
    Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => {} }),
  )
  await visitor.page.goto(host.page(`${host.stub}<body>${frame('marketing', 'https://vista.example/e')}`))
  await visitor.page.getByText('Vista is not loaded yet').waitFor()
  expect(await visitor.page.locator('.assent-embed [data-assent=accept]').count()).toBe(0)
})

test('the control is large enough to hit, and speaks the language of the page, or else of the reader', async () => {
  await visitor.leave()
  visitor = await newVisitor(browser, { locale: 'de-AT' })
  const control = ours(visitor.page, 'open')
  await visitor.page.goto(host.page(host.stub))
  await control.waitFor({ state: 'attached' })
  expect(await control.textContent()).toBe('Cookie settings')
  await visitor.page.goto(host.page(`<script>document.documentElement.lang = 'fr-CH'</script>${host.stub}`))
  await control.waitFor({ state: 'attached' })
  expect(await control.textContent()).toBe('Cookie-Einstellungen')
  await ours(visitor.page, 'reject').click()
  expect((await control.boundingBox())!.height).toBeGreaterThanOrEqual(44)
})

test.each([
  ['the banner', '#assent'],
  ['the control', '[data-assent=open]'],
])('whoever removes %s each time it appears does not hold the page up', async (_what, selector) => {
  const page = visitor.page
  const cleaner = `removed = 0; cleaner = new MutationObserver(() => {
    for (const each of document.querySelectorAll('${selector}')) { removed++; each.remove() }
  }); cleaner.observe(document, { childList: true, subtree: true })`
  await page.goto(host.page(`<script nonce="n">${cleaner}</script>${host.stub}<p>text`), {
    waitUntil: 'commit',
  })
  await expect.poll(() => page.evaluate('removed'), { timeout: 5_000 }).toBeGreaterThan(2)
  const before = Number(await page.evaluate('removed'))
  await page.waitForTimeout(500)
  expect(Number(await page.evaluate('removed')) - before).toBeLessThan(50)
  await page.evaluate('cleaner.disconnect()')
  await page.evaluate('document.body.append("more")')
  await page.locator(selector).first().waitFor({ state: 'attached' })
})

test('a banner that is answered stays away, however much else changes on the page', async () => {
  const page = visitor.page
  const busy = 'setInterval(() => document.body?.append("."), 5)'
  await page.goto(host.page(`<script nonce="n">${busy}</script>${host.stub}<p>text`))
  await ours(page, 'reject').click()
  await page.waitForTimeout(400)
  expect(await page.locator('#assent').count()).toBe(0)
})
