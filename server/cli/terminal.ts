import { styleText } from 'node:util'

export type Tone = 'good' | 'bad' | 'quiet' | 'strong'
const STYLES = { good: 'green', bad: 'red', quiet: 'dim', strong: 'bold' } as const

/** Where a command writes. Answers go to `out`, everything about the run to `err`. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** One line that replaces itself while long work runs; nothing where nobody watches. */
  readonly progress: (text: string) => void
  readonly paint: (tone: Tone, text: string) => string
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process
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
  }
}
