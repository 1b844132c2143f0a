import { readFileSync } from 'node:fs'
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import { settingsDocument } from '../../../widget/render/settings-document.ts'
import type { ConsentHandle, HistoryEntry } from '../../../widget/consent/handle.ts'
import { mount } from '../../../widget/ui/mount.tsx'
import { aHandle, aRecord, type AHandle } from './a-handle.ts'

const loom = JSON.parse(readFileSync('demo/loom/site.json', 'utf8')) as SiteConfiguration
const SHOWN = { text: 'a'.repeat(64), configuration: 'deadbeef'.repeat(8), language: 'en' }

let close: (() => void) | undefined
beforeAll(() => {
  // jsdom knows the element, not its methods.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false
  }
})
afterEach(() => {
  close?.()
  cleanup()
  vi.useRealTimers()
})

function show(like: Parameters<typeof aHandle>[0] = {}, language: 'en' | 'de' | 'ar' = 'en'): AHandle {
  const handle = aHandle({ close: () => close?.(), ...like })
  close = mount(handle, { ...SHOWN, language }, settingsDocument(loom, language))
  return handle
}
const toggle = (name: string): HTMLInputElement => screen.getByRole('switch', { name })
const press = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }))

const entry = (more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: '0199a7b0-7c3e-7d41-9a52-3f0c5b1e8d26',
  index: 4217,
  type: 'decision',
  decidedAt: '2026-11-20T09:41:00.000Z',
  receivedAt: '2026-11-20T09:41:01.000Z',
  configuration: 'deadbeef'.repeat(8),
  language: 'en',
  method: 'banner',
  choices: { preferences: true },
  ...more,
})
const history =
  (...entries: HistoryEntry[]): ConsentHandle['history'] =>
  async () => ({ subject: 's', standing: {}, entries })

describe('choosing', () => {
  test('saves exactly the switches shown', () => {
    const handle = show()
    fireEvent.click(toggle('Analytics'))
    press('Save my choice')
    expect(handle.saved).toEqual([
      [{ preferences: false, analytics: true, marketing: false }, 'settings', 'decision'],
    ])
  })

  test.each(Array.from({ length: 8 }, (_, bits) => [bits & 1, bits & 2, bits & 4].map(Boolean)))(
    'whatever the switches, they are what is saved (%s, %s, %s)',
    (preferences, analytics, marketing) => {
      const handle = show({
        stored: aRecord({ choices: { preferences: false, analytics: true, marketing: false } }),
      })
      const wanted = { preferences, analytics, marketing } as Record<string, boolean>
      for (const [id, name] of [
        ['preferences', 'Preferences'],
        ['analytics', 'Analytics'],
        ['marketing', 'Marketing'],
      ] as const)
        if (toggle(name).checked !== wanted[id]) fireEvent.click(toggle(name))
      press('Save my choice')
      expect(handle.saved.map(([choices]) => choices)).toEqual([wanted])
    },
  )

  test('what another tab decides is followed, but a switch moved here stays', async () => {
    const handle = show({ stored: aRecord() })
    fireEvent.click(toggle('Analytics'))
    handle.decideElsewhere(aRecord({ choices: { preferences: false, analytics: false, marketing: true } }))
    await waitFor(() => expect(toggle('Marketing').checked).toBe(true))
    expect(toggle('Preferences').checked).toBe(false)
    expect(toggle('Analytics').checked).toBe(true)
  })

  test('taking back everything that was granted is a withdrawal', () => {
    const handle = show({ stored: aRecord() })
    press('Withdraw everything')
    expect(handle.saved).toEqual([
      [{ preferences: false, analytics: false, marketing: false }, 'settings', 'withdrawal'],
    ])
  })

  test('refusing what never was granted is none', () => {
    const handle = show()
    press('Reject all')
    expect(handle.saved[0]![2]).toBe('decision')
    expect(screen.queryByRole('button', { name: 'Withdraw everything' })).toBe(null)
  })

  test('a choice the browser does not keep is said not to be saved, and the settings stay', () => {
    const handle = show({ save: () => '' })
    fireEvent.click(toggle('Analytics'))
    press('Save my choice')
    expect(screen.getByText(/your choice could not be saved/)).toBeTruthy()
    expect(handle.record()).toBe(undefined)
    expect(toggle('Analytics').checked).toBe(true)
  })

  test('the cross closes and saves nothing', () => {
    const handle = show({ stored: aRecord() })
    fireEvent.click(toggle('Analytics'))
    press('Close without saving')
    expect(handle.saved).toEqual([])
    expect(document.querySelector('#assent')).toBe(null)
  })
})

describe('with Global Privacy Control', () => {
  test('what it covers stays unasked until the person switches it on by name', () => {
    const handle = show({ gpc: true })
    press('Accept all')
    expect(handle.saved[0]![0]).toEqual({ preferences: true, analytics: true })
  })

  test('a person may switch it on by name', () => {
    const handle = show({ gpc: true })
    fireEvent.click(toggle('Marketing'))
    press('Save my choice')
    expect(handle.saved[0]![0]).toEqual({ preferences: false, analytics: false, marketing: true })
  })

  test('a grant that the signal masks is shown off, for off is what it is', () => {
    show({
      gpc: true,
      granted: () => false,
      stored: aRecord({ choices: { preferences: true, analytics: true, marketing: true } }),
    })
    expect(toggle('Marketing').checked).toBe(false)
    expect(screen.getByText(/keeps this off, unless you switch it on here yourself/)).toBeTruthy()
  })
})

describe('where opting out is the rule', () => {
  const lax = (like: Parameters<typeof show>[0] = {}): AHandle => {
    const { configuration } = aHandle()
    return show({
      granted: () => true,
      ...like,
      configuration: { ...configuration, under: { regime: 'opt-out', region: 'US' } },
    })
  }
  test('what runs is shown on, and nobody is said to have chosen it', () => {
    lax()
    expect(screen.getByRole('dialog', { name: 'Your Privacy Choices' })).toBeTruthy()
    for (const name of ['Preferences', 'Analytics', 'Marketing']) expect(toggle(name).checked).toBe(true)
    expect(screen.getAllByText('Not answered yet')).toHaveLength(3)
    expect(
      screen.getByText(/^You have not decided. What is on here runs by the rules of your region/),
    ).toBeTruthy()
    expect(screen.queryByText(/Everything optional is off|Nothing optional is running|You allow/)).toBe(null)
    expect(screen.queryByRole('button', { name: 'Withdraw everything' })).toBe(null)
  })

  test('saving is then a decision of the person, about every switch shown', () => {
    const handle = lax()
    fireEvent.click(toggle('Marketing'))
    press('Save my choice')
    expect(handle.saved).toEqual([
      [{ preferences: true, analytics: true, marketing: false }, 'settings', 'decision'],
    ])
  })

  test('the signal is told as what denied, and not as an answer', () => {
    lax({
      gpc: true,
      granted: id => id !== 'marketing',
      stored: aRecord({ choices: { marketing: false }, gpc: false, isSignal: true, secret: undefined }),
    })
    expect(screen.getByText(/^Opt-out request honoured/).textContent).toMatch(/2026.* Off: Marketing\.$/)
    expect(screen.getByText(/we honour it/)).toBeTruthy()
    expect(toggle('Marketing').checked).toBe(false)
    expect(screen.getAllByText('Not answered yet')).toHaveLength(3)
    expect(screen.queryByText(/Decided in this browser/)).toBe(null)
  })
})

describe('what is used', () => {
  test('every service of a purpose is named with provider, country, hosts and what it keeps', () => {
    show()
    const analytics = screen.getByRole('region', { name: 'Analytics' })
    for (const said of ['1 service', 'Tempo', 'tempo.example'])
      expect(within(analytics).getAllByText(said).length).toBe(1)
    expect(analytics.textContent).toContain('Tempo Metrics Oy (Finland)')
    expect(analytics.textContent).toContain('www.loom.test/shop')
    expect(analytics.textContent).toContain('Kept for 30 minutes.')
  })

  test('a service nobody approved is said never to load', () => {
    show()
    expect(screen.getByText('Not approved by Loomwork GmbH: never loads, whatever you choose.')).toBeTruthy()
  })

  test('in Arabic, numbers take their own forms and nothing is left in English', () => {
    show({ stored: aRecord() }, 'ar')
    expect(document.querySelector('#assent>div')!.getAttribute('dir')).toBe('rtl')
    expect(screen.getAllByText('خدمتان').length).toBe(2)
    expect(screen.queryByText(/\b(service|Kept|Provider|Proof)\b/)).toBe(null)
  })
})

describe('proof', () => {
  test('names the receipt once the ledger has it, and links the version decided on', async () => {
    show({ stored: aRecord(), history: history(entry()) })
    expect(await screen.findByText('0199a7b0-7c3e-7d41-9a52-3f0c5b1e8d26')).toBeTruthy()
    expect(screen.getByText('4,217')).toBeTruthy()
    expect(screen.getByRole('link', { name: /Published configuration deadbeef/ }).getAttribute('href')).toBe(
      `https://consent.test/v1/sites/loom/texts/${'deadbeef'.repeat(8)}`,
    )
  })

  test('an older version is linked by what the ledger says of it', async () => {
    const older = 'cafe0000'.repeat(8)
    show({
      stored: aRecord({ configuration: 'cafe0000' }),
      history: history(entry({ configuration: older })),
    })
    const link = await screen.findByRole('link', { name: /cafe0000/ })
    expect(link.getAttribute('href')).toContain(older)
  })

  test('a choice younger than the ledger knows waits to be sent', async () => {
    show({ stored: aRecord(), history: history(entry({ decidedAt: '2026-11-19T00:00:00.000Z' })) })
    expect(await screen.findByText(/Not yet sent to the ledger/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Download receipt' })).toBe(null)
  })

  test('a decision on its way is told apart, until it has arrived', async () => {
    vi.useFakeTimers()
    let index: number | undefined
    show({ stored: aRecord(), receipt: () => ({ id: 'r', ...(index === undefined ? {} : { index }) }) })
    expect(screen.getByText(/Not yet sent to the ledger/)).toBeTruthy()
    index = 7
    await vi.advanceTimersByTimeAsync(1000)
    expect(screen.queryByText(/Not yet sent to the ledger/)).toBe(null)
    expect(screen.getByRole('button', { name: 'Download receipt' })).toBeTruthy()
  })

  test('a ledger that cannot be reached is said so, and that the choice applies', async () => {
    show({ stored: aRecord(), history: () => Promise.reject(new TypeError('offline')) })
    expect(await screen.findByText(/cannot be reached right now. Your choice applies/)).toBeTruthy()
  })

  test('who only refused keeps no identifier, and reads why there is no receipt', () => {
    const { secret: _, ...refused } = aRecord({
      choices: { preferences: false, analytics: false, marketing: false },
    })
    show({ stored: refused })
    expect(screen.getByText(/this browser keeps no identifier/)).toBeTruthy()
  })

  test('before a decision there is nothing to prove', () => {
    show()
    expect(screen.getByText('You have not decided yet. Nothing optional is running.')).toBeTruthy()
    expect(screen.queryByRole('heading', { name: 'Proof' })).toBe(null)
  })

  test('when it was decided is said in words, and in UTC on demand', () => {
    show({ stored: aRecord() })
    expect(document.querySelector('time')!.title).toBe('2026-11-20 09:41:00 UTC')
  })

  test('a receipt that cannot be fetched is said so', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 503 }))
    show({ stored: aRecord(), receipt: () => ({ id: 'r', index: 1 }) })
    press('Download receipt')
    expect(await screen.findByText(/could not be fetched/)).toBeTruthy()
    vi.unstubAllGlobals()
  })
})

test('what withdrawal could not remove is told before anything closes', async () => {
  show({ stored: aRecord(), leftovers: () => ['_tempo', '_adrift'] })
  press('Withdraw everything')
  expect(await screen.findByText('Everything is withdrawn.')).toBeTruthy()
  expect(screen.getByText(/could not be removed from here: _tempo and _adrift/)).toBeTruthy()
  expect(screen.getByRole('dialog')).toBeTruthy()
})

test('the controller can be reached', () => {
  show()
  expect(screen.getByRole('link', { name: 'privacy@loomwork.example' }).getAttribute('href')).toBe(
    'mailto:privacy@loomwork.example',
  )
  expect(screen.getByText(/Mara Ostwald/)).toBeTruthy()
})

describe('another language', () => {
  const inGerman: ConsentHandle['speak'] = async (_, language) => ({
    ...SHOWN,
    language,
    default: (handle: ConsentHandle, shown) => (close = mount(handle, shown, settingsDocument(loom, 'de'))),
  })

  test('is chosen by its own name, keeps the switches that were moved, and is what the answer is recorded by', async () => {
    let recorded: unknown
    const handle = show({ speak: inGerman })
    const save = handle.save.bind(handle)
    handle.save = (choices, method, shown, type) => {
      recorded = shown?.language
      return save(choices, method, shown, type)
    }
    fireEvent.click(toggle('Analytics'))
    fireEvent.change(screen.getByRole('combobox', { name: 'Language' }), { target: { value: 'de' } })
    await screen.findByRole('dialog', { name: 'Cookie-Einstellungen' })
    expect(screen.getAllByRole('dialog')).toHaveLength(1)
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Sprache' }))
    expect(screen.getAllByRole('option').map(option => option.textContent)).toEqual([
      'English',
      'Deutsch',
      'العربية',
    ])
    press('Auswahl speichern')
    expect(handle.saved).toEqual([
      [{ preferences: false, analytics: true, marketing: false }, 'settings', 'decision'],
    ])
    expect(recorded).toBe('de')
  })

  test('that does not come leaves everything as it was, and says so', async () => {
    show()
    const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Language' })
    fireEvent.change(choice, { target: { value: 'de' } })
    await screen.findByText('This language could not be loaded. Try again.')
    expect(choice.value).toBe('en')
  })

  test('is not offered where a site has only one', () => {
    close = mount(aHandle(), SHOWN, settingsDocument({ ...loom, languages: ['en'] }, 'en'))
    expect(screen.queryByRole('combobox')).toBeNull()
  })
})
