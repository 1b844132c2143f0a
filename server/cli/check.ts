import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CHECK_MODES, isCheckMode, type CheckSummary } from '../../shared/domain/check.ts'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { CHANNELS, isChannel, type Channel } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { sitesIn, type CurrentSite } from '../inventory/current.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import type { CheckedList } from '../marketing/lists/answered-list.ts'
import { BadList } from '../marketing/lists/bad-list.ts'
import { checkCsv } from '../marketing/lists/check-csv.ts'
import { checkNdjson } from '../marketing/lists/check-ndjson.ts'
import type { ListQuestion } from '../marketing/lists/check.ts'
import { noSuchProgram } from '../marketing/misspelt.ts'
import { sellerOf } from '../marketing/status/question.ts'
import { readSending } from '../routes/send-question.ts'
import { openMessages } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import type { Terminal } from './terminal.ts'

export const check: Command = {
  usage: 'check <list> --site <key> --channel <channel> --program <id> [--mode <mode>] [--out <file>]',
  summary: 'Says of every address of a list whether it may be written to, and records the check.',
  help: `
  --site <key>         the site whose program it is
  --channel <channel>  email or sms
  --program <id>       id of a program of the site
  --mode <mode>        filter: only the rows that may be written to, each address once (default); annotate: every row, with its
                       answer; count: how many
  --column <name>      the column with the addresses, by its name or its number from 1; found by itself when left out. Of
                       JSON lines: the member, "address" when left out
  --sender <id>        the configured sender it will come from: whether answers to it come in
  --seller <name>      who sends, by the program's name for it: consent is never another seller's
  --send-at <time>     when it will be sent, such as 2026-11-28T18:00:00Z; now when left out
  --out <file>         writes the rows there instead; an existing file is left as it is
  --clearance <file>   writes the signed statement of the check there: "assent verify clearance" checks it
  --json               what the list came to as JSON, instead of in words
${DATA_HELP}

A list is CSV, or JSON lines where its name ends in .ndjson or .jsonl. CSV may have commas, semicolons, tabs or bars, come
in UTF-8, UTF-16 or Windows-1252, and begin with names or not. The rows go to standard output, what they came to to standard
error. A number that a spreadsheet has changed is refused and never guessed. The answers are of this moment: ask shortly
before you send. Each check is an entry of the site's log, with the hash of the list and no address; beside a running
server too. "assent check history" lists them.

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
    sender: { type: 'string' },
    seller: { type: 'string' },
    'send-at': { type: 'string' },
    out: { type: 'string' },
    clearance: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const [channel, program, mode, column] = ['channel', 'program', 'mode', 'column'].map(f =>
      textFlag(flags[f]),
    )
    const [key, out, clearance] = ['site', 'out', 'clearance'].map(f => textFlag(flags[f]))
    if (key === undefined || !isChannel(channel) || program === undefined || !isCheckMode(mode))
      throw new CommandError(
        `Write "assent ${check.usage}", with ${CHANNELS.join(' or ')} as the channel and ${CHECK_MODES.join(', ')} as the mode.`,
        EXIT.usage,
      )
    for (const made of [out, clearance])
      if (made !== undefined && existsSync(made))
        throw new CommandError(`${made} is there already: move it, or name another file.`)
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now)
    const { messages, close } = openMessages(config.data)
    try {
      const { ledger } = data
      const site = askedSite(sitesIn(ledger.store)(key), key, channel, program)
      // A log that must not grow takes no entry of a check, and its answers may be of a copy that knows less.
      requireContinuity(ledger, key)
      const question = readSending(
        { messages, now: ledger.now },
        site,
        { channel, program },
        sendingOf(flags),
      )
      if ('detail' in question) throw new CommandError(question.detail, EXIT.usage)
      refuseOtherSeller(site, program, question.seller)
      const asked: ListQuestion = {
        channel,
        program,
        mode,
        ...question,
        ...(column !== undefined && { column }),
      }
      const begin = ['.ndjson', '.jsonl'].includes(extname(file)) ? checkNdjson : checkCsv
      const list = await beginList(file, terminal, bytes =>
        begin(ledger, site, asked, bytes, 'command:check'),
      )
      await writeRows(list, terminal, out)
      const summary = await list.finish()
      terminal.progress('')
      if (clearance !== undefined)
        await pipeline([summary.clearance], createWriteStream(clearance, { flags: 'wx' }))
      if (flags['json'] === true) terminal.err(JSON.stringify(summary, null, 2))
      else for (const line of summaryLines(summary, terminal)) terminal.err(line)
      return EXIT.ok
    } catch (cause) {
      if (cause instanceof BadList) throw new CommandError(`${file}: ${cause.message}.`)
      throw cause
    } finally {
      close()
      await data.close()
    }
  },
}

function sendingOf(flags: Parameters<Command['run']>[0]['flags']): Record<string, string | undefined> {
  const [seller, sender, sendAt] = ['seller', 'sender', 'send-at'].map(f => textFlag(flags[f]))
  return { seller, sender, sendAt }
}

function refuseOtherSeller(site: CurrentSite, id: string, seller: string | undefined): void {
  const own = sellerOf(
    site.configuration.programs.find(program => program.id === id)!,
    site,
  )
  if (seller !== undefined && seller !== own)
    throw new CommandError(`"${id}" is sent by "${own}": consent is never another seller’s.`)
}

function askedSite(
  site: CurrentSite | undefined,
  key: string,
  channel: Channel,
  program: string,
): CurrentSite {
  if (!site) throw new CommandError(`There is no site "${key}": "assent site list" names those there are.`)
  const { programs } = site.configuration
  const known = programs.find(({ id }) => id === program)
  if (!known) throw new CommandError(noSuchProgram(site, program))
  if (!hasChannel(known, channel)) throw new CommandError(`"${program}" writes nobody by ${channel}.`)
  return site
}

/** Shows how far the file has been read. */
async function beginList(
  file: string,
  terminal: Terminal,
  begin: (bytes: AsyncIterable<Uint8Array>) => Promise<CheckedList>,
): Promise<CheckedList> {
  const size = sizeOf(file)
  let read = 0
  const seen = new Transform({
    transform(chunk: Uint8Array, _, done) {
      read += chunk.length
      if (size > 0) terminal.progress(`${bar(read / size)} of ${file}`)
      done(null, chunk)
    },
  })
  const source = createReadStream(file)
  source.once('error', fault => seen.destroy(fault))
  return begin(source.pipe(seen))
}

const BAR = 30

function bar(part: number): string {
  const full = Math.floor(BAR * part)
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${Math.floor(100 * part)
    .toString()
    .padStart(3)} %`
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: name a CSV file.`, EXIT.findings, { cause })
  }
}

/** A file is there whole or not at all. */
async function writeRows({ text }: CheckedList, terminal: Terminal, out: string | undefined): Promise<void> {
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

function summaryLines(summary: CheckSummary, { paint }: Terminal): string[] {
  const { rows, decisions, reasons, duplicates, column, list, entry, logSize, heard = [] } = summary
  const counted = (n: number) => n.toString().padStart(9)
  return [
    `${counted(rows)} rows${column === undefined ? '' : `, their addresses in column ${column}`}`,
    `${counted(decisions.send)} ${paint('good', 'send')}`,
    `${counted(decisions.hold)} ${paint('strong', 'hold')}`,
    `${counted(decisions.block)} ${paint('bad', 'block')}`,
    ...Object.entries(reasons)
      .toSorted(([, a], [, b]) => b - a)
      .map(([reason, n]) => `${counted(n)}   ${paint('quiet', reason)}`),
    ...(duplicates > 0 ? [`${counted(duplicates)} of them name an address an earlier row has`] : []),
    ...heard.map(
      ({ id, heardAt, isSilent }) =>
        `Sender ${id}: ${heardAt === undefined ? 'nothing has ever come in' : `something last came in at ${heardAt}`}${isSilent ? paint('bad', ', too long ago') : ''}`,
    ),
    paint(
      'quiet',
      `List ${list}, checked against ${logSize} entries, recorded as entry ${entry.index} (${entry.id})`,
    ),
  ]
}
