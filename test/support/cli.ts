import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { runCommand } from '../../server/cli/run.ts'
import type { Environment } from '../../server/config.ts'
import { CLI, withoutAssent } from './serve.ts'

export interface CommandRun {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A command inside this process, with a terminal that remembers. */
export async function assent(args: readonly string[], environment: Environment = {}): Promise<CommandRun> {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    out: (text: string) => void out.push(text),
    write: async (piece: string) => void out.push(piece),
    err: (text: string) => void err.push(text),
    progress: () => {},
    paint: (_: string, text: string) => text,
  }
  const code = await runCommand(args, terminal, environment)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** The same in a process of its own, as an operator runs it. */
export async function assentProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  how: { readonly uid?: number; readonly cwd?: string } = {},
): Promise<CommandRun> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...withoutAssent(process.env), ...environment },
    ...how,
  })
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += String(chunk)))
  child.stderr.on('data', chunk => (err += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}
