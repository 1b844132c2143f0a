/** Of a key, the first row that has it: this one, or an earlier one. */
export type FirstRows = (key: string | number, row: number) => number

/** A larger Map holds everybody up while it grows, and none has room for more than 16.7 million. */
const LARGEST = 1_000_000

/** Remembers every key of a list, however many there are; `largest` of them in each Map. */
export function firstRows(largest = LARGEST): FirstRows {
  let newest = new Map<string | number, number>()
  const maps = [newest]
  return (key, row) => {
    for (const map of maps) {
      const first = map.get(key)
      if (first !== undefined) return first
    }
    if (newest.size >= largest) maps.push((newest = new Map()))
    newest.set(key, row)
    return row
  }
}
