/** Rows under a head, each column as wide as its widest cell; two blanks between. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, n) => Math.max(...[title, ...rows.map(row => row[n]!)].map(c => c.length)))
  return [head, ...rows].map(row =>
    row
      .map((cell, n) => cell.padEnd(widths[n]!))
      .join('  ')
      .trimEnd(),
  )
}
