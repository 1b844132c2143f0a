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

/** The colour itself, or the nearest to it towards black or white that stands out from all of `surfaces` by 3:1 (WCAG 1.4.11). */
export function visibleOn(colour: string, surfaces: readonly string[]): string {
  const towards = luminance(parse(surfaces[0]!)) > 0.4 ? 0 : 255
  for (let step = 0; step <= 100; step++) {
    const mixed = write(parse(colour).map(part => part + ((towards - part) * step) / 100) as unknown as Rgb)
    if (surfaces.every(surface => contrast(mixed, surface) >= 3)) return mixed
  }
  throw new Error(`no shade of ${colour} stands out from ${surfaces.join(' and ')}`)
}
