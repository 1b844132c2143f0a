import { readConfig } from '../config.ts'
import { rewriteDatabases, type Rewritten } from '../storage/rewrite.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { ledgerFolder } from './data.ts'
import { megabytes } from './data-copy.ts'
import type { Terminal } from './terminal.ts'

export const compact: Command = {
  usage: 'compact [--json]',
  summary: 'Writes the databases anew, so that no trace of an erased row is left in their files.',
  help: `
What is erased is overwritten where it stood. Of about one erased address in a thousand SQLite still has a copy of its row
of the index in the unused part of a page, where nothing but a search through the raw file finds it. This writes every
database of the data folder anew from its rows; it changes no row. Stop the server first: decisions wait in the browsers.

  --json            answers as JSON
${DATA_HELP}

Example:
  assent compact

Exit codes: 0 written anew, 1 it could not be, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const done = all(rewriteDatabases(ledgerFolder(readConfig(dataFlag(flags), environment))), terminal)
    if (flags['json'] === true) terminal.out(JSON.stringify({ databases: done }, null, 2))
    else
      for (const { name, before, after } of done)
        terminal.out(`${name}: written anew, ${megabytes(before)} before, ${megabytes(after)} now`)
    return EXIT.ok
  },
}

function all(steps: ReturnType<typeof rewriteDatabases>, terminal: Terminal): readonly Rewritten[] {
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      terminal.progress(`${step.value}: being written anew`)
    }
  } finally {
    terminal.progress('')
  }
}
