import { svg } from './element.ts'

const drawing = (name: string, width: number, ...shapes: SVGElement[]): SVGElement =>
  svg(
    'svg',
    {
      class: `drawing ${name}`,
      viewBox: `0 0 ${width} 64`,
      width: `${width}`,
      height: '64',
      'aria-hidden': 'true',
    },
    ...shapes,
  )

const line = (d: string, name?: string): SVGElement => svg('path', { d, class: name })
const dot = (x: number, y: number, name: string, r = 4): SVGElement =>
  svg('circle', { cx: `${x}`, cy: `${y}`, r: `${r}`, class: name })

/** A receipt: paper with a torn edge. */
export const paper = (): SVGElement =>
  drawing(
    'paper',
    64,
    line('M16 6h32v50l-5.3-4-5.4 4-5.3-4-5.3 4-5.4-4-5.3 4z', 'sheet'),
    line('M23 18h18M23 26h18M23 34h11'),
    line('M36 40l3.5 3.5 6-7', 'accent'),
  )

const LEAVES = 4
const LEVELS = 3

/** A small tree of four leaves, the way from one of them to the top lit up. `at`: where the leaf stands among all, from 0 to 1. */
export function tree(at: number): SVGElement {
  const leaf = Math.min(LEAVES - 1, Math.max(0, Math.floor(at * LEAVES)))
  const x = (level: number, n: number): number => 8 + (n + 0.5) * 2 ** level * 20
  const y = (level: number): number => 54 - level * 22
  const places = Array.from({ length: LEVELS }, (_, level) =>
    Array.from({ length: LEAVES / 2 ** level }, (_, n) => ({ level, n, isOwn: n === leaf >> level })),
  ).flat()
  return drawing(
    'tree',
    96,
    ...places
      .filter(({ level }) => level < LEVELS - 1)
      .map(({ level, n, isOwn }) =>
        line(`M${x(level, n)} ${y(level)}L${x(level + 1, n >> 1)} ${y(level + 1)}`, isOwn ? 'lit' : 'branch'),
      ),
    ...places.map(({ level, n, isOwn }) => {
      const isBeside = level < LEVELS - 1 && n === ((leaf >> level) ^ 1)
      return dot(x(level, n), y(level), isOwn ? 'lit' : isBeside ? 'beside' : 'node', isOwn ? 7 : 5.5)
    }),
  )
}

/** A seal with its ribbons. */
export const seal = (): SVGElement =>
  drawing(
    'seal',
    64,
    line('M24 40l-6 18 8-3 6 6 6-6 8 3-6-18', 'ribbon'),
    svg('circle', { cx: '32', cy: '26', r: '20', class: 'sheet' }),
    svg('circle', { cx: '32', cy: '26', r: '13.5', class: 'ring' }),
    line('M25.5 26.5l4.5 4.5 9-10', 'accent'),
  )

/** Somebody who looks on. */
export const eye = (): SVGElement =>
  drawing(
    'eye',
    64,
    line('M6 32s9-17 26-17 26 17 26 17-9 17-26 17S6 32 6 32z', 'sheet'),
    svg('circle', { cx: '32', cy: '32', r: '9', class: 'ring' }),
    svg('circle', { cx: '32', cy: '32', r: '3.5', class: 'pupil' }),
  )

export const tick = (): SVGElement => drawing('mark', 64, line('M16 33l11 11 21-23'))
export const cross = (): SVGElement => drawing('mark', 64, line('M20 20l24 24M44 20L20 44'))
