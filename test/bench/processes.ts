import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly port: number
  /** CPU seconds it has used so far, user and system; `undefined` where the system does not tell. */
  readonly cpuSeconds: () => number | undefined
  readonly stop: () => Promise<void>
}

/** Starts a module that sends `{ port }` to its parent once it listens. */
export function startMeasured(file: string, args: readonly string[] = []): Promise<Measured> {
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${file} ended with ${code} before it listened`)))
    child.once('message', message => {
      const { port } = message as { port: number }
      resolve({ port, cpuSeconds: () => cpuOf(child.pid!), stop: () => stop(child) })
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** Fields 14 and 15 of /proc/<pid>/stat (proc(5)), in clock ticks of 1/100 s. */
function cpuOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
