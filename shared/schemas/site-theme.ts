import type { ThemeColours } from '../domain/appearance.ts'
import { contrast, textOn } from '../domain/colour.ts'
import { paletteOf, SCHEMES, type Palette, type Scheme } from '../domain/palette.ts'
import { isObject, type Fault, type LooseSite } from './loose-site.ts'

/** Each token as it is drawn, and what it needs to what is under it (WCAG 2.2, 1.4.3 and 1.4.11). */
const NEEDS = [
  { token: 'text', drawn: 'ink', ratio: 4.5, what: 'text' },
  { token: 'muted', drawn: 'muted', ratio: 4.5, what: 'text' },
  { token: 'border', drawn: 'edge', ratio: 3, what: 'the edge of a control' },
  { token: 'accent', drawn: 'fill', ratio: 3, what: 'a control' },
] as const satisfies readonly {
  readonly token: keyof ThemeColours
  readonly drawn: keyof Palette
  readonly ratio: number
  readonly what: string
}[]

const HEX = /^#[0-9a-f]{6}$/i
const isColour = (value: unknown): value is string => typeof value === 'string' && HEX.test(value)

/** A theme that somebody could not read is no theme: every fault names its token and the ratio that was measured. */
export function themeFaults({ appearance }: LooseSite): Fault[] {
  const { accent, theme } = appearance ?? {}
  if (!isObject(theme)) return []
  return SCHEMES.flatMap(scheme => {
    const colours = theme[scheme]
    // What is no colour has a fault of its own.
    return isObject(colours) && Object.values(colours).every(isColour)
      ? schemeFaults(scheme, isColour(accent) ? accent : '#000000', colours as ThemeColours)
      : []
  })
}

function schemeFaults(scheme: Scheme, accent: string, own: ThemeColours): Fault[] {
  const palette = paletteOf({ accent, theme: { [scheme]: own } }, scheme)
  const way = textOn(palette.panel) === '#ffffff' ? 'lighter' : 'darker'
  return NEEDS.flatMap(({ token, drawn, ratio, what }) => {
    const colour = palette[drawn]
    const [worst, on] = worstOf(colour, palette)
    if (worst >= ratio) return []
    const measured = `${cut(worst)}:1 to ${on}, and ${what} needs ${ratio}:1`
    // Where the owner names none it is ours, and their background does not go with it.
    return own[token] === undefined
      ? [
          {
            path: `appearance.theme.${scheme}.background`,
            message: `leaves our "${token}" (${colour}) ${measured}: name a ${way} "${token}"`,
          },
        ]
      : [
          {
            path: `appearance.theme.${scheme}.${token}`,
            message: `${colour} has ${measured}: make it ${way}`,
          },
        ]
  })
}

function worstOf(colour: string, { panel, soft }: Palette): readonly [ratio: number, on: string] {
  const [onPanel, onSoft] = [contrast(colour, panel), contrast(colour, soft)]
  return onSoft < onPanel
    ? [onSoft, `the soft surface on the background (${soft})`]
    : [onPanel, `the background (${panel})`]
}

/** Never rounded up to what it does not reach. */
const cut = (ratio: number): string => (Math.floor(ratio * 100) / 100).toFixed(2)
