import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly port: number
  /** CPU seconds it has used so far, user and system; NaN where the system does not tell. */
  readonly cpuSeconds: () => number
  /** Its resident memory; NaN where the system does not tell. */
  readonly megabytes: () => number
  readonly stop: () => Promise<void>
}

/** Starts `node <args of its port>` and waits until its /healthz answers. */
export async function startMeasured(
  args: (port: number) => readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const port = await freePort()
  const child = spawn(process.execPath, args(port), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let complaints = ''
  child.stderr.on('data', chunk => (complaints += chunk))
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`a measured server ended before it listened:\n${complaints}`)
    await wait(50)
  }
  return {
    port,
    cpuSeconds: () => cpuOf(child.pid!),
    megabytes: () => memoryOf(child.pid!),
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    answer => answer.ok,
    () => false, // not listening yet
  )

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/** Fields 14 and 15 of /proc/<pid>/stat (proc(5)), in clock ticks of 1/100 s. */
function cpuOf(pid: number): number {
  if (process.platform !== 'linux') return NaN
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** VmRSS of /proc/<pid>/status (proc(5)), which it gives in KiB. */
function memoryOf(pid: number): number {
  if (process.platform !== 'linux') return NaN
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024
}
