import { beforeEach, expect, test } from 'vitest'
import { isComplete } from '../../shared/domain/consent.ts'
import { aConfiguration, aPurpose, aWidget, newBrowser, stubServer } from './widget-configuration.ts'

beforeEach(() => {
  newBrowser()
  stubServer(false)
})

const isDue = async (): Promise<boolean> => (await import('../../widget/consent/due.ts')).isDue()

test('the banner is due exactly when the domain calls the choice incomplete', async () => {
  const flags = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  for (const gpc of [false, true])
    for (const bits of flags) {
      newBrowser(gpc)
      stubServer(false)
      const purposes = [
        aPurpose('necessary', { required: 1 }),
        aPurpose('analytics', bits & 1 ? { gpc: 1 } : {}),
        aPurpose('marketing', bits & 2 ? { gpc: 1 } : {}),
      ]
      // oxlint-disable-next-line no-await-in-loop -- one browser
      const widget = await aWidget(aConfiguration({ purposes }))
      const choices = { ...(bits & 4 && { analytics: true }), ...(bits & 8 && { marketing: false }) }
      if (bits & 12) widget.save(choices, 'api')
      const offered = purposes.map(([id, required, covered]) => ({
        id,
        required: !!required,
        gpc: !!covered,
      }))
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await isDue(), `gpc ${gpc}, case ${bits}`).toBe(!isComplete(choices, offered, gpc))
    }
})

test('"not now" is kept for the session, grants nothing and writes no cookie', async () => {
  const widget = await aWidget()
  expect(await isDue()).toBe(true)
  ;(await import('../../widget/consent/due.ts')).later()
  expect(await isDue()).toBe(false)
  expect(sessionStorage['assent_loom_later']).toBe('1')
  expect(document.cookie).not.toContain('assent_loom=')
  expect(widget.granted('analytics')).toBe(false)
})

test('a choice made under an older configuration counts until a purpose is new', async () => {
  ;(await aWidget()).save({ analytics: true, marketing: false }, 'banner')
  const kept = document.cookie
  newBrowser()
  document.cookie = `${kept};path=/`
  await aWidget(aConfiguration({ configuration: 'beefbeef' }))
  expect(await isDue()).toBe(false)
  newBrowser()
  document.cookie = `${kept};path=/`
  await aWidget(aConfiguration({ purposes: [...aConfiguration().purposes, aPurpose('maps')] }))
  expect(await isDue()).toBe(true)
})
