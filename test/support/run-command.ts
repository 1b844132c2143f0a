import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

export interface CommandEnd {
  readonly passed: boolean
  /** What it printed, when it was not shown while it ran. */
  readonly output: string
}

interface How {
  readonly folder: string
  readonly show: boolean
  readonly minutes: number
}

/**
 * Runs one of the repository's own tools and waits for its end. A tool that is missing or does not end in time
 * has failed, and the output says so.
 */
export function runCommand(command: string, parameters: readonly string[], how: How): Promise<CommandEnd> {
  return new Promise(resolve => {
    const bin = join(how.folder, 'node_modules', '.bin')
    const child = spawn(command, parameters, {
      cwd: how.folder,
      stdio: how.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a late tool is ended together with what it started.
      detached: true,
      env: { ...process.env, PATH: bin + delimiter + (process.env['PATH'] ?? '') },
    })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const endGroup = (): void => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // It ended by itself in the meantime, which is what was wanted.
      }
    }
    const late = setTimeout(() => {
      output += `\n${command} did not end within ${how.minutes} minutes and was stopped.`
      endGroup()
    }, how.minutes * 60_000)
    process.once('exit', endGroup)
    child.on('error', error => {
      clearTimeout(late)
      resolve({ passed: false, output: `${command} could not run (${error.message}). Run \`npm ci\` first.` })
    })
    child.on('close', code => {
      clearTimeout(late)
      process.removeListener('exit', endGroup)
      resolve({ passed: code === 0, output })
    })
  })
}
