import { keyIdOf } from '../../shared/domain/log-keys.ts'
import { readConfig } from '../config.ts'
import { rotateLogKey } from '../ledger/rotate.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { readDuration } from './duration.ts'

/** They refuse what they know no key of, and cannot learn of one by themselves. */
export const WITNESSES_NEED_IT =
  'Give the new key to those who run your witnesses: they add it as a further --log, and cosign nothing without a key they know.'

export const logKeyRotate: Command = {
  usage: 'log-key rotate <site> [--overlap <time>] [--json]',
  summary: 'Gives the log of a site a new signing key; both sign for a while.',
  help: `
  --overlap <time>  so long both keys sign, such as 30d (the default), 12h or 0 for none
  --json            answers as JSON
${DATA_HELP}

Everything signed before still counts, under the key it was signed with: GET /log/<site>/keys says which counts for what.
While both keys sign, whoever knows the old one can still check new checkpoints, and learn of the new one. Afterwards a
running server (or "assent log-key retire") writes that the old one has ended, and destroys its private half; without an
overlap that happens at once. Delete it from your backups of keys/ too. A running server signs with the new key at once.
Give that to your witnesses as well, while both sign: they add it as a further --log.

If the old key may be in other hands, this is not enough: use "assent log-key compromised".

Example:
  assent log-key rotate shop --overlap 30d

Exit codes: 0 rotated, 1 it could not be, 2 the command was not understood.`,
  options: { ...DATA_OPTION, overlap: { type: 'string' }, json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const overlap = readDuration(textFlag(flags['overlap']) ?? '30d')
    if (overlap === undefined)
      throw new CommandError(
        '--overlap takes a time such as 30d, 12h or 90m, at most 366d, or 0.',
        EXIT.usage,
      )
    const data = await openSite(readConfig(dataFlag(flags), environment), site)
    try {
      const rotated = await rotateLogKey(data.ledger, data.folders, site, overlap)
      if (!rotated.ok) throw new CommandError(rotated.detail)
      const { index, entry } = rotated
      const { vkey, replaces, bothUntil } = entry
      const until = bothUntil === undefined ? undefined : new Date(bothUntil).toISOString()
      if (flags['json'] === true) {
        const answer = { site, index, vkey, replaces, ...(until !== undefined && { bothUntil: until }) }
        terminal.out(JSON.stringify(answer, null, 2))
        return EXIT.ok
      }
      terminal.out(`The log of "${site}" is signed by ${vkey} from now on (index ${index}).`)
      terminal.out(
        until === undefined
          ? `Key ${keyIdOf(replaces)} has ended, and its private half is destroyed.`
          : `Key ${keyIdOf(replaces)} signs beside it until ${until}; then it is destroyed. Back up keys/ now.`,
      )
      if (data.ledger.store.cosignedCheckpoint(site)) terminal.out(WITNESSES_NEED_IT)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
