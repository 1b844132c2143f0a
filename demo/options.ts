import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Options {
  /** The server listens here, the demo sites on the ports after it. */
  readonly portBase: number
  readonly data: string
}

const DEFAULT_PORT = 8787

const HELP = `npm start -- [--port-base ${DEFAULT_PORT}] [--data ./data]
  --port-base  port of the server; the demo sites take the two after it
  --data       folder of the ledger and its keys (./data, or ./data-<port> for another port base)`

/** Refuses an old Node and a misspelt option in one sentence each. */
export function readOptions(parameters: readonly string[]): Options {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major! < 22 || (major === 22 && minor! < 18)) {
    throw new Error(
      `Assent needs Node 22.18 or newer, this is ${process.versions.node}: run it with \`npm start\`.`,
    )
  }
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      'port-base': { type: 'string', default: `${DEFAULT_PORT}` },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    process.exit(0)
  }
  const portBase = Number(values['port-base'])
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > 65_533) {
    throw new Error(`--port-base must be a port between 1 and 65533, not "${values['port-base']}".`)
  }
  // Another port, another ledger: two demos in one folder would publish over each other.
  const data = values.data ?? (portBase === DEFAULT_PORT ? 'data' : `data-${portBase}`)
  return { portBase, data: resolve(data) }
}
