/** What keeps a text from being JSON, and where; `undefined` when nothing does. */
export function jsonFault(text: string): string | undefined {
  const message = messageOf(text)
  if (message === undefined) return undefined
  const before = text.slice(0, positionOf(text, message)).split('\n')
  // The engine's words, without where it thinks it is and without what it quotes.
  const reason = message
    .replace(/ (in|after) JSON at position .*$/s, '')
    .replace(/, "?[^]*is not valid JSON$/, '')
  return `${reason} (line ${before.length}, column ${before.at(-1)!.length + 1})`
}

function messageOf(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (fault) {
    return (fault as SyntaxError).message
  }
}

function positionOf(text: string, message: string): number {
  const [, said] = /at position (\d+)/.exec(message) ?? []
  if (said !== undefined) return Number(said)
  if (!message.startsWith('Unexpected token')) return text.length
  // Of an unexpected token the engine tells no position: it is the end of the shortest beginning that has it.
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const half = Math.floor((fits + tooLong) / 2)
    if (messageOf(text.slice(0, half))?.startsWith('Unexpected token')) tooLong = half
    else fits = half
  }
  return tooLong - 1
}
