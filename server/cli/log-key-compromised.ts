import { existsSync } from 'node:fs'
import { currentKey, isInUse, keyIdOf, type LogKey } from '../../shared/domain/log-keys.ts'
import { readConfig } from '../config.ts'
import { continues } from '../ledger/continuity.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { judgeCheckpoint } from '../ledger/log-keys.ts'
import { declareCompromised } from '../ledger/rotate.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { WITNESSES_NEED_IT } from './log-key-rotate.ts'
import { readText } from './site-file.ts'

export const logKeyCompromised: Command = {
  usage: 'log-key compromised <site> [--key <id>] [--last-good <size or file>] [--json]',
  summary: 'Says that a signing key got into other hands, and replaces it at once.',
  help: `
  --key <id>                  which key, by the 8 hex digits "assent log-key list" shows (default: the current one)
  --last-good <size or file>  the last checkpoint that still counts under it: its size, or a file with it
                              (default: the last one this log has signed with it)
  --json                      answers as JSON
${DATA_HELP}

A new key signs from now on, alone; the compromised one is destroyed, and so is one that signed beside it. The log says so
in an entry, and so does GET /log/<site>/keys. What the compromised key alone has signed counts up to the size given, and
only if the log extends it; a receipt signed for more has to be fetched again, which its holder can do at any time. Tell
those who check your log: whoever pinned the old key has to pin the new one.

Name an earlier size when you know that others had the key before: everything the log itself signed since stays in the
log and is signed again by the new key.

Examples:
  assent log-key compromised shop
  assent log-key compromised shop --last-good 48211

Exit codes: 0 replaced, 1 it could not be, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    key: { type: 'string' },
    'last-good': { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site)
    try {
      const { ledger } = data
      const key = chooseKey(ledger, site, textFlag(flags['key']))
      const lastGood = sizeOf(ledger, site, key, textFlag(flags['last-good']))
      const declared = await declareCompromised(ledger, data.folders, site, {
        compromised: key.vkey,
        lastGood,
      })
      if (!declared.ok) throw new CommandError(declared.detail)
      const { index, entry } = declared
      const vkey = currentKey(ledger.signer(site).keys)!.vkey
      if (flags['json'] === true) {
        const { compromised, lastGood: last } = entry
        terminal.out(JSON.stringify({ site, index, compromised, lastGood: last, vkey }, null, 2))
        return EXIT.ok
      }
      terminal.out(
        `Key ${keyIdOf(key.vkey)} of "${site}" is compromised (index ${index}): what it alone signed counts up to ${entry.lastGood.size} entries.`,
      )
      terminal.out(`The log is signed by ${vkey}. Back up keys/ now, and tell those who check this log.`)
      if (ledger.store.cosignedCheckpoint(site)) terminal.out(WITNESSES_NEED_IT)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

function chooseKey(ledger: Ledger, site: string, id: string | undefined): LogKey {
  const { keys } = ledger.signer(site)
  const key = id === undefined ? currentKey(keys) : keys.keys.find(({ vkey }) => keyIdOf(vkey) === id)
  if (!key)
    throw new CommandError(
      `"${site}" never had a key ${id}: "assent log-key list ${site}" names those it had.`,
    )
  return key
}

function sizeOf(ledger: Ledger, site: string, key: LogKey, given: string | undefined): number {
  if (given === undefined) {
    const signed = ledger.store.checkpoint(site)?.size ?? 0
    return isInUse(key) ? signed : Math.min(signed, key.lastSize!)
  }
  if (/^\d{1,15}$/.test(given)) return Number(given)
  if (!existsSync(given))
    throw new CommandError(
      `--last-good takes a size or a file with a checkpoint: ${given} is neither.`,
      EXIT.usage,
    )
  const judged = judgeCheckpoint(readText(given), ledger.signer(site).keys)
  if (!judged) throw new CommandError(`${given} is no checkpoint that a key of "${site}" has signed.`)
  if (!continues(ledger.store, site, judged.checkpoint))
    throw new CommandError(
      `The log of "${site}" does not extend the checkpoint in ${given}: it may be one that somebody else signed with this key. Keep it, and name an earlier one.`,
    )
  return judged.checkpoint.size
}
