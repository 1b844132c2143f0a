import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { KnownWitness } from '../../server/witness/lists.ts'
import { parseWitnessKey } from '../../server/ledger/cosignature.ts'
import { witnessListener } from '../../server/witness/listener.ts'
import type { LogLine } from './app.ts'
import type { TestWitness } from './witness.ts'

export interface ServedWitness {
  /** As our side lists it. */
  readonly known: KnownWitness
  /** Everything it logged. */
  readonly lines: LogLine[]
  /** How many requests came. */
  requests(): number
  /** Answers in its place, until told otherwise. */
  answerWith(instead: RequestListener | undefined): void
  /** Nobody answers at its address any more. */
  leave(): Promise<void>
  /** It is back at the same address. */
  comeBack(): Promise<void>
}

/** A test witness behind a real socket. */
export async function serveWitness(witness: TestWitness): Promise<ServedWitness> {
  const lines: LogLine[] = []
  const at = (level: string) => (event: string, fields?: Record<string, unknown>) =>
    void lines.push({ level, event, ...fields })
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const real = witnessListener({ witness, log, evidence: join(witness.folder, 'evidence') })
  let instead: RequestListener | undefined
  let requests = 0
  const listener: RequestListener = (request, response) => {
    requests++
    ;(instead ?? real)(request, response)
  }
  let server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { vkey } = witness.key
  return {
    known: { url: `http://127.0.0.1:${port}`, vkey, verifier: parseWitnessKey(vkey)! },
    lines,
    requests: () => requests,
    answerWith: answer => void (instead = answer),
    async leave() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    async comeBack() {
      server = createServer(listener).listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
