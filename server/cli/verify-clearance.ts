import { existsSync } from 'node:fs'
import type { Clearance } from '../../shared/domain/clearance.ts'
import { verifyClearance } from '../marketing/lists/clearance.ts'
import { hashOf } from './check-history.ts'
import { CommandError, EXIT, textFlag, type Command } from './command.ts'
import { timeText } from './moments.ts'
import { readText } from './site-file.ts'
import { printable } from './verify-receipt.ts'

export const verifyClearanceFile: Command = {
  usage: 'verify clearance <file> --key <vkey or file> [--list <file>] [--at <time>] [--json]',
  summary: 'Checks offline that a list was cleared: by whose key, for what, and until when.',
  help: `
The file is what "assent check --clearance" wrote, or JSON with a member "clearance", as the summary of
POST /v1/sites/<site>/checks has one. Nothing else is needed: no server, no data folder.

  --key <vkey or file>  the site's verifier key, as GET /log/<site>/vkey gave it to you earlier; or a file with it, or with
                        the answer of GET /log/<site>/keys
  --list <file>         the list it has to be about, as it was sent, or the very rows that came back; or their SHA-256
  --at <time>           the moment it has to be valid at; now when left out
  --json                answers as JSON

Example:
  assent verify clearance clearance.txt --key "consent.example/shop+5bd8a2c1+AQ..." --list sendable.csv

Exit codes: 0 it holds, 1 it does not, 2 the command was not understood.`,
  options: {
    key: { type: 'string' },
    list: { type: 'string' },
    at: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal }) {
    const [key, list, at] = ['key', 'list', 'at'].map(name => textFlag(flags[name]))
    if (key === undefined)
      throw new CommandError(
        `Write "assent ${verifyClearanceFile.usage}": whose key it has to be, only you can say.`,
        EXIT.usage,
      )
    const now = at === undefined ? Date.now() : Date.parse(at)
    if (Number.isNaN(now))
      throw new CommandError('--at takes a time with its zone, such as 2026-11-28T18:00:00Z.', EXIT.usage)
    const verdict = verifyClearance(noteIn(readText(file)), {
      keys: existsSync(key) ? readText(key) : key,
      now,
      ...(list !== undefined && { list: await hashOf(list) }),
    })
    if (flags['json'] === true) terminal.out(JSON.stringify(verdict, null, 2))
    else if (verdict.ok)
      for (const line of [
        terminal.paint('good', 'This clearance holds.'),
        ...linesOf(verdict.clearance, list),
      ])
        terminal.out(line)
    else
      terminal.out(
        `${file}: ${terminal.paint('bad', 'does not hold')} (${verdict.reason}): ${printable(verdict.detail)}`,
      )
    return verdict.ok ? EXIT.ok : EXIT.findings
  },
}

/** The note itself, or the one in a summary. */
function noteIn(text: string): string {
  if (!text.trimStart().startsWith('{')) return text
  try {
    const json = JSON.parse(text) as { clearance?: unknown; summary?: { clearance?: unknown } }
    const note = json.clearance ?? json.summary?.clearance
    if (typeof note === 'string') return note
  } catch {
    // Told as what it is not.
  }
  throw new CommandError('The file is neither a clearance nor a summary with one.', EXIT.usage)
}

function linesOf(c: Clearance, list: string | undefined): string[] {
  const { send, hold, block } = c.decisions
  return [
    `  List:     ${c.list}${list === undefined ? '; whether it is yours, --list tells' : ', which is yours'}`,
    ...(c.answer === undefined ? [] : [`  Answer:   ${c.answer}`]),
    `  For:      ${c.program} by ${c.channel}${c.seller === undefined ? '' : `, sent by ${c.seller}`}${c.sender === undefined ? '' : `, from ${c.sender}`}`,
    ...(c.sendAt === undefined ? [] : [`  To leave: at ${timeText(c.sendAt)}`]),
    `  Came to:  ${c.rows} rows: ${send} send, ${hold} hold, ${block} block`,
    `  Checked:  ${timeText(c.checkedAt)}, against ${c.against.size} entries of the log "${c.log}"`,
    `  Valid:    until ${timeText(c.validUntil)}`,
    `  By:       configuration ${c.configuration}, rules ${c.rules}`,
    `  Entry:    ${c.entry.index}, receipt ${c.entry.id}`,
  ].map(printable)
}
