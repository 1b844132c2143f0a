import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { isInUse } from '../../shared/domain/log-keys.ts'
import { readConfig } from '../config.ts'
import { openCheckpoint, type Checkpoint } from '../ledger/checkpoint-text.ts'
import { exportLines } from '../ledger/export.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openAudit } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { ledgerFolder, openData } from './data.ts'

export const exportLog: Command = {
  usage: 'export <site> [--out <file>] [--texts]',
  summary: 'Writes a log as lines of JSON that an auditor checks without this server.',
  help: `
  --out <file>      a new file; without it, to the standard output
  --texts           with every text and configuration that was ever published
${DATA_HELP}

It holds every entry up to the last signed checkpoint, and that checkpoint as its last line, so that a file that was cut
shows; beside a running server too. Nothing sealed is in it: no address, no salt, no key. "assent verify <file>" checks
it offline, "assent import" takes it into another ledger.

Example:
  assent export shop --texts --out shop.ndjson

Exit codes: 0 written, 1 nothing is signed yet or the entries are not the signed ones, 2 the command was not understood.`,
  options: { ...DATA_OPTION, out: { type: 'string' }, texts: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now, { readonly: true })
    const opened = openAudit(ledgerFolder(config))
    const out = textFlag(flags['out'])
    try {
      if (!opened.audit.sites().includes(site))
        throw new CommandError(`There is no log of "${site}": "assent site list" names those there are.`)
      const signed = signedState(data.ledger, site)
      const sink = out === undefined ? toTerminal(terminal.out) : toNewFile(out)
      try {
        const lines = exportLines(opened.audit, {
          site,
          signed,
          vkeys: keysOf(data.ledger, site),
          exportedAt: new Date(data.ledger.now()).toISOString(),
          texts: flags['texts'] === true,
        })
        for (const { line, entries } of lines) {
          sink.write(line)
          if (entries % 1_000 === 0)
            terminal.progress(`${site}: ${entries} of ${signed.size} entries written`)
        }
        sink.end()
      } catch (fault) {
        sink.discard()
        throw fault
      }
      terminal.progress('')
      const unsigned = data.ledger.store.size(site) - signed.size
      terminal.err(
        `${site}: ${signed.size} entries written${unsigned > 0 ? `; ${unsigned} newer ones are not signed yet: a running server signs every second` : ''}.`,
      )
      return EXIT.ok
    } finally {
      opened.close()
      await data.close()
    }
  },
}

function signedState({ store, signer }: Ledger, site: string): Checkpoint & { readonly note: string } {
  const note = store.checkpoint(site)?.note
  const signed = note === undefined ? undefined : openCheckpoint(note, signer(site).verifier)
  if (note !== undefined && signed) return { ...signed, note }
  throw new CommandError(
    note === undefined
      ? `No checkpoint of "${site}" is signed yet: start its server once, then export.`
      : `The last checkpoint of "${site}" is not signed by its key: run assent verify.`,
  )
}

/** The key of now first, then the one that signs beside it. */
const keysOf = ({ signer }: Ledger, site: string): string[] =>
  signer(site)
    .keys.keys.filter(isInUse)
    .map(({ vkey }) => vkey)
    .toReversed()

interface Sink {
  write(line: string): void
  end(): void
  /** What was written is no export. */
  discard(): void
}

/** A call to the system costs more than a line. */
const TOGETHER = 1 << 18

function gathered(write: (text: string) => void): Pick<Sink, 'write' | 'end'> {
  let lines: string[] = []
  let length = 0
  const flush = () => {
    if (lines.length > 0) write(lines.join(''))
    lines = []
    length = 0
  }
  return {
    write(line) {
      lines.push(line)
      length += line.length
      if (length >= TOGETHER) flush()
    },
    end: flush,
  }
}

/** Without the last newline, which the terminal adds. */
const toTerminal = (out: (text: string) => void): Sink => ({
  ...gathered(text => out(text.slice(0, -1))),
  discard: () => {},
})

/** Its owner's alone: entries are people's acts, if not their names. */
function toNewFile(path: string): Sink {
  const file = openNew(path)
  const { write, end } = gathered(text => {
    const bytes = Buffer.from(text)
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    } catch (cause) {
      throw new CommandError(`Could not write ${path}: make room there, or name another place`, 1, { cause })
    }
  })
  return {
    write,
    end() {
      end()
      fsyncSync(file)
      closeSync(file)
    },
    discard() {
      closeSync(file)
      rmSync(path)
    },
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new CommandError(
      exists
        ? `${path} is there already, and nothing is overwritten: name another file`
        : `Could not write ${path}: check the path`,
      EXIT.usage,
      { cause },
    )
  }
}
