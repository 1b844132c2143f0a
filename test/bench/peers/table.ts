import type { Measures } from './measure.ts'

const COLUMNS: readonly (readonly [
  title: string,
  of: (m: Measures) => number | undefined,
  digits?: number,
])[] = [
  ['first B', m => m.firstBytes],
  ['return B', m => m.returningBytes],
  ['paint', m => m.firstPaint],
  ['banner', m => m.banner],
  ['script', m => m.script, 1],
  ['blocking', m => m.blocking],
  ['shift', m => m.shift, 3],
  ['is LCP', m => m.isLargest],
  ['heap KB', m => m.heap],
  ['accept', m => m.nextPaint],
  ['gone', m => m.gone],
  ['return paint', m => m.returningPaint],
  ['return script', m => m.returningScript, 1],
  ['shown again', m => m.isShownAgain],
]

const OVER_EMPTY = ['script', 'heap KB', 'return script']

/** A line for each candidate; script and heap over the empty page. `own`: our bytes, which come from a host of their own. */
export function table(
  results: ReadonlyMap<string, readonly Measures[]>,
  own: { readonly first: number; readonly returning: number },
  withSpread: boolean,
): string[] {
  const width = withSpread ? 24 : 14
  const empty = results.get('(empty page)')
  const lines = [['candidate'.padEnd(25), ...COLUMNS.map(([title]) => title.padStart(width))].join('')]
  for (const [name, all] of results) {
    const cells = COLUMNS.map(([title, of, digits = 0]) => {
      let found = all.flatMap(m => of(m) ?? [])
      if (name === 'assent' && title === 'first B') found = [own.first]
      if (name === 'assent' && title === 'return B') found = [own.returning]
      // What measures costs script and heap itself.
      if (empty && OVER_EMPTY.includes(title)) {
        const base = median(empty.flatMap(m => of(m) ?? []))
        found = found.map(value => value - base)
      }
      if (found.length === 0) return '-'.padStart(width)
      const middle = median(found).toFixed(digits)
      const spread = ` (${Math.min(...found).toFixed(digits)}-${Math.max(...found).toFixed(digits)})`
      return (withSpread ? middle + spread : middle).padStart(width)
    })
    lines.push([name.padEnd(25), ...cells].join(''))
  }
  return lines
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
