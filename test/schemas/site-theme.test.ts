import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Theme } from '../../shared/domain/appearance.ts'
import { contrast } from '../../shared/domain/colour.ts'
import { paletteOf, SCHEMES } from '../../shared/domain/palette.ts'
import { checkSiteConfiguration, siteConfigurationJsonSchema } from '../../shared/schemas/site-config.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { THEMED } from '../screenshots/looks.ts'

const loom = JSON.parse(readFileSync('demo/loom/site.json', 'utf8')) as SiteConfiguration

function faultsOf(theme: unknown): string[] {
  const check = checkSiteConfiguration({ ...loom, appearance: { ...loom.appearance, theme } })
  return check.ok ? [] : check.faults.map(({ path, message }) => `${path} ${message}`)
}

test('a theme that can be read is taken, whole or in part', () => {
  expect(faultsOf(THEMED.theme)).toEqual([])
  expect(faultsOf({})).toEqual([])
  expect(faultsOf({ light: { text: '#333333' } })).toEqual([])
  expect(faultsOf({ dark: { background: '#000000' }, radius: 0, shadow: 'none' })).toEqual([])
})

test.each<[string, Theme, string]>([
  [
    'text',
    { light: { text: '#888888' } },
    'appearance.theme.light.text #888888 has 3.24:1 to the soft surface on the background (#f4f5f7), and text needs 4.5:1: make it darker',
  ],
  [
    'muted',
    { dark: { muted: '#5a6070' } },
    'appearance.theme.dark.muted #5a6070 has 2.40:1 to the soft surface on the background (#23262e), and text needs 4.5:1: make it lighter',
  ],
  [
    'border',
    { light: { border: '#cccccc' } },
    'appearance.theme.light.border #cccccc has 1.47:1 to the soft surface on the background (#f4f5f7), and the edge of a control needs 3:1: make it darker',
  ],
  [
    'accent',
    { light: { accent: '#ffd400' } },
    'appearance.theme.light.accent #ffd400 has 1.31:1 to the soft surface on the background (#f4f5f7), and a control needs 3:1: make it darker',
  ],
])('a %s that cannot be seen is one fault, with its token and the ratio measured', (_, theme, fault) => {
  expect(faultsOf(theme)).toEqual([fault])
})

test('a background that does not go with our colours says which one it needs', () => {
  expect(faultsOf({ light: { background: '#20242c' } })).toEqual([
    'appearance.theme.light.background leaves our "text" (#14171f) 1.13:1 to the soft surface on the background (#1f232b), and text needs 4.5:1: name a lighter "text"',
    'appearance.theme.light.background leaves our "muted" (#4b5261) 1.98:1 to the background (#20242c), and text needs 4.5:1: name a lighter "muted"',
  ])
})

test('a ratio is never rounded up to what it does not reach', () => {
  // 2.99993
  expect(faultsOf({ light: { border: '#8d8f88' } })).toEqual([expect.stringContaining('has 2.99:1 to')])
})

test('what is no colour, no size and no word is told as that', () => {
  const faults = faultsOf({
    light: { text: 'black', ink: '#000000' },
    fontSize: 11,
    radius: 99,
    font: 'Comic',
  })
  expect(faults.map(fault => fault.split(' ')[0])).toEqual([
    'appearance.theme.light.text',
    'appearance.theme.light.ink',
    'appearance.theme.font',
    'appearance.theme.fontSize',
    'appearance.theme.radius',
  ])
})

/** Pairs that the style sheets draw on each other. */
const DRAWN = [
  ['ink', 4.5],
  ['muted', 4.5],
  ['wrong', 4.5],
  ['edge', 3],
  ['fill', 3],
] as const

test('whatever theme is taken, every colour that is drawn of it can be read', () => {
  const greys = ['#000000', '#1a1a1a', '#2b2b2b', '#8c8c8c', '#c8c8c8', '#ffffff', '#fff4e0', '#102a43']
  let taken = 0
  for (const scheme of SCHEMES)
    for (const background of greys)
      for (const text of greys)
        for (const accent of ['#1f4bd8', '#ffd400', '#b3261e']) {
          const theme = { [scheme]: { background, text, muted: text, border: text, accent } }
          if (faultsOf(theme).length > 0) continue
          taken++
          const drawn = paletteOf({ accent: loom.appearance.accent, theme }, scheme)
          for (const surface of [drawn.panel, drawn.soft])
            for (const [name, ratio] of DRAWN)
              expect(contrast(drawn[name], surface)).toBeGreaterThanOrEqual(ratio)
          expect(contrast(drawn.on, drawn.fill)).toBeGreaterThanOrEqual(4.5)
        }
  expect(taken).toBeGreaterThan(20)
})

test('the schema for editors explains every token', () => {
  const schema = JSON.stringify(siteConfigurationJsonSchema())
  for (const words of ['data-assent-banner', 'data-assent-open', 'at least 4.5:1', 'at least 3:1'])
    expect(schema).toContain(words)
})
