import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'
import { CommandError } from './command.ts'

export type Tone = 'good' | 'bad' | 'quiet' | 'strong'
const STYLES = { good: 'green', bad: 'red', quiet: 'dim', strong: 'bold' } as const

/** Asks one question and answers the line that was typed. */
export type Ask = (question: string) => Promise<string>

/** Where a command writes. Answers go to `out`, everything about the run to `err`. */
export interface Terminal {
  readonly out: (text: string) => void
  /** An answer in pieces, each as it is; resolves when there is room for more. */
  readonly write: (piece: string) => Promise<void>
  readonly err: (text: string) => void
  /** One line that replaces itself while long work runs; nothing where nobody watches. */
  readonly progress: (text: string) => void
  readonly paint: (tone: Tone, text: string) => string
  /** Talks with the person in front of it; absent where nobody is. */
  readonly converse?: <T>(talk: (ask: Ask) => Promise<T>) => Promise<T>
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) stream.on('error', unlessClosed)
  let shown = false
  const clear = () => {
    if (shown) stderr.write('\r\u001b[K')
    shown = false
  }
  return {
    out(text) {
      clear()
      stdout.write(`${text}\n`)
    },
    async write(piece) {
      clear()
      if (stdout.destroyed || stdout.write(piece)) return
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(unlessClosed)
    },
    err(text) {
      clear()
      stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!stderr.isTTY) return
      stderr.write(`\r\u001b[K${text}`)
      shown = text !== ''
    },
    // styleText itself leaves colours out where the stream is no terminal or NO_COLOR is set.
    paint: (tone, text) => styleText(STYLES[tone], text, { stream: stdout }),
    ...(process.stdin.isTTY && stdout.isTTY && { converse }),
  }
}

/** Whoever reads may stop early, such as `head`: the command goes on to its end, and its exit code stands. */
function unlessClosed(fault: Error): void {
  if (!('code' in fault) || fault.code !== 'EPIPE') throw fault
}

async function converse<T>(talk: (ask: Ask) => Promise<T>): Promise<T> {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  // Read as a stream, so that what is typed or pasted ahead is not lost between two questions.
  const lines = reader[Symbol.asyncIterator]()
  let ended = false
  reader.once('close', () => (ended = true))
  try {
    return await talk(async question => {
      if (!ended) {
        reader.setPrompt(question)
        reader.prompt()
      }
      const line = await lines.next()
      if (line.done) throw new CommandError('Stopped, and nothing was written.')
      return line.value
    })
  } finally {
    reader.close()
  }
}
