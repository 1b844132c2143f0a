import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { assent as Assent } from '../../../widget/frameworks/assent.ts'
import { eventually, launchBrowser, newVisitor, ours, press, ran, type Visitor } from '../../support/page.ts'
import { HARSH, startFixture, type Fixture } from '../consent-host.ts'
import { bundleProgram } from './program.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let page: Page
/** Scripts of the site's own, by their address. */
const programs = new Map<string, string>()

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({}, (_site, request, response, next) => {
      const program = programs.get(request.url ?? '')
      if (program === undefined) return next()
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(program)
    }),
    launchBrowser(),
  ])
  programs.set(
    '/element.js',
    await bundleProgram(`import { assent } from 'assent/element'\nwindow.own = () => assent`),
  )
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.mood = 'answers'
  visitor = await newVisitor(browser)
  page = visitor.page
})
afterEach(() => visitor.leave())

/** What the program made of the web component leaves for the tests. */
declare const own: () => typeof Assent

const ELEMENT = '<script defer src="/element.js" nonce="n"></script>'
const gate = (attributes: string, inside = '<b>in</b>'): string =>
  `<consent-gate ${attributes}><i slot="fallback">out</i><template>${inside}</template></consent-gate>`
const isIn = (): Promise<boolean> => page.locator('consent-gate b').first().isVisible()
const isOut = (): Promise<boolean> => page.locator('consent-gate i').first().isVisible()
const accept = async (): Promise<void> => {
  await press(page, 'accept')
  await eventually(() => page.evaluate(() => document.cookie)).toContain('analytics:1')
}
const addPlainTag = (): Promise<void> =>
  page.evaluate(
    src => document.head.append(Object.assign(document.createElement('script'), { type: 'module', src })),
    /src="([^"]+)/.exec(host.plainTag)![1]!,
  )
/** Longer than the loader takes to look at the page again. */
const aMoment = (): Promise<void> => page.waitForTimeout(400)

describe('a gate', () => {
  test.each([
    ['before', (tag: string) => tag + ELEMENT],
    ['after', (tag: string) => ELEMENT + tag],
  ])('opens where the page has the plain tag alone, %s the program', async (_, head) => {
    await page.goto(host.page(`${head(host.plainTag)}<body>${gate('purpose=analytics')}`))
    await ours(page, 'accept').waitFor()
    expect([await isIn(), await isOut()]).toEqual([false, true])
    await accept()
    await eventually(isIn).toBe(true)
    expect(await isOut()).toBe(false)
    expect(visitor.complaints).toEqual([])
  })

  test('of a necessary purpose opens before any answer', async () => {
    await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=necessary')}`))
    await eventually(isIn).toBe(true)
  })

  test('stays closed where the page has no snippet; what was asked waits until there is one', async () => {
    // An element with this id is `window.assent`, too.
    await page.goto(host.page(`${ELEMENT}<body><p id="assent">text</p>`))
    await page.evaluate(() => own().open())
    await page.evaluate(
      html => document.body.insertAdjacentHTML('beforeend', html),
      gate('purpose=analytics'),
    )
    expect([await isIn(), await isOut()]).toEqual([false, true])
    expect(visitor.complaints).toEqual([])
    await page.evaluate(() => document.querySelector('#assent')!.remove())
    await addPlainTag()
    await page.locator('.assent-settings').waitFor()
  })

  test('stays closed while the consent host hangs, whatever is remembered', async () => {
    const address = host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=analytics')}`)
    await page.goto(address)
    await accept()
    await eventually(isIn).toBe(true)
    host.mood = 'hangs'
    await page.goto(address)
    expect(await page.evaluate(() => window.assent!.granted('analytics'))).toBe(true)
    await aMoment()
    expect([await isIn(), await isOut()]).toEqual([false, true])
    expect(await page.evaluate(() => own().granted('analytics'))).toBe(false)
  })

  test('runs its scripts in order, once, under the harshest policy', async () => {
    const scripts = `<b>in</b>
      <script nonce="n" src="/runs/200-first"></script>
      <script nonce="n">ran.push('second')</script>
      <script nonce="n" type="module">ran.push('third')</script>`
    await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=analytics', scripts)}`, HARSH))
    await accept()
    await eventually(() => ran(page)).toEqual(['200-first', 'second', 'third'])
    await aMoment()
    expect(await ran(page)).toEqual(['200-first', 'second', 'third'])
    expect(visitor.complaints).toEqual([])
  })

  test('that has left the page before the answer opens nothing, and has no page loaded again', async () => {
    await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=analytics')}`))
    await eventually(() => page.locator('head template[data-consent]').count()).toBe(1)
    await page.evaluate(() => document.querySelector('consent-gate')!.remove())
    expect(await page.locator('head template[data-consent]').count()).toBe(0)
    await accept()
    await page.evaluate(() => {
      Object.assign(window, { stays: true })
      window.assent!.withdraw()
    })
    await eventually(() => page.evaluate(() => document.cookie)).toContain('analytics:0')
    await aMoment()
    expect(await page.evaluate(() => 'stays' in window)).toBe(true)
  })

  test('opens also when navigation has replaced the head meanwhile', async () => {
    await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=analytics')}`))
    await eventually(() => page.locator('head template[data-consent]').count()).toBe(1)
    await page.evaluate(() => document.head.replaceChildren())
    await accept()
    await eventually(isIn).toBe(true)
  })

  test('that is told another purpose is judged anew', async () => {
    await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gate('purpose=analytics')}`))
    await page.evaluate(() => window.assent!.decide({ marketing: true }))
    await eventually(() => page.evaluate(() => document.cookie)).toContain('marketing:1')
    await aMoment()
    expect(await isIn()).toBe(false)
    const told = page.evaluate(
      () =>
        new Promise<boolean>(resolve => {
          const element = document.querySelector('consent-gate')!
          element.addEventListener('toggle', () => resolve(element.isOpen))
          element.purpose = 'marketing'
        }),
    )
    expect(await told).toBe(true)
    expect(await isIn()).toBe(true)
    await page.evaluate(() => (document.querySelector('consent-gate')!.purpose = 'analytics'))
    await eventually(isOut).toBe(true)
    expect(await isIn()).toBe(false)
  })
})

test('what names a service that is not approved is not rendered with consent', async () => {
  const gates = [
    gate('purpose=preferences service=nimbus'),
    // One that nobody has listed.
    gate('purpose=preferences service=nobody'),
    gate('purpose=preferences', '<b>in</b><img src="https://nimbus.example/a.png" alt="">'),
  ]
  const allowed = gate('purpose=preferences', '<u>in</u>')
  await page.goto(host.page(`${host.stub}${ELEMENT}<body>${gates.join('')}${allowed}`))
  await accept()
  await page.locator('consent-gate u').waitFor()
  await aMoment()
  expect(await page.locator('consent-gate b').count()).toBe(0)
  expect(await page.locator('consent-gate i').filter({ visible: true }).count()).toBe(gates.length)
  expect(visitor.requests.filter(url => url.includes('nimbus'))).toEqual([])
})

test('two programs on one page, each with its own copy, are both told', async () => {
  const program = (name: string): Promise<string> =>
    bundleProgram(`import { createApp, h } from 'vue'
      import { ConsentGate, useConsent } from 'assent/vue'
      createApp({ setup: () => {
        const { granted } = useConsent('analytics')
        return () => [
          h('p', '${name}: ' + granted.value),
          h(ConsentGate, { purpose: 'analytics' }, () => h('p', '${name} is in')),
        ]
      } }).mount('#${name}')`)
  programs.set('/one.js', await program('one')).set('/two.js', await program('two'))
  const scripts = '<script src="/one.js" defer></script><script src="/two.js" defer></script>'
  await page.goto(host.page(`${scripts}<body><main id="one"></main><main id="two"></main>`))
  await page.getByText('two: false').waitFor()
  await addPlainTag()
  await accept()
  for (const words of ['one: true', 'one is in', 'two: true', 'two is in'])
    // oxlint-disable-next-line no-await-in-loop -- all at once in the page
    await page.getByText(words).waitFor()
  expect(visitor.complaints).toEqual([])
})

test('React rendered in the browser alone, in strict mode, follows; the snippet is nothing there', async () => {
  programs.set(
    '/react.js',
    await bundleProgram(`import { StrictMode, useState } from 'react'
      import { createRoot } from 'react-dom/client'
      import { AssentSnippet, ConsentGate, useConsent } from 'assent/react'
      function App() {
        const [purpose, choose] = useState('analytics')
        const { granted, known } = useConsent(purpose)
        return <>
          <AssentSnippet site="loom" server="https://consent.example" nonce="n" />
          <button onClick={() => choose('marketing')}>{purpose} {String(granted)} {String(known)}</button>
          <ConsentGate purpose={purpose}><s>in</s></ConsentGate>
        </>
      }
      createRoot(document.querySelector('main')).render(<StrictMode><App /></StrictMode>)`),
  )
  const script = '<script nonce="n" defer src="/react.js"></script>'
  await page.goto(host.page(`${host.stub}${script}<main></main>`, HARSH))
  await page.getByText('analytics false false').waitFor()
  expect(await page.locator('main script').count()).toBe(0)
  await page.evaluate(() => window.assent!.decide({ analytics: true, marketing: false }))
  await page.getByText('analytics true true').waitFor()
  await page.locator('main s').waitFor()
  await page.getByRole('button', { name: 'analytics' }).click()
  await page.getByText('marketing false true').waitFor()
  expect(await page.locator('main s').count()).toBe(0)
  expect(visitor.complaints).toEqual([])
})

test('a choice that was deleted elsewhere is unknown again when the page is looked at', async () => {
  programs.set(
    '/vue.js',
    await bundleProgram(`import { createApp, h } from 'vue'
      import { useConsent } from 'assent/vue'
      createApp({ setup: () => {
        const { granted, known } = useConsent('analytics')
        return () => h('p', granted.value + ' ' + known.value)
      } }).mount('main')`),
  )
  await page.goto(host.page(`${host.stub}<script defer src="/vue.js"></script><main></main>`))
  await page.getByText('false false').waitFor()
  await press(page, 'reject')
  await page.getByText('false true').waitFor()
  await page.context().clearCookies()
  await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
  await page.getByText('false false').waitFor()
  expect(await page.getByText('false false').count()).toBe(1)
})
