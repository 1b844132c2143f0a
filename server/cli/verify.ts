import { existsSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { BUILT_FILES, builtFrom } from '../inventory/built.ts'
import { checkExport, isExport } from './verify-export.ts'
import { checkLedger } from './verify-ledger.ts'
import { DIST } from './version.ts'
import { checkReceipt } from './verify-receipt.ts'

export const verify: Command = {
  usage: 'verify [<file>] [--site <key>] [--id <number>] [--checkpoint <file>] [--json]',
  summary: 'Checks the whole ledger, or one receipt or export offline, and says what holds.',
  help: `
Without a file it replays every log and compares entries, tree, checkpoints, projections and sealed parts; beside a
running server too. It names the first index that does not fit, and prints the latest decisions, opt-ins and opt-outs
in plain words. It also renders every published version again from its configuration and says how many come out as
they are kept, byte for byte; one that another version of Assent made does not, and its kept bytes are what counts.

  --site <key>         this site only
  --id <number>        this receipt number only, instead of the latest ones
  --checkpoint <file>  a checkpoint you or a witness kept, as GET /log/<site>/checkpoint gave it earlier: signed by that
                       site's key, and the first entries of its log must still be those it was signed for
${DATA_HELP}

It also says how many witnesses saw each log, until which entry; those of ASSENT_WITNESSES count.

With a file, a receipt or an export, it checks that with nothing but itself: no server, no data folder. Any version of
receipts is read, and --checkpoint holds an export against what you kept.

  --key <vkey or file>  the site's verifier key, as GET /log/<site>/vkey gave it to you earlier; or a file with it, or
                        with the answer of GET /log/<site>/keys, which tells of every key for which sizes it counts
  --witness <vkeys>     of a receipt: verifier keys of witnesses, each of which must have cosigned; several with blanks
                        between
  --json                answers as JSON

Examples:
  assent verify
  assent verify --site shop --id 01980c3e-5a70-7000-8000-2d1f0c9a7b11
  assent verify --checkpoint shop-january.checkpoint
  assent verify receipt.json --key "consent.example/shop+5bd8a2c1+AQ..."
  assent verify shop.ndjson --key keys.json --checkpoint shop-january.checkpoint
  assent verify receipt.json --key keys.json --witness "witness.example/w1+8d66cf3c+BA..."

Exit codes: 0 everything holds, 1 something does not, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    id: { type: 'string' },
    checkpoint: { type: 'string' },
    key: { type: 'string' },
    witness: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [0, 1],
  async run({ flags, words: [file], terminal, environment }) {
    const json = flags['json'] === true
    const [site, id, checkpoint, key] = ['site', 'id', 'checkpoint', 'key'].map(name => textFlag(flags[name]))
    const witnesses = textFlag(flags['witness'])?.split(/\s+/).filter(Boolean) ?? []
    if (file !== undefined) {
      if ([site, id, flags['data']].some(flag => flag !== undefined))
        throw new CommandError('A file is checked by itself: leave --site, --id and --data out.', EXIT.usage)
      const check = { file, ...(key !== undefined && { key }), json }
      const isOfLog = isExport(file)
      if (!isOfLog && checkpoint !== undefined)
        throw new CommandError(
          '--checkpoint goes with an export, or with the ledger itself: a receipt brings its own.',
          EXIT.usage,
        )
      if (!isOfLog) return checkReceipt({ ...check, witnesses }, terminal)
      if (witnesses.length > 0)
        throw new CommandError('--witness goes with a receipt: an export holds no cosignatures.', EXIT.usage)
      return checkExport({ ...check, ...(checkpoint !== undefined && { checkpoint }) }, terminal)
    }
    if (key !== undefined || witnesses.length > 0)
      throw new CommandError(
        '--key goes with a receipt or an export, and --witness with a receipt: assent verify <file> --key <vkey>.',
        EXIT.usage,
      )
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now, { readonly: true })
    const isBuilt = BUILT_FILES.every(name => existsSync(new URL(name, DIST)))
    try {
      return checkLedger(
        data,
        {
          folder: config.data,
          ...(site !== undefined && { site }),
          ...(id !== undefined && { id }),
          ...(checkpoint !== undefined && { checkpoint }),
          ...(isBuilt && { built: await builtFrom(DIST) }),
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
