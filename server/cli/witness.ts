import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Log } from '../../shared/domain/log.ts'
import { openWitness } from '../storage/open.ts'
import { requireOwnMemory, type Witness } from '../witness/add-checkpoint.ts'
import { keysByOrigin, parseLogs, type KnownLog } from '../witness/lists.ts'
import { witnessListener } from '../witness/listener.ts'
import { CommandError, EXIT, textFlag, type Command, type Flag } from './command.ts'
import { listen, refuseGarbage, TIMEOUTS } from './listen.ts'
import { createLog } from './log.ts'
import { endOnFault, firstSignal, stopOn } from './run-until-stopped.ts'
import { readText } from './site-file.ts'
import { witnessKey } from './witness-key.ts'

export const witness: Command = {
  usage: 'witness --name <name> --log <vkey> [--log <vkey> ...]',
  summary: "Watches other people's logs: cosigns what only grew, refuses and keeps what did not.",
  help: `
  --name <name>     what it signs as, such as witness.example/w1; needed at the first start
  --log <vkey>      a log it watches: the line at /log/<site>/vkey of the other server; again for further logs, and for
                    a log's next key
  --logs <file>     the same as a file, one a line; behind a key the log's origin, where that is not the key's name
  --data <folder>   its own folder (default ./witness): witness.key (mode 600, made at the first start), witness.db and
                    evidence/, where both checkpoints are kept when a log contradicts itself
  --port <n>        port (default 8790; 0 takes any free one)
  --host <name>     address to listen on (default 127.0.0.1; put an https proxy in front)

It answers POST /add-checkpoint (C2SP tlog-witness), GET /vkey and GET /healthz, and prints its own key when it starts:
that line, with its address, is what the other operator puts into ASSENT_WITNESSES. GET /checkpoint/<origin> is the newest
checkpoint it has cosigned of a log, for "assent verify --checkpoint".

Never put an older copy of its folder back: it would have forgotten what it has seen. Begin in an empty folder instead,
with a new key, and tell it to those it watches.

Example:
  assent witness --name witness.harbor.example --log "consent.example/shop+5bd8a2c1+AQ..."

Exit codes: 0 stopped as asked, 1 could not start, 2 an option was not understood.`,
  options: {
    name: { type: 'string' },
    log: { type: 'string', multiple: true },
    logs: { type: 'string' },
    data: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
  },
  words: [0, 0],
  async run({ flags, terminal }) {
    const [name, file, data = 'witness', host = '127.0.0.1'] = ['name', 'logs', 'data', 'host'].map(flag =>
      textFlag(flags[flag]),
    )
    const port = readPort(textFlag(flags['port']))
    const logs = readLogs(flags['log'], file)
    const signal = firstSignal()
    const key = witnessKey(data, name)
    const log = createLog(line => void process.stderr.write(line), Date.now)
    endOnFault(log)
    const { store, close } = openWitness(data)
    const running = { key, logs: keysByOrigin(logs), store, now: Date.now }
    try {
      requireOwnMemory(running)
      const server = await startWitness(
        { witness: running, log, evidence: join(data, 'evidence') },
        { host, port },
      )
      log.info('listening', { address: server.address, logs: running.logs.size, vkey: key.vkey })
      terminal.out(`Witness ${key.name} listens on ${server.address}, data in ${data}. Its key:\n${key.vkey}`)
      await stopOn(signal, server.stop, log)
    } finally {
      close()
    }
    return EXIT.ok
  },
}

interface Deps {
  readonly witness: Witness
  readonly log: Log
  readonly evidence: string
}

async function startWitness(deps: Deps, where: { readonly host: string; readonly port: number }) {
  const server = createServer(TIMEOUTS, witnessListener(deps))
  server.on('clientError', refuseGarbage)
  const stop = await listen(server, where)
  const { port } = server.address() as AddressInfo
  const host = where.host.includes(':') ? `[${where.host}]` : where.host
  return { address: `http://${host}:${port}`, stop }
}

function readPort(given = '8790'): number {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : NaN
  if (port <= 65_535) return port
  throw new CommandError('--port takes a port between 0 and 65535 (0 takes any free one).', EXIT.usage)
}

function readLogs(given: Flag, file: string | undefined): readonly KnownLog[] {
  const lines = Array.isArray(given) ? given : []
  if (lines.length === 0 && file === undefined)
    throw new CommandError(
      'Name a log to watch with --log: the line at /log/<site>/vkey of its server.',
      EXIT.usage,
    )
  const read = parseLogs([...lines, ...(file === undefined ? [] : [readText(file)])].join('\n'))
  if ('listed' in read) return read.listed
  throw new CommandError(
    `The list of logs has ${read.faults.length} fault(s):\n  ${read.faults.join('\n  ')}`,
    EXIT.usage,
  )
}
