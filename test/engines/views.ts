import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import { useGating } from './matrix.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, keptBy, postedIn, ran } from './visit.ts'

const FILM = `<iframe data-consent="marketing" data-src="/sample/film.html" width="640" height="360" title="Film"></iframe>
  <template data-consent="marketing" data-service="vista" data-placeholder><blockquote>Said</blockquote>
  <script type="text/plain" data-consent="marketing" src="/sample/widget.js"></script></template>`

/** What a visitor sees beside the first layer and the settings. */
export function viewsHold(stage: Stage): void {
  const isShown = (text: string): Promise<boolean> =>
    stage.tab.evaluate(part => document.body.innerText.includes(part), text)

  test('Escape in the first layer is “not now”: nothing is granted or recorded, and this session asks no more', async () => {
    await stage.openShop()
    await stage.tab.press('Escape')
    await eventually(() => stage.tab.count(FIRST.accept)).toBe(0)
    await stage.tab.reload()
    await stage.tab.shows('[data-assent=open]')
    await aMoment(stage.tab)
    expect(await stage.tab.count(FIRST.accept)).toBe(0)
    expect([await ran(stage.tab), stage.vendors(), postedIn(stage.network)]).toEqual([[], [], []])
    expect(await keptBy(stage.tab)).toBe('assent_loom_later')
  })

  describe('what is embedded', () => {
    const button = (name: string): string => `.assent-embed [data-assent=${name}]`
    const asked = (): string[] => stage.network.askedFor('/sample/')
    const open = async (): Promise<void> => {
      await stage.tab.go(
        stage.pageOf(`<!doctype html><title>Film</title>${stage.world.snippet}<body>${FILM}`),
      )
      await stage.tab.click(FIRST.reject)
      await acknowledged(stage.tab, stage.network, 1)
      await eventually(() => stage.tab.count('.assent-embed')).toBe(2)
    }
    // Placeholders of widgets belong to the gates that few pages need.
    useGating(stage)

    test('loads once for who wants it once; nothing is granted, and the next page asks again', async () => {
      await open()
      await stage.tab.click(button('once'))
      await eventually(asked).toEqual(['www.loom.test/sample/film.html'])
      await eventually(() => stage.tab.count('.assent-embed')).toBe(1)
      await stage.tab.click(button('once'))
      await eventually(() => ran(stage.tab)).toEqual(['widget.js'])
      expect(await keptBy(stage.tab)).toBe('assent_loom')
      await stage.tab.reload()
      await eventually(() => stage.tab.count('.assent-embed')).toBe(2)
      expect(asked()).toHaveLength(2)
      expect(postedIn(stage.network)).toHaveLength(1)
    })

    test('loads on this page and every later one for who allows it, and that is an entry of its own', async () => {
      await open()
      await stage.tab.click(button('accept'))
      await acknowledged(stage.tab, stage.network, 2)
      await eventually(() => asked().toSorted()).toEqual([
        'www.loom.test/sample/film.html',
        'www.loom.test/sample/widget.js',
      ])
      expect(await stage.entry(1)).toMatchObject({ method: 'embed', choices: { marketing: true } })
      await stage.tab.reload()
      await eventually(() => asked().length).toBe(4)
      await aMoment(stage.tab)
      expect(await stage.tab.count('.assent-embed')).toBe(0)
      expect(asked()).toHaveLength(4)
    })
  })

  test('the notice opens before any decision, by the first layer’s link, and closes into it; reading is no decision', async () => {
    await stage.openShop()
    await stage.tab.click('body > #assent a[data-assent=notice]')
    await stage.tab.shows('.assent-notice dialog')
    expect(await isShown('Privacy notice of Loomwork')).toBe(true)
    await stage.tab.press('Escape')
    await eventually(() => stage.tab.count('.assent-notice dialog')).toBe(0)
    await stage.tab.shows(FIRST.accept)
    expect(await keptBy(stage.tab)).toBe('')
    expect(postedIn(stage.network)).toEqual([])
  })

  test('a sign-up form sends what is ticked and agreed to, to nobody but the consent host, and keeps nothing here', async () => {
    await stage.tab.go(`${stage.world.harbor}/services.html`)
    await stage.tab.click(FIRST.reject)
    await eventually(() => postedIn(stage.network).length).toBe(1)
    const form = '[data-assent-form] .assent-form'
    await stage.tab.click(`${form} [name=email]`)
    await stage.tab.evaluate(selector => {
      const field = document.querySelector<HTMLInputElement>(selector)!
      field.value = 'mira.lund@post.example'
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }, `${form} [name=email-address]`)
    await stage.tab.click(`${form} [name=of-age]`)
    await stage.tab.click(`${form} button[type=submit]`)
    await eventually(() => stage.tab.count('[data-receipt=email]')).toBe(1)
    const sent = stage.network.asked.filter(
      ({ method, address }) => method === 'POST' && address.endsWith('/opt-ins'),
    )
    expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      {
        optIns: [
          { program: 'harbor-offers', channel: 'email', address: 'mira.lund@post.example', ofAge: true },
        ],
      },
    ])
    expect(await keptBy(stage.tab)).toBe('assent_harbor')
  })
}
