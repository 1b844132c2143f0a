import { readConfig } from '../config.ts'
import type { MasterKeyState } from '../storage/master-key.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import type { Terminal } from './terminal.ts'

export const masterKeyShow: Command = {
  usage: 'master-key show [--json]',
  summary: 'Shows which master key is in use and what it wraps; no secret is shown.',
  help: `
  --json            answers as JSON
${DATA_HELP}

The master key wraps the secrets of the keyring, in subject-keys.db: the root of the blind index, and the keys that wrap
subject keys, one per generation. Its id is a short hash, the same in the environment and in a file.

Example:
  assent master-key show

Exit codes: 0 shown, 1 it could not be, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const state = data.masterKey.state()
      if (flags['json'] === true) terminal.out(JSON.stringify(stateJson(state), null, 2))
      else print(state, terminal)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

function print({ provider, next, generations, older }: MasterKeyState, { out }: Terminal): void {
  out(`Master key ${provider}`)
  const newest = generations.at(-1)!.generation
  for (const { generation, madeAt, subjectKeys } of generations)
    out(
      `  generation ${generation}, made ${new Date(madeAt).toISOString()}: ${subjectKeys} subject keys${generation === newest ? '; new ones come here' : ''}`,
    )
  if (next !== undefined) out(`  a change to ${next} was begun: "assent master-key rotate" finishes it`)
  else if (older > 0) out(`  ${older} are of an older generation: "assent master-key rotate" wraps them anew`)
}

const stateJson = ({ generations, ...state }: MasterKeyState) => ({
  ...state,
  generations: generations.map(({ madeAt, ...generation }) => ({
    ...generation,
    madeAt: new Date(madeAt).toISOString(),
  })),
})
