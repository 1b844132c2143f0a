import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServiceCookie, SiteConfiguration } from '../../shared/domain/site.ts'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, ran } from './visit.ts'

const THERE = 'loomshop.test'
const CHOICE = '[data-assent=open]'

/** What only some sites ask for: their databases, services that stop without a new page, and a second domain. */
export function withdrawalsHold(stage: Stage): void {
  beforeAll(() => stage.world.publish('loom', site => changed(site, stage.world.plain.origin(THERE))))
  afterAll(() => stage.world.publish('loom'))

  describe('taking it back', () => {
    test('removes databases, those too that were left before', async () => {
      await stage.tab.go(stage.pageOf(`${stage.world.snippet}<p>text`))
      await stage.tab.click(FIRST.accept)
      await acknowledged(stage.tab, stage.network, 1)
      for (const name of ['tempo visits', 'tempo pieces', 'basket'])
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await stage.tab.evaluate(keep, name)
      await stage.tab.evaluate(`window.same = true; window.assent.withdraw()`)
      await eventually(() => stage.tab.evaluate(databases)).toEqual(['basket'])
      await stage.tab.evaluate(keep, 'tempo visits')
      await stage.tab.reload()
      await eventually(() => stage.tab.evaluate(databases)).toEqual(['basket'])
    })

    test('stops what says how, and the page stays as it is', async () => {
      await stage.tab.go(stage.pageOf(`${stage.world.snippet}${TEMPO}`))
      await stage.tab.click(FIRST.accept)
      await eventually(() => ran(stage.tab)).toEqual(['tempo'])
      await acknowledged(stage.tab, stage.network, 1)
      await stage.tab.evaluate(`window.same = true; window.assent.withdraw()`)
      await eventually(() => ran(stage.tab)).toEqual(['tempo', 'stopped'])
      await acknowledged(stage.tab, stage.network, 2)
      await aMoment(stage.tab)
      expect(await stage.tab.evaluate(() => 'same' in window)).toBe(true)
      await stage.tab.evaluate(`window.assent.decide({ analytics: true })`)
      await eventually(() => ran(stage.tab)).toEqual(['tempo', 'stopped', 'resumed'])
    })
  })

  describe('going to another domain of the owner', () => {
    test.each([
      ['accept', '1'],
      ['reject', '0'],
    ] as const)(
      'what was said by "%s" goes along, and nothing of it stays in the address',
      async (what, bit) => {
        const there = `${stage.world.plain.origin(THERE)}/`
        stage.world.plain.serve(`${THERE}/`, `${stage.world.snippet}<p>the shop`)
        const html = `${stage.world.snippet}<p style="margin-top:40px"><a id="shop" href="${there}">Shop</a>`
        await stage.tab.go(stage.pageOf(html))
        await stage.tab.click(FIRST[what])
        await acknowledged(stage.tab, stage.network, 1)
        // What listens for clicks comes last of all.
        await eventually(() => stage.network.askedFor('/parts.').length).toBe(1)
        await aMoment(stage.tab)
        await stage.tab.click('#shop')
        await eventually(() => stage.tab.evaluate(() => location.href)).toBe(there)
        await eventually(() => stage.tab.evaluate(() => document.cookie)).toContain(`analytics:${bit}`)
        await stage.tab.shows(CHOICE)
        expect(await stage.tab.count(FIRST.accept)).toBe(0)
        expect(stage.network.askedFor('/hand-overs')).toHaveLength(2)
      },
    )
  })
}

const TEMPO = `<script type="text/plain" data-consent="analytics" data-service="tempo">
  window.ran = ['tempo']
  window.tempo = { stop() { ran.push('stopped') }, go() { ran.push('resumed') } }
</script>`

function changed(site: SiteConfiguration, there: string): SiteConfiguration {
  const visits: ServiceCookie = {
    name: 'tempo *',
    storage: 'database',
    domain: 'www.loom.test',
    path: '/',
    duration: 'P1Y',
    description: { en: 'Counts visits.', de: 'Zählt Besuche.', ar: 'يعد الزيارات.' },
  }
  return {
    ...site,
    origins: [...site.origins, there],
    choice: { ...site.choice, handOver: true },
    services: site.services.map(service =>
      service.id === 'tempo'
        ? {
            ...service,
            cookies: [...service.cookies, visits],
            stop: [['tempo.stop']],
            resume: [['tempo.go']],
          }
        : service,
    ),
  }
}

/** Runs in the page: keeps an empty database. */
const keep = (name: string): Promise<void> =>
  new Promise((done, fail) => {
    const request = indexedDB.open(name)
    request.addEventListener('success', () => {
      request.result.close()
      done()
    })
    request.addEventListener('error', () => fail(new Error(`no database ${name}`)))
  })

/** Runs in the page. */
const databases = async (): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name)
