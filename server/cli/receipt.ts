import { readConfig } from '../config.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import { writeDurably } from '../ledger/private-files.ts'
import { receiptFor } from '../ledger/receipt.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { printable } from './verify-receipt.ts'

export const receipt: Command = {
  usage: 'receipt <site> <id> [--out <file>]',
  summary: 'Gives the receipt of one entry: the proof that somebody agreed.',
  help: `
The receipt of any decision, opt-in, opt-out or other entry, by its number: "assent history" and "assent verify" name it.
It holds the words that were shown, and, as long as nobody erased it, the address as it was typed: give it to nobody but
that person and whoever may ask you for it.

  --out <file>      writes a new file (mode 600) instead of printing
${DATA_HELP}

Example:
  assent receipt shop 01980c3e-5a70-7000-8000-2d1f0c9a7b11 --out receipt.json

Exit codes: 0 given, 1 there is none, 2 the command was not understood.`,
  options: { ...DATA_OPTION, out: { type: 'string' } },
  words: [2, 2],
  async run({ flags, words: [site = '', id = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site)
    try {
      // A receipt of an entry that is not signed yet signs it.
      requireContinuity(data.ledger, site)
      const given = await receiptFor(data.ledger, site, id)
      if (!given)
        throw new CommandError(
          `No entry of "${site}" has the number ${printable(id)}: "assent history" names them.`,
        )
      const text = `${JSON.stringify(given, null, 2)}\n`
      const out = textFlag(flags['out'])
      if (out === undefined) terminal.out(text.trimEnd())
      else {
        write(out, text)
        terminal.out(`The receipt is in ${out}: "assent verify ${out}" says what it proves.`)
      }
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

function write(file: string, text: string): void {
  try {
    writeDurably(file, text, 'wx')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    throw new CommandError(`${file} is there already: name a new file.`, EXIT.findings, { cause })
  }
}
