import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { textOn, visibleOn } from './colour.ts'

type Appearance = SiteConfiguration['appearance']

const SURFACES = {
  light: {
    panel: '#ffffff',
    soft: '#f4f5f7',
    ink: '#14171f',
    muted: '#4b5261',
    line: '#ccd1db',
    edge: '#747b8a',
    wrong: '#b3261e',
  },
  dark: {
    panel: '#191b21',
    soft: '#23262e',
    ink: '#f3f4f6',
    muted: '#b4bac6',
    line: '#444a57',
    edge: '#8d94a3',
    wrong: '#ffb4ab',
  },
} as const

export const CORNERS = {
  square: { corner: '0', button: '0' },
  soft: { corner: '12px', button: '8px' },
  round: { corner: '24px', button: '99px' },
} as const

/** Small on a small screen, and when 400 % of zoom leaves but a slit of it. */
const SPACE = { gap: 'min(16px,2.5vw,2.5vh)', pad: 'min(1.25em,5vw,4vh)' } as const

const AT_START = '0;margin-inline-end:auto'
const AT_END = '0;margin-inline-start:auto'
/** With both sides fixed, the margins that give way say where it stands. */
const PLACES = {
  bottom: { margin: '0 auto', width: '72em', opposite: AT_END },
  'bottom-start': { margin: AT_START, width: '28em', opposite: AT_END },
  'bottom-end': { margin: AT_END, width: '28em', opposite: AT_START },
} as const

/**
 * A view's style sheet for one site.
 * Every declaration becomes `!important` where it is added, inside one layer: such rules win over whatever the page's own
 * sheets say, whatever their specificity, and cannot reach anything outside `root`. The whole is a single rule, for `insertRule`.
 */
export function styles(source: string, root: string, appearance: Appearance): string {
  const { corner, position } = appearance
  const constants: Readonly<Record<string, string>> = { ...SPACE, ...CORNERS[corner], ...PLACES[position] }
  const css = source.replace(/var\(--assent-(\w+)\)/g, (place, name: string) => constants[name] ?? place)
  const used = new Set(Array.from(css.matchAll(/--assent-(\w+)/g), ([, name]) => name))
  // After the view's own rules: `all` would take the colour scheme back.
  const whole = minify(css + theme(root, appearance, used))
  // Every visitor pays for the names: their first letters differ, and tell enough.
  return `@layer assent{${whole.replace(/(--assent-\w)\w+/g, '$1')}}`
}

function theme(root: string, { accent, scheme }: Appearance, used: ReadonlySet<string | undefined>): string {
  const declare = (of: 'light' | 'dark', unlike: Readonly<Record<string, string>> = {}): string =>
    Object.entries(colours(of, accent))
      .filter(([name, value]) => used.has(name) && unlike[name] !== value)
      .map(([name, value]) => `--assent-${name}:${value}`)
      .join(';')
  if (scheme !== 'auto') return `${root}{color-scheme:${scheme};${declare(scheme)}}`
  const dark = declare('dark', colours('light', accent))
  return (
    `${root}{color-scheme:light dark;${declare('light')}}` +
    (dark && `@media (prefers-color-scheme:dark){${root}{${dark}}}`)
  )
}

function colours(scheme: 'light' | 'dark', accent: string): Record<string, string> {
  const surfaces = SURFACES[scheme]
  const fill = visibleOn(accent, [surfaces.panel, surfaces.soft])
  return { ...surfaces, fill, on: textOn(fill) }
}

/** Blanks before a colon stay: `.a :focus` is not `.a:focus`. Every declaration ends in a semicolon. */
const minify = (css: string): string =>
  css
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>~+]) ?(?![^(]*\))/g, '$1')
    .replace(/([{;][\w-]+): /g, '$1:')
    .replace(/\b0\./g, '.')
    .replace(/#(\w)\1(\w)\2(\w)\3\b/g, '#$1$2$3')
    .replace(/='([\w-]+)'\]/g, '=$1]')
    .replace(/([^;{}])\}/g, '$1;}')
    .trim()
