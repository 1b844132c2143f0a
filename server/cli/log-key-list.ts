import { isInUse, keyIdOf, type LogKey } from '../../shared/domain/log-keys.ts'
import { readConfig } from '../config.ts'
import { keyFilesIn } from '../ledger/signing-keys.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openSite } from './data.ts'

export const logKeyList: Command = {
  usage: 'log-key list <site> [--json]',
  summary: 'Lists the keys that sign and signed the log of a site, and what counts under each.',
  help: `
  --json            the document that GET /log/<site>/keys answers
${DATA_HELP}

Example:
  assent log-key list shop

Exit codes: 0 done, 1 there is no such site, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site, { readonly: true })
    try {
      const { keys } = data.ledger.signer(site)
      if (flags['json'] === true) terminal.out(JSON.stringify(keys, null, 2))
      else {
        const files = keyFilesIn(data.folders, site)
        for (const key of keys.keys) {
          const isHere = files.some(file => file.vkey === key.vkey && file.signer !== undefined)
          terminal.out(`${terminal.paint('strong', keyIdOf(key.vkey))}  ${keyText(key, isHere)}`)
          terminal.out(`          ${key.vkey}`)
        }
        for (const { path, vkey } of files)
          if (!keys.keys.some(key => key.vkey === vkey))
            terminal.out(
              `${path} holds a key this log knows nothing of: of a newer copy of it, or never used.`,
            )
      }
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

function keyText(key: LogKey, isHere: boolean): string {
  const { firstSize, lastSize, signsUntil, compromised } = key
  const file = isHere ? 'private half in keys/' : 'private half not here'
  const counts = `counts from ${firstSize} entries${lastSize === undefined ? ' on' : ` to ${lastSize}`}`
  if (compromised) return `compromised (index ${compromised.index}), ${counts}; ${file}`
  if (!isInUse(key)) return `ended, ${counts}; ${file}`
  return `signs${signsUntil === undefined ? '' : ` beside the next until ${signsUntil}`}, ${counts}; ${file}`
}
