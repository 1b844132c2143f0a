/** What may differ from one visit to the next: a name, and the values it can have. */
export type Factors = Readonly<Record<string, readonly unknown[]>>
/** One value of each. */
export type Row<Given extends Factors> = { readonly [Name in keyof Given]: Given[Name][number] }

type Cell = readonly [factor: number, value: number]
const nameOf = ([a, x]: Cell, [b, y]: Cell): string => (a < b ? `${a}:${x} ${b}:${y}` : `${b}:${y} ${a}:${x}`)

/** Every two values of two different factors. */
function pairsOf(sizes: readonly number[]): Map<string, readonly [Cell, Cell]> {
  const pairs = new Map<string, readonly [Cell, Cell]>()
  sizes.forEach((size, a) => {
    for (let b = a + 1; b < sizes.length; b++)
      for (let x = 0; x < size; x++)
        for (let y = 0; y < sizes[b]!; y++)
          pairs.set(nameOf([a, x], [b, y]), [
            [a, x],
            [b, y],
          ])
  })
  return pairs
}

/**
 * A few rows in which every two values of two factors meet at least once: most faults of a layout need two causes, few need
 * three. Greedy and without chance: a row begins with a pair that has not met yet, and each further value is the one that meets
 * most that it has not met. Then the one that was used least, or the rest of a row would always be the same.
 */
export function pairwise<const Given extends Factors>(factors: Given): Row<Given>[] {
  const names = Object.keys(factors)
  const sizes = names.map(name => factors[name]!.length)
  const missing = pairsOf(sizes)
  const used = sizes.map(size => Array.from({ length: size }, () => 0))
  const rows: Row<Given>[] = []
  for (let next = first(missing); next; next = first(missing)) {
    const row: Cell[] = [...next]
    for (const factor of sizes.keys())
      if (!row.some(([taken]) => taken === factor)) row.push(best(factor, row))
    row.forEach((cell, i) => row.slice(i + 1).forEach(other => missing.delete(nameOf(cell, other))))
    for (const [factor, value] of row) used[factor]![value]!++
    rows.push(
      Object.fromEntries(
        row.map(([factor, value]) => [names[factor]!, factors[names[factor]!]![value]]),
      ) as Row<Given>,
    )
  }
  return rows

  function best(factor: number, row: readonly Cell[]): Cell {
    const cells = Array.from({ length: sizes[factor]! }, (_, value): Cell => [factor, value])
    const worth = (cell: Cell): number => row.filter(other => missing.has(nameOf(cell, other))).length
    const uses = ([, value]: Cell): number => used[factor]![value]!
    return cells.toSorted((a, b) => worth(b) - worth(a) || uses(a) - uses(b))[0]!
  }
}

const first = <Value>(map: ReadonlyMap<unknown, Value>): Value | undefined => map.values().next().value
