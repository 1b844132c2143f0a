import { EXPORT_FORMAT } from '../ledger/export.ts'
import {
  BadExport,
  readExport,
  readKept,
  type ExportRecord,
  type ExportTrust,
  type WholeExport,
} from '../ledger/read-export.ts'
import { CommandError, EXIT } from './command.ts'
import { linesIn } from './lines.ts'
import { readText } from './site-file.ts'
import type { Terminal } from './terminal.ts'
import { printable, readKeys } from './verify-receipt.ts'

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
  trust: ExportTrust,
  terminal: Terminal,
  see: (record: ExportRecord) => void = () => {},
): WholeExport {
  const records = readExport(linesIn(file), trust)
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

export interface ExportCheck {
  readonly file: string
  /** As of a receipt. */
  readonly key?: string
  /** File of a checkpoint that was kept from an earlier day. */
  readonly checkpoint?: string
  readonly json: boolean
}

/** Checks an export with nothing but itself and what the reader kept, and says what it proves. */
export function checkExport({ file, key, checkpoint, json }: ExportCheck, terminal: Terminal): number {
  const types: Record<string, number> = {}
  const trust = {
    ...(key !== undefined && { keys: readKeys(key) }),
    ...(checkpoint !== undefined && { kept: readKeptFile(checkpoint) }),
  }
  try {
    const whole = wholeExport(file, trust, terminal, record => {
      if (record.kind === 'entry') types[record.entry.type] = (types[record.entry.type] ?? 0) + 1
    })
    const { header, vkey, texts } = whole
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
            ...(whole.extends !== undefined && { extends: whole.extends }),
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
        ...(whole.extends === undefined
          ? []
          : [`  Extends:  the ${whole.extends} entries of ${checkpoint}, unchanged`]),
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

function readKeptFile(file: string) {
  const kept = readKept(readText(file))
  if (!kept)
    throw new CommandError(
      `${file} is no checkpoint as GET /log/<site>/checkpoint answers it: name the file you kept.`,
      EXIT.usage,
    )
  return kept
}

export const whereAndWhy = ({ line, index, message }: BadExport): string =>
  `line ${line}${index === undefined ? '' : `, index ${index}`}: ${message}`
