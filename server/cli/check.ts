import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CHECK_MODES, isCheckMode, type CheckSummary } from '../../shared/domain/check.ts'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { CHANNELS, isChannel, type Channel } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { checkCsv, type CheckedCsv, type CsvQuestion } from '../marketing/lists/check-csv.ts'
import { BadList } from '../marketing/lists/bad-list.ts'
import type { AskedSite } from '../marketing/status.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import type { Terminal } from './terminal.ts'

export const check: Command = {
  usage: 'check <list.csv> --site <key> --channel <channel> --program <id> [--mode <mode>] [--out <file>]',
  summary: 'Says of every address of a list whether it may be written to; beside a running server too.',
  help: `
  --site <key>         the site whose program it is
  --channel <channel>  email or sms
  --program <id>       id of a program of the site
  --mode <mode>        filter: only the rows that may be written to, as they are (default); annotate: every row, with its
                       answer in front; count: how many
  --column <name>      the column with the addresses, by its name or its number from 1; found by itself when left out
  --out <file>         writes the rows there instead; an existing file is left as it is
  --json               what the list came to as JSON, instead of in words
${DATA_HELP}

The list may have commas, semicolons, tabs or bars, come in UTF-8, UTF-16 or Windows-1252, and begin with names or not.
The rows go to standard output, what they came to to standard error. A number that a spreadsheet has changed is refused
and never guessed. The answers are of this moment: ask shortly before you send.

Examples:
  assent check list.csv --site shop --channel sms --program news > sendable.csv
  assent check list.csv --site shop --channel sms --program news --mode annotate --out answers.csv

Exit codes: 0 the list was answered, 1 it could not be, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    channel: { type: 'string' },
    program: { type: 'string' },
    mode: { type: 'string', default: 'filter' },
    column: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const [channel, program, mode, column] = ['channel', 'program', 'mode', 'column'].map(f =>
      textFlag(flags[f]),
    )
    const [key, out] = [textFlag(flags['site']), textFlag(flags['out'])]
    if (key === undefined || !isChannel(channel) || program === undefined || !isCheckMode(mode))
      throw new CommandError(
        `Write "assent ${check.usage}", with ${CHANNELS.join(' or ')} as the channel and ${CHECK_MODES.join(', ')} as the mode.`,
        EXIT.usage,
      )
    if (out !== undefined && existsSync(out))
      throw new CommandError(`${out} is there already: move it, or name another file.`)
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const site = askedSite(sitesIn(data.ledger.store)(key), key, channel, program)
      const question = { channel, program, mode, ...(column !== undefined && { column }) }
      const list = await beginList(file, terminal, bytes =>
        checkCsv(data.ledger, site, question satisfies CsvQuestion, bytes),
      )
      await writeRows(list, terminal, out)
      terminal.progress('')
      const summary = list.summary()
      if (flags['json'] === true) terminal.err(JSON.stringify(summary, null, 2))
      else for (const line of summaryLines(summary, terminal)) terminal.err(line)
      return EXIT.ok
    } catch (cause) {
      if (cause instanceof BadList) throw new CommandError(`${file}: ${cause.message}.`)
      throw cause
    } finally {
      await data.close()
    }
  },
}

function askedSite(site: AskedSite | undefined, key: string, channel: Channel, program: string): AskedSite {
  if (!site) throw new CommandError(`There is no site "${key}": "assent site list" names those there are.`)
  const { programs } = site.configuration
  const known = programs.find(({ id }) => id === program)
  if (!known)
    throw new CommandError(
      `"${key}" has no program "${program}"${programs.length > 0 ? `: it has ${programs.map(p => p.id).join(', ')}` : ''}.`,
    )
  if (!hasChannel(known, channel)) throw new CommandError(`"${program}" writes nobody by ${channel}.`)
  return site
}

/** Shows how far the file has been read. */
async function beginList(
  file: string,
  terminal: Terminal,
  begin: (bytes: AsyncIterable<Uint8Array>) => Promise<CheckedCsv>,
): Promise<CheckedCsv> {
  const size = sizeOf(file)
  let read = 0
  const seen = new Transform({
    transform(chunk: Uint8Array, _, done) {
      read += chunk.length
      if (size > 0) terminal.progress(`${Math.floor((100 * read) / size)} % of ${file}`)
      done(null, chunk)
    },
  })
  const source = createReadStream(file)
  source.once('error', fault => seen.destroy(fault))
  return begin(source.pipe(seen))
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: name a CSV file.`, EXIT.findings, { cause })
  }
}

/** A file is there whole or not at all. */
async function writeRows({ text }: CheckedCsv, terminal: Terminal, out: string | undefined): Promise<void> {
  if (out === undefined) {
    for await (const piece of text) if (piece !== '') await terminal.write(piece)
    return
  }
  const part = `${out}.${randomBytes(6).toString('hex')}.part`
  try {
    await pipeline(Readable.from(text), createWriteStream(part, { mode: 0o600, flags: 'wx' }))
    // Fails where somebody has made it meanwhile, which renaming would write over.
    await link(part, out)
  } finally {
    await rm(part, { force: true })
  }
}

function summaryLines(
  { rows, decisions, reasons, duplicates, column }: CheckSummary,
  { paint }: Terminal,
): string[] {
  const counted = (n: number) => n.toString().padStart(9)
  return [
    `${counted(rows)} rows, their addresses in column ${column}`,
    `${counted(decisions.send)} ${paint('good', 'send')}`,
    `${counted(decisions.hold)} ${paint('strong', 'hold')}`,
    `${counted(decisions.block)} ${paint('bad', 'block')}`,
    ...Object.entries(reasons)
      .toSorted(([, a], [, b]) => b - a)
      .map(([reason, n]) => `${counted(n)}   ${paint('quiet', reason)}`),
    ...(duplicates > 0 ? [`${counted(duplicates)} of them name an address an earlier row has`] : []),
  ]
}
