import { EXIT, type Command } from './command.ts'
import { checkSiteFile } from './site-file.ts'
import { builtFrom } from '../inventory/built.ts'
import type { Fault } from '../../shared/schemas/loose-site.ts'
import type { Terminal } from './terminal.ts'
import { DIST } from './version.ts'

export const siteCheck: Command = {
  usage: 'site check <file> [--json]',
  summary: 'Names every fault of a configuration, and changes nothing.',
  help: `
  --json   answers as JSON: {"ok": …, "faults": [{"path", "message"}]}

Example:
  assent site check my-site.json

Exit codes: 0 it may be published, 1 it has faults, 2 the command was not understood.`,
  options: { json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal }) {
    const check = checkSiteFile(file, await builtFrom(DIST))
    const faults = check.ok ? [] : check.faults
    if (flags['json'] === true) terminal.out(JSON.stringify({ ok: check.ok, faults }, null, 2))
    else if (check.ok)
      terminal.out(
        `${file}: ${terminal.paint('good', 'no faults')}; publish it with "assent site publish ${file}".`,
      )
    else printFaults(terminal, file, faults)
    return check.ok ? EXIT.ok : EXIT.findings
  },
}

export function printFaults(terminal: Terminal, file: string, faults: readonly Fault[]): void {
  terminal.out(
    `${file}: ${terminal.paint('bad', `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`)}`,
  )
  for (const { path, message } of faults)
    terminal.out(`  ${terminal.paint('strong', path || '(the file)')} ${message}`)
}
