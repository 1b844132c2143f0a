import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const isInstalled = (): Promise<boolean> =>
  run('strace', ['-V']).then(
    () => true,
    // Whatever keeps it from running, it has to be installed.
    () => false,
  )

/** What the kernel was asked is the only proof that an answer waited for the disk. */
export async function needStrace(): Promise<void> {
  if (await isInstalled()) return
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('This test watches system calls: install strace (Debian: apt-get install strace).')
  await run('apt-get', ['update'])
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'strace'])
  if (!(await isInstalled())) throw new Error("couldn't install strace: install Debian's package strace")
}

export interface Trace {
  /** The command to put before the traced one, which stays the direct child. */
  readonly under: readonly string[]
  /** Per thread, its finished calls in order. */
  threads(): string[][]
}

export function traceOf(calls: readonly string[]): Trace {
  const folder = mkdtempSync(join(tmpdir(), 'assent-trace-'))
  return {
    under: [
      'strace',
      '-D',
      '-ff',
      '-y',
      '-s',
      '64',
      '-e',
      `trace=${calls.join(',')}`,
      '-o',
      join(folder, 'thread'),
    ],
    threads: () => readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8').split('\n')),
  }
}
