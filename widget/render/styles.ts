import { layoutOf, type Appearance } from '../../shared/domain/appearance.ts'
import { paletteOf, type Palette, type Scheme } from '../../shared/domain/palette.ts'

const CORNERS = {
  square: { corner: '0', button: '0' },
  soft: { corner: '12px', button: '8px' },
  round: { corner: '24px', button: '99px' },
} as const

export const cornersOf = ({
  corner,
  theme: { radius } = {},
}: Appearance): { corner: string; button: string } =>
  radius === undefined
    ? CORNERS[corner]
    : { corner: `${radius}px`, button: `${Math.round((radius * 2) / 3)}px` }

/** Under a box on the page, and under a dialog over it. */
const SHADOWS = {
  none: { shadow: 'none', lift: 'none' },
  soft: { shadow: '0 8px 32px #0003', lift: '0 1em 4em #0006' },
  deep: { shadow: '0 12px 48px #0006', lift: '0 1em 5em #000a' },
} as const

/** The first layer has the reader's own colours, where the owner names none: those need no word of ours. */
const READERS = { paper: 'Canvas', words: 'CanvasText', rim: '#8888', hold: '#888' } as const
const THEMED = {
  paper: 'var(--assent-panel)',
  words: 'var(--assent-ink)',
  rim: 'var(--assent-line)',
  hold: 'var(--assent-edge)',
} as const

/** Small on a small screen, and when 400 % of zoom leaves but a slit of it. */
const SPACE = { gap: 'min(16px,2.5vw,2.5vh)', pad: 'min(1.25em,5vw,4vh)' } as const

const AT_START = '0;margin-inline-end:auto'
const AT_END = '0;margin-inline-start:auto'
/** With both sides fixed, the margins that give way say where a box stands; `opposite` is where the control is not. */
const PLACES = {
  bottom: { margin: '0 auto', opposite: AT_END },
  'bottom-start': { margin: AT_START, opposite: AT_END },
  'bottom-end': { margin: AT_END, opposite: AT_START },
} as const

const measures = (appearance: Appearance): Readonly<Record<string, string>> => ({
  ...SPACE,
  ...cornersOf(appearance),
  ...SHADOWS[appearance.theme?.shadow ?? 'soft'],
  ...(isColoured(appearance) ? THEMED : READERS),
  ...PLACES[appearance.position],
  ...(layoutOf(appearance) === 'box' ? { width: '28em' } : { margin: '0 auto', width: '72em' }),
})

/** The owner names colours, so the reader's own are not drawn. */
export const isColoured = ({ theme }: Appearance): boolean =>
  theme?.light !== undefined || theme?.dark !== undefined

/**
 * A view's style sheet for one site.
 * Every declaration becomes `!important` where it is added, inside one layer: such rules win over whatever the page's own
 * sheets say, whatever their specificity, and cannot reach anything outside `root`. The whole is a single rule, for `insertRule`.
 */
export function styles(source: string, root: string, appearance: Appearance): string {
  const constants = measures(appearance)
  const css = source.replace(/var\(--assent-(\w+)\)/g, (place, name: string) => constants[name] ?? place)
  const used = new Set(Array.from(css.matchAll(/--assent-(\w+)/g), ([, name]) => name))
  // After the view's own rules: `all` would take the colour scheme back.
  const whole = minify(css + theme(root, appearance, used))
  // Every visitor pays for the names: their first letters differ, and tell enough.
  return `@layer assent{${fonts(whole, root, appearance).replace(/(--assent-\w)\w+/g, '$1')}}`
}

function theme(root: string, appearance: Appearance, used: ReadonlySet<string | undefined>): string {
  const { scheme } = appearance
  const declare = (of: Scheme, unlike?: Palette): string =>
    Object.entries(paletteOf(appearance, of))
      .filter(([name, value]) => used.has(name) && unlike?.[name as keyof Palette] !== value)
      .map(([name, value]) => `--assent-${name}:${value}`)
      .join(';')
  if (scheme !== 'auto') return `${root}{color-scheme:${scheme};${declare(scheme)}}`
  const dark = declare('dark', paletteOf(appearance, 'light'))
  return (
    `${root}{color-scheme:light dark;${declare('light')}}` +
    (dark && `@media (prefers-color-scheme:dark){${root}{${dark}}}`)
  )
}

/** What a text is set in. A page of ours stands in no page whose font it could take. */
function fonts(css: string, root: string, { theme: { font, fontSize = 16 } = {} }: Appearance): string {
  const size = `${fontSize / 16}em`
  const isPages = font === 'page' && root !== ':root'
  const set = css.replace(/font:1em\/([\d.]+) system-ui,sans-serif/g, (_, height: string) =>
    isPages
      ? `font-size:${size};line-height:${height};font-family:inherit`
      : `font:${size}/${height} system-ui,sans-serif`,
  )
  return isPages ? `${set}${root}{font-family:inherit;}` : set
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
