import type { BrowserContextOptions } from 'playwright-core'
import { WIDGET_LANGUAGES, type WidgetLanguage } from '../../shared/domain/language.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { siteConfiguration } from '../../shared/schemas/site-config.ts'
import { pairwise, type Row } from './pairs.ts'

/** A layout that comes later, or a position, joins by itself: these are the fields of the configuration that are about them. */
const shape = siteConfiguration.shape.appearance.shape as Partial<
  Record<string, { readonly options?: readonly string[] }>
>
const PLACES = ['layout', 'position'].flatMap(field => {
  const options = shape[field]?.options
  return options ? [[field, options] as const] : []
})

type Look = Partial<SiteConfiguration['appearance']>

/** Name → what it sets in `appearance`. */
export const LAYOUTS: Readonly<Record<string, Look>> = Object.fromEntries(
  PLACES.reduce<[string, Look][]>(
    (looks, [field, options]) =>
      looks.flatMap(([name, look]) =>
        options.map((option): [string, Look] => [`${name} ${option}`.trim(), { ...look, [field]: option }]),
      ),
    [['', {}]],
  ),
)

export const SCREENS = {
  '1280 x 800': { viewport: { width: 1280, height: 800 } },
  '360 x 640': { viewport: { width: 360, height: 640 }, hasTouch: true },
  '320 x 568': { viewport: { width: 320, height: 568 } },
  // What a page sees of 1280 x 800 at 400 percent.
  '400 % zoom': { viewport: { width: 320, height: 200 }, deviceScaleFactor: 4 },
} satisfies Record<string, BrowserContextOptions>

export const COLOURS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
} satisfies Record<string, BrowserContextOptions>

const names = <Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] =>
  Object.keys(record) as Name[]

/** Arabic is written from right to left. */
export const FACTORS = {
  layout: names(LAYOUTS),
  screen: names(SCREENS),
  language: ['en', 'de', 'ar'] as readonly WidgetLanguage[],
  colours: names(COLOURS),
  motion: ['no-preference', 'reduce'],
  /** Global Privacy Control makes the banner longer. */
  signal: [false, true],
  /** The loader comes after the banner, which has to stand on its own until then. */
  loader: ['at once', 'late'],
} as const
export const FULL_FACTORS = { ...FACTORS, language: WIDGET_LANGUAGES } as const

export type Visit = Row<typeof FULL_FACTORS>

export const VISITS: readonly Visit[] = pairwise(FACTORS)
export const ALL_VISITS: readonly Visit[] = pairwise(FULL_FACTORS)

export const sayVisit = ({ layout, screen, language, colours, motion, signal, loader }: Visit): string =>
  [
    layout,
    screen,
    language,
    colours,
    ...(motion === 'reduce' ? ['reduced motion'] : []),
    ...(signal ? ['opt-out signal'] : []),
    ...(loader === 'late' ? ['loader late'] : []),
  ].join(', ')
