import { vi } from 'vitest'
import type { Acts, Loader } from '../../widget/consent/acting.ts'
import type { ConsentHandle } from '../../widget/consent/handle.ts'
import type { WidgetConfiguration, WidgetPurpose } from '../../shared/domain/publication.ts'

export const aPurpose = (
  id: string,
  like: { required?: 1; gpc?: 1; flags?: number; keeps?: WidgetPurpose[4] } = {},
): WidgetPurpose => [id, like.required ?? 0, like.gpc ?? 0, like.flags ?? 0, like.keeps ?? []]

export const aConfiguration = (like: Partial<WidgetConfiguration> = {}): WidgetConfiguration => ({
  site: 'loom',
  configuration: 'c0ffee00',
  labels: { en: 'Cookie settings', de: 'Cookie-Einstellungen' },
  expiresAfter: 180 * 86_400_000,
  purposes: [
    aPurpose('necessary', { required: 1, flags: 64 }),
    aPurpose('analytics', {
      flags: 8,
      keeps: [
        ['c', '_tempo', '/'],
        ['c', '_tempo_page', '/shop'],
        ['c', 'part_*', '/'],
      ],
    }),
    aPurpose('marketing', {
      gpc: 1,
      flags: 7,
      keeps: [
        ['localStorage', 'adrift.seen', '/'],
        ['sessionStorage', 'adrift.*', '/'],
      ],
    }),
  ],
  approved: ['', 'tempo', 'adrift'],
  unapproved: ['nimbus.example'],
  style: 'position:fixed',
  ...like,
})

export const BASE = 'https://consent.example/s/loom/'

/** The browser is new: no cookie, no storage, an empty page, and nothing of ours loaded yet. */
export function newBrowser(gpc = false): void {
  vi.resetModules()
  vi.restoreAllMocks()
  for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=;max-age=0;path=/`
  localStorage.clear()
  sessionStorage.clear()
  document.documentElement.lang = 'en'
  document.body.replaceChildren()
  delete window.assent
  delete window.dataLayer
  Object.defineProperty(navigator, 'globalPrivacyControl', { value: gpc, configurable: true })
}

/** The loader's state and the code that acts on it, joined as the loader joins them, without views or network. */
export async function aWidget(configuration = aConfiguration()) {
  const config = await import('../../widget/consent/config.ts')
  config.configure(configuration, BASE)
  const state = await import('../../widget/consent/state.ts')
  const { act } = await import('../../widget/act.ts')
  const hidden: string[] = []
  const handle = {
    configuration,
    base: BASE,
    granted: state.granted,
    onChange: state.onChange,
    sync: state.sync,
    hide: (view: string) => void hidden.push(view),
  } as unknown as ConsentHandle & Loader & Acts
  const view = { text: '', configuration: configuration.configuration.repeat(8), language: 'en' }
  window.assent = handle
  act(handle, view)
  state.sync()
  return Object.assign(handle, { widgetState: state, hidden, view })
}

/** Decisions waiting in this browser. */
export const queued = (): Record<string, unknown>[] =>
  Object.keys(localStorage)
    .filter(name => name.startsWith('assent_loom_out_'))
    .toSorted()
    .map(name => JSON.parse(localStorage[name]) as Record<string, unknown>)

/** Answers every POST as the server would; `answers` false: the network is down. */
export function stubServer(answers: boolean | number = true) {
  const posted: { decisions: { id: string }[] }[] = []
  const fetched = vi.fn<typeof fetch>((_, init) => {
    const body = JSON.parse(init!.body as string) as { decisions: { id: string }[] }
    posted.push(body)
    if (answers === false) return Promise.reject(new TypeError('Failed to fetch'))
    if (typeof answers === 'number')
      return Promise.resolve(new Response('{"title":"no"}', { status: answers }))
    return Promise.resolve(Response.json({ entries: body.decisions.map(({ id }, index) => ({ id, index })) }))
  })
  vi.stubGlobal('fetch', fetched)
  return { posted, fetched }
}
