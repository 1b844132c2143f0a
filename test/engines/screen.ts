import { spawn } from 'node:child_process'

/** A screen that nobody sees. */
export interface Screen {
  readonly display: string
  stop(): Promise<void>
}

/** The server picks a free number and writes it to its fourth channel. */
export async function startScreen(program: string): Promise<Screen> {
  const child = spawn(program, ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    child.stdio[3]!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the screen ended with ${code}`)))
  })
  const ended = new Promise(done => {
    child.once('exit', done)
  })
  return {
    display: `:${number}`,
    async stop() {
      child.kill()
      await ended
    },
  }
}
