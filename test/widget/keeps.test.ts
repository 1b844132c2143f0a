import { beforeEach, expect, test, vi } from 'vitest'
import { aWidget, newBrowser, stubServer } from './widget-configuration.ts'

beforeEach(() => {
  newBrowser()
  vi.useRealTimers()
  stubServer(false)
})

test('refusing clears what services of the refused purposes keep, and nothing else', async () => {
  document.cookie = '_tempo=1;path=/'
  document.cookie = 'part_one=1;path=/'
  document.cookie = 'basket=1;path=/'
  localStorage['adrift.seen'] = '1'
  localStorage['other'] = '1'
  sessionStorage['adrift.visit'] = '1'
  const widget = await aWidget()
  expect(widget.leftovers().toSorted()).toEqual(['_tempo', 'adrift.seen', 'adrift.visit', 'part_one'])
  widget.save({ analytics: true, marketing: false }, 'banner')
  expect(widget.leftovers()).toEqual([])
  expect(document.cookie).toContain('_tempo=1')
  expect(localStorage['adrift.seen']).toBeUndefined()
  expect(sessionStorage['adrift.visit']).toBeUndefined()
  widget.takeBack()
  expect(document.cookie).not.toMatch(/_tempo|part_/)
  expect(document.cookie).toContain('basket=1')
  expect(localStorage['other']).toBe('1')
})

test('what a script cannot remove is told by name', async () => {
  document.cookie = '_tempo=1;path=/'
  const widget = await aWidget()
  vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
  widget.catchUp()
  expect(widget.leftovers()).toEqual(['_tempo'])
})

test('the loader sees from the names alone whether something may have to be cleared', async () => {
  const widget = await aWidget()
  const { mayBeKept } = await import('../../widget/gates/keeps.ts')
  expect(mayBeKept()).toBe(false)
  document.cookie = 'part_two=1;path=/'
  expect(mayBeKept()).toBe(true)
  widget.save({ analytics: true, marketing: false }, 'banner')
  expect(mayBeKept()).toBe(false)
})

test('blocked storage keeps nothing and breaks nothing', async () => {
  vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
    throw new DOMException('blocked', 'SecurityError')
  })
  const widget = await aWidget()
  expect(widget.leftovers()).toEqual([])
  expect(() => widget.catchUp()).not.toThrow()
})
