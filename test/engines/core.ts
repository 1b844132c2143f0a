import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { eventually } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'
import type { Engine, Launch, Tab } from './engine.ts'
import { startNetwork, type Network } from './network.ts'
import { samplePage, SAMPLES, type Sample } from './samples.ts'
import { acknowledged, aMoment, FIRST, keptBy, postedIn, ran } from './visit.ts'

const OWN_HOSTS = ['consent.test', 'www.loom.test']

/** What must hold in every engine: one visitor after the other, with a real server behind. */
export function coreSuite(launch: Launch): void {
  let world: World
  let network: Network
  let engine: Engine
  let tab: Tab

  beforeAll(async () => {
    network = await startNetwork()
    ;[world, engine] = await Promise.all([startWorld(), launch(network)])
  })
  afterAll(async () => {
    await engine?.close()
    await world?.stop()
    network?.close()
  })
  beforeEach(async () => {
    network.reset()
    tab = await engine.visitor()
  })
  afterEach(() => tab.close())

  const openShop = async (): Promise<void> => {
    await tab.go(`${world.loom}/shop/`)
    await tab.shows(FIRST.accept)
  }
  const hosts = (): string[] =>
    [...new Set(network.asked.map(({ address }) => address.split('/')[0]!))].toSorted()
  const vendors = (): string[] => network.askedFor('/vendor/').toSorted()
  /** The entry that the ledger has of the decision posted as this one. */
  const entry = (nth: number): Promise<Record<string, unknown>> => {
    const { id, secret } = postedIn(network)[nth]!
    return world.entry(id, secret ?? postedIn(network).find(each => each.secret)?.secret)
  }
  /** A page of the site that only this test has. */
  const pageOf = (html: string, headers: Record<string, string> = {}): string => {
    world.plain.serve('www.loom.test/page', html, headers)
    return `${world.plain.origin('www.loom.test')}/page`
  }

  describe('first layer', () => {
    test('shows itself, asks no other host for anything, and nothing is kept', async () => {
      await openShop()
      await aMoment(tab)
      expect(hosts()).toEqual(OWN_HOSTS)
      expect(vendors()).toEqual([])
      expect(await ran(tab)).toEqual([])
      expect(await keptBy(tab)).toBe('')
      expect(postedIn(network)).toEqual([])
    })

    test('can be answered with the keyboard alone', async () => {
      await openShop()
      const focused = (): Promise<string | undefined> =>
        tab.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['assent'])
      for (let presses = 0; presses < 40 && (await focused()) !== 'reject'; presses++)
        // oxlint-disable-next-line no-await-in-loop -- as a person does
        await tab.press('Tab')
      expect(await focused()).toBe('reject')
      await tab.press('Enter')
      await acknowledged(tab, network, 1)
      expect(await tab.count(FIRST.reject)).toBe(0)
    })
  })

  describe('a choice', () => {
    test('to accept runs what waited once each, is one entry, and is remembered', async () => {
      await openShop()
      await tab.click(FIRST.accept)
      await eventually(() => ran(tab)).toHaveLength(4)
      await acknowledged(tab, network, 1)
      const asked = ['adrift.js', 'tempo.js', 'vista.css', 'vista.html']
      await eventually(vendors).toHaveLength(asked.length)
      await aMoment(tab)
      expect((await ran(tab)).toSorted()).toEqual(['adrift', 'pica', 'tempo', 'tempo page'])
      expect(vendors()).toEqual(asked.map(name => `www.loom.test/vendor/${name}`))
      expect(await entry(0)).toMatchObject({
        type: 'decision',
        method: 'banner',
        choices: { preferences: true, analytics: true, marketing: true },
      })
      await tab.reload()
      await eventually(() => ran(tab)).toHaveLength(4)
      await aMoment(tab)
      expect(await tab.count(FIRST.accept)).toBe(0)
      expect(postedIn(network)).toHaveLength(1)
    })

    test('to reject keeps everything away, is one entry, and is remembered', async () => {
      await openShop()
      await tab.click(FIRST.reject)
      await acknowledged(tab, network, 1)
      await tab.reload()
      await tab.shows('[data-assent=open]')
      await aMoment(tab)
      expect(await tab.count(FIRST.accept)).toBe(0)
      expect(await ran(tab)).toEqual([])
      expect(vendors()).toEqual([])
      expect(hosts()).toEqual(OWN_HOSTS)
      expect(await keptBy(tab)).toBe('assent_loom')
      expect(await entry(0)).toMatchObject({
        type: 'decision',
        method: 'banner',
        choices: { preferences: false, analytics: false, marketing: false },
      })
      expect(await entry(0)).not.toHaveProperty('subject')
    })

    test('of statistics alone in the settings runs these alone, is one entry, and is remembered', async () => {
      await openShop()
      await tab.click(FIRST.settings)
      await tab.click('#assent-switch-analytics')
      await tab.click('dialog [data-assent=save]')
      await acknowledged(tab, network, 1)
      await eventually(() => ran(tab)).toEqual(['tempo', 'tempo page'])
      await tab.reload()
      await eventually(() => ran(tab)).toEqual(['tempo', 'tempo page'])
      await aMoment(tab)
      expect(vendors().filter(address => !address.endsWith('/tempo.js'))).toEqual([])
      expect(await entry(0)).toMatchObject({
        method: 'settings',
        choices: { preferences: false, analytics: true, marketing: false },
      })
    })

    test('that is taken back clears what the scripts kept, starts the page anew, and is one entry more', async () => {
      await openShop()
      await tab.click(FIRST.accept)
      await eventually(() => keptBy(tab)).toContain('_adrift')
      await acknowledged(tab, network, 1)
      expect(await keptBy(tab)).toMatch(/_tempo .*adrift\.seen.*loom_theme/)
      await tab.evaluate(() => void ((globalThis as { same?: true }).same = true))
      await eventually(vendors).toHaveLength(4)
      await tab.click('[data-assent=open]')
      await tab.click('dialog [data-assent=withdraw]')
      await eventually(() => tab.evaluate(() => 'same' in globalThis)).toBe(false)
      await tab.shows('[data-assent=open]')
      await acknowledged(tab, network, 2)
      await aMoment(tab)
      expect(await keptBy(tab)).toBe('assent_loom')
      expect(await ran(tab)).toEqual([])
      expect(vendors()).toHaveLength(4)
      expect(await entry(1)).toMatchObject({ type: 'withdrawal', choices: { analytics: false, marketing: false } })
    })
  })

  describe('everything that can wait', () => {
    const open = async (): Promise<void> => {
      await tab.go(pageOf(samplePage(world.snippet)))
      await eventually(() => tab.evaluate(() => 'late' in document.documentElement.dataset)).toBe(true)
      await tab.shows(FIRST.accept)
    }
    /** By name, each as often as it ran or was asked for. */
    const left = async (): Promise<string[]> => {
      const asked = network.askedFor('/sample/').map(address => address.split('/').at(-1)!)
      return [...(await ran(tab)).map(name => `ran ${name}`), ...asked.map(name => `asked ${name}`)].toSorted()
    }
    const expected = ({ id, kind: { says, file } }: Sample): string[] => [
      ...(says ? [`ran ${id}${file ?? ''}`] : []),
      ...(file ? [`asked ${id}${file}`] : []),
    ]

    test.each([
      ['no choice', []],
      ['a rejection', [FIRST.reject]],
      [
        'a grant of something else',
        [FIRST.settings, '#assent-switch-preferences', 'dialog [data-assent=save]'],
      ],
    ])('stays where it is after %s', async (_, clicks) => {
      await open()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (const each of clicks) await tab.click(each)
      if (clicks.length > 0) await acknowledged(tab, network, 1)
      await aMoment(tab)
      expect(await left()).toEqual([])
    })

    test('runs exactly once after consent, however it came into the page', async () => {
      await open()
      await tab.click(FIRST.accept)
      const all = SAMPLES.flatMap(expected).toSorted()
      await eventually(left).toEqual(all)
      await aMoment(tab)
      expect(await left()).toEqual(all)
    })

    test('keeps the order of the page, however long each takes to come', async () => {
      const script = (name: string): string =>
        `<script type="text/plain" data-consent="analytics" src="/sample/${name}"></script>`
      const inline = (name: string, attributes = 'type="text/plain" data-consent="analytics"'): string =>
        `<script ${attributes}>(window.ran??=[]).push('${name}')</script>`
      await tab.go(
        pageOf(`<!doctype html><title>Order</title>${world.snippet}<body>${script('slow-300')}${inline('after slow')}
          <template data-consent="analytics"><script src="/sample/inner-100"></script>${inline('after inner', '')}</template>
          ${script('missing.html')}${script('last-0')}`),
      )
      await tab.click(FIRST.accept)
      await eventually(() => ran(tab)).toEqual(['slow-300', 'after slow', 'inner-100', 'after inner', 'last-0'])
    })
  })

  test('a consent host that hangs does not hold the page, and nothing is granted', async () => {
    network.hang('consent.test')
    const started = Date.now()
    await tab.go(pageOf(samplePage(world.snippet)))
    expect(Date.now() - started).toBeLessThan(3_000)
    await eventually(() => network.askedFor('consent.test').length).toBeGreaterThan(0)
    await aMoment(tab)
    expect(await tab.evaluate(() => [window.assent!.granted('analytics'), document.readyState])).toEqual([
      false,
      'complete',
    ])
    expect(await tab.evaluate(() => [...(window.dataLayer![0] as unknown[])].slice(0, 2))).toEqual([
      'consent',
      'default',
    ])
    expect(await ran(tab)).toEqual([])
    expect(network.askedFor('/sample/')).toEqual([])
  })

  test('the harshest policy is violated in no view, and what waits runs; a violation would be seen', async () => {
    const policy = `default-src 'none'; img-src 'self'; script-src 'nonce-n' ${world.host}; connect-src ${world.host}; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /violations`
    const nonced = world.snippet.replaceAll('<script', '<script nonce="n"')
    const html = `<!doctype html><html lang="en"><title>Harsh</title>${nonced}<body><p>text</p>
      <script type="text/plain" nonce="n" data-consent="analytics">(window.ran??=[]).push('inline')</script>
      <script nonce="n">
        addEventListener('securitypolicyviolation', event => (window.violated ??= []).push(event.violatedDirective))
      </script>`
    const reports = (): string[] => network.askedFor('/violations')
    const violated = (): Promise<string[]> =>
      tab.evaluate(() => (globalThis as { violated?: string[] }).violated ?? [])
    world.plain.serve('www.loom.test/favicon.ico', '')
    await tab.go(pageOf(html, { 'content-security-policy': policy }))
    await tab.click(FIRST.settings)
    await tab.shows('dialog')
    await tab.press('Escape')
    await tab.click(FIRST.accept)
    await eventually(() => ran(tab)).toEqual(['inline'])
    await tab.click('[data-assent=open]')
    await tab.shows('dialog')
    await acknowledged(tab, network, 1)
    expect(await violated()).toEqual([])
    expect(reports()).toEqual([])
    const refused = await tab.evaluate(() => {
      const style = document.createElement('style')
      document.body.append(style)
      try {
        document.querySelector('p')!.innerHTML = '<b>bold</b>'
        return false
      } catch {
        return true
      }
    })
    expect(refused).toBe(true)
    await eventually(violated).toContain('require-trusted-types-for')
    await eventually(() => reports().length).toBeGreaterThan(0)
  })

  test('axe finds nothing in the first layer and in the settings', async () => {
    await tab.go(world.loom)
    await tab.shows(FIRST.accept)
    expect(await axeFindings(tab, ['color-contrast', 'button-name'])).toEqual([])
    await tab.click(FIRST.settings)
    await tab.shows('dialog [data-assent=save]')
    expect(await axeFindings(tab, ['color-contrast', 'button-name'])).toEqual([])
  })

  test('the page that checks receipts finds that a real one holds, and that a changed one does not', async () => {
    await openShop()
    await tab.click(FIRST.reject)
    await acknowledged(tab, network, 1)
    const { id } = postedIn(network)[0]!
    const receipt = await (await fetch(`${world.local}/v1/sites/loom/receipts/${id}`)).text()
    const verdict = async (text: string): Promise<string> => {
      await tab.go(`${world.local}/verify`)
      await tab.click('.paste summary')
      await tab.evaluate(pasted => {
        document.querySelector<HTMLTextAreaElement>('#paste')!.value = pasted
      }, text)
      await tab.click('.paste button')
      await tab.shows('#verdict')
      return tab.evaluate(() => document.querySelector('#verdict')!.textContent)
    }
    expect(await verdict(receipt)).toBe('This receipt holds.')
    const changed = receipt.replaceAll('analytics\\":false', 'analytics\\":true')
    expect(changed).not.toBe(receipt)
    expect(await verdict(changed)).toBe('This receipt does not hold.')
  })
}
