import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

/** Runs a script with this Node and waits until it ends well; its output is shown. */
export async function runToEnd(what: string, parameters: readonly string[]): Promise<void> {
  const code = await ended(spawn(process.execPath, parameters, { stdio: 'inherit' }))
  if (code !== 0) throw new Error(`"${what}" ended with ${code}; what it printed above says why.`)
}

export interface RunningServer {
  /** Exit code, once it has ended. */
  readonly ended: Promise<number>
}

/** Starts the server, hands every signal on to it, and returns when it is ready to answer. */
export async function startServer(parameters: readonly string[], host: string): Promise<RunningServer> {
  // A group of its own: Ctrl+C reaches only this process, which then tells the server once, not twice.
  const child = spawn(process.execPath, parameters, { stdio: 'inherit', detached: true })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  process.on('exit', () => child.kill())
  const end = ended(child)
  const ready = await Promise.race([end.then(() => false), isReady(host)])
  if (!ready) {
    child.kill()
    throw new Error('The server did not start; what it printed above says why.')
  }
  return { ended: end }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(new Error("couldn't start node", { cause })))
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)),
    )
  })
}

async function isReady(host: string): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await fetch(`${host}/readyz`).catch(() => undefined) // Refused until it listens.
    if (answer?.ok) return true
    // oxlint-disable-next-line no-await-in-loop
    await wait(100)
  }
  return false
}
