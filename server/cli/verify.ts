import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { checkExport, isExport } from './verify-export.ts'
import { checkLedger } from './verify-ledger.ts'
import { checkReceipt } from './verify-receipt.ts'

export const verify: Command = {
  usage: 'verify [<file>] [--site <key>] [--id <number>] [--checkpoint <file>] [--json]',
  summary: 'Checks the whole ledger, or one receipt or export offline, and says what holds.',
  help: `
Without a file it replays every log and compares entries, tree, checkpoints, projections and sealed parts; beside a
running server too. It names the first index that does not fit, and prints the latest decisions, opt-ins and opt-outs
in plain words.

  --site <key>         this site only
  --id <number>        this receipt number only, instead of the latest ones
  --checkpoint <file>  a checkpoint you or a witness kept elsewhere, as GET /log/<site>/checkpoint gave it to you earlier: signed by
                       that site's key, and the first entries of its log must still be those it was signed for
${DATA_HELP}

It also says how many witnesses saw each log, until which entry; those of ASSENT_WITNESSES count.

With a file, a receipt or an export, it checks that with nothing but itself: no server, no data folder.

  --key <vkey or file>  the site's verifier key, as GET /log/<site>/vkey gave it to you earlier, or a file with all its
                        keys, as GET /log/<site>/keys gave them: then whatever counts under one of them holds
  --json            answers as JSON

Examples:
  assent verify
  assent verify --site shop --id 01980c3e-5a70-7000-8000-2d1f0c9a7b11
  assent verify --checkpoint shop-january.checkpoint
  assent verify receipt.json --key "consent.example/shop+5bd8a2c1+AQ..."
  assent verify shop.ndjson

Exit codes: 0 everything holds, 1 something does not, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    id: { type: 'string' },
    checkpoint: { type: 'string' },
    key: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [0, 1],
  async run({ flags, words: [file], terminal, environment }) {
    const json = flags['json'] === true
    const [site, id, checkpoint, key] = ['site', 'id', 'checkpoint', 'key'].map(name => textFlag(flags[name]))
    if (file !== undefined) {
      if ([site, id, checkpoint, flags['data']].some(flag => flag !== undefined))
        throw new CommandError(
          'A file is checked by itself: leave --site, --id, --checkpoint and --data out.',
          EXIT.usage,
        )
      const check = { file, ...(key !== undefined && { key }), json }
      return isExport(file) ? checkExport(check, terminal) : checkReceipt(check, terminal)
    }
    if (key !== undefined)
      throw new CommandError(
        '--key goes with a receipt or an export: assent verify <file> --key <vkey>.',
        EXIT.usage,
      )
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now, { readonly: true })
    try {
      return checkLedger(
        data,
        {
          folder: config.data,
          ...(site !== undefined && { site }),
          ...(id !== undefined && { id }),
          ...(checkpoint !== undefined && { checkpoint }),
          json,
          witnesses: config.witnesses,
        },
        terminal,
      )
    } finally {
      await data.close()
    }
  },
}
