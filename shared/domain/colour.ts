/** sRGB as three numbers from 0 to 255. */
type Rgb = readonly [number, number, number]

const parse = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

const write = (rgb: Rgb): string =>
  `#${rgb.map(part => Math.round(part).toString(16).padStart(2, '0')).join('')}`

/** Relative luminance (WCAG 2.2). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map(part => {
    const c = part / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio of two `#rrggbb` colours (WCAG 2.2), 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Black or white, whichever reads better; the better one always reaches 4.5:1. */
export const textOn = (fill: string): string =>
  contrast(fill, '#ffffff') >= contrast(fill, '#000000') ? '#ffffff' : '#000000'

/** `share`, 0 to 1, of the second colour in the first. */
export function mixed(colour: string, other: string, share: number): string {
  const into = parse(other)
  return write(parse(colour).map((part, i) => part + (into[i]! - part) * share) as unknown as Rgb)
}

/** The colour itself, or the nearest to it towards black or white that stands out from all of `surfaces` by `ratio`; there may be none. */
export function shadeOn(colour: string, surfaces: readonly string[], ratio: number): string | undefined {
  const end = textOn(surfaces[0]!)
  for (let step = 0; step <= 100; step++) {
    const shade = mixed(colour, end, step / 100)
    if (surfaces.every(surface => contrast(shade, surface) >= ratio)) return shade
  }
  return undefined
}

/** The same by 3:1, as what can be used has to (WCAG 1.4.11). */
export function visibleOn(colour: string, surfaces: readonly string[]): string {
  const shade = shadeOn(colour, surfaces, 3)
  if (!shade) throw new Error(`no shade of ${colour} stands out from ${surfaces.join(' and ')}`)
  return shade
}
