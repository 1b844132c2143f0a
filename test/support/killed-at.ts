import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CLI, withoutAssent } from './serve.ts'

/** Calls after which a file or a folder is another on the disk than before. */
const CHANGES = ['fsync', 'fdatasync', 'rename', 'unlink', 'pwrite64', 'ftruncate']

/**
 * Runs a command and kills it as a crash would, at its n-th change of a file. `false` when it had fewer: it then ran to its
 * end, and has to have ended well.
 */
export async function killedAt(n: number, args: readonly string[]): Promise<boolean> {
  const inject = CHANGES.join(',')
  const child = spawn(
    'strace',
    [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `inject=${inject}:signal=KILL:when=${n}`,
      process.execPath,
      CLI,
      ...args,
    ],
    { env: withoutAssent(process.env), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let err = ''
  child.stderr.on('data', chunk => (err += String(chunk)))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (signal === 'SIGKILL' || code === 137) return true
  if (code !== 0) throw new Error(`assent ${args.join(' ')} ended with ${code}: ${err}`)
  return false
}
