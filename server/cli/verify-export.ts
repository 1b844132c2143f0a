import { EXPORT_FORMAT } from '../ledger/export.ts'
import { BadExport, readExport, type ExportRecord, type WholeExport } from '../ledger/read-export.ts'
import { EXIT } from './command.ts'
import { linesIn } from './lines.ts'
import type { Terminal } from './terminal.ts'
import { printable, type ReceiptCheck } from './verify-receipt.ts'

/** An export says so in its first line. */
export function isExport(file: string): boolean {
  const lines = linesIn(file)
  const first = lines.next().value
  lines.return()
  return first !== undefined && Buffer.from(first).includes(`"format":"${EXPORT_FORMAT}"`)
}

/** Reads a whole export, with progress; answers what its end says. Throws `BadExport`. */
export function wholeExport(
  file: string,
  key: string | undefined,
  terminal: Terminal,
  see: (record: ExportRecord) => void = () => {},
): WholeExport {
  const records = readExport(linesIn(file), key)
  for (;;) {
    const step = records.next()
    if (step.done) {
      terminal.progress('')
      return step.value
    }
    const record = step.value
    see(record)
    if (record.kind === 'entry' && record.index % 1_000 === 0)
      terminal.progress(`${file}: ${record.index} entries checked`)
  }
}

/** Checks an export with nothing but itself, and says what it proves. */
export function checkExport(
  { file, key, json }: Omit<ReceiptCheck, 'witnesses'>,
  terminal: Terminal,
): number {
  const types: Record<string, number> = {}
  try {
    const { header, vkey, texts } = wholeExport(file, key, terminal, record => {
      if (record.kind === 'entry') types[record.entry.type] = (types[record.entry.type] ?? 0) + 1
    })
    const { site, origin, size, exportedAt } = header
    if (json)
      terminal.out(
        JSON.stringify(
          {
            ok: true,
            site,
            origin,
            entries: size,
            types,
            texts,
            exportedAt,
            vkey,
            pinned: key !== undefined,
          },
          null,
          2,
        ),
      )
    else {
      const lines = [
        `  Log:      "${origin}", of the site "${site}"`,
        `  Entries:  ${size}, every one as it was signed (${Object.entries(types)
          .map(([type, count]) => `${count} ${type}`)
          .join(', ')})`,
        `  Texts:    ${header.texts ? `${texts}, each as its hash says` : 'none in it: export with --texts'}`,
        `  Signed:   by ${vkey}`,
        '',
        key === undefined
          ? `Nobody changed it since that key signed it. Whether the key is the site's own, a file cannot say of itself: compare it with GET /log/${site}/vkey, or pass it with --key.`
          : 'The key is the one you trust.',
      ]
      terminal.out([terminal.paint('good', 'This export holds.'), ...lines.map(printable)].join('\n'))
    }
    return EXIT.ok
  } catch (fault) {
    if (!(fault instanceof BadExport)) throw fault
    const { line, index, message: detail } = fault
    if (json) terminal.out(JSON.stringify({ ok: false, line, index, detail }, null, 2))
    else terminal.out(`${file}: ${terminal.paint('bad', 'does not hold')}, ${printable(whereAndWhy(fault))}`)
    return EXIT.findings
  }
}

export const whereAndWhy = ({ line, index, message }: BadExport): string =>
  `line ${line}${index === undefined ? '' : `, index ${index}`}: ${message}`
