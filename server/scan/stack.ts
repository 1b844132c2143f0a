/** A place in a script. One that a script put into the page as text is anonymous. */
const FRAME = /((?:https?|blob|data|file):.*?|<anonymous>):(\d+):\d+\)?$/

/** Where a stack of Chromium's came from, nearest first: each script once, at its first line met. */
export function culpritsOf(stack: string, page: string): string[] {
  const found = new Map<string, string>()
  for (const line of stack.split('\n')) {
    const [, url, row] = FRAME.exec(line.trim()) ?? []
    if (url === undefined || found.has(url)) continue
    found.set(url, url === '<anonymous>' ? withoutQuery(page) : atLine(url, Number(row)))
  }
  return [...found.values()]
}

export interface Initiator {
  readonly url?: string
  readonly lineNumber?: number
  readonly stack?: Frames
}

export interface Frames {
  readonly callFrames: readonly { readonly url: string; readonly lineNumber: number }[]
  readonly parent?: Frames
}

/** The same of what DevTools says started a request; its lines begin at 0. */
export function initiatorsOf({ url, lineNumber, stack }: Initiator): string[] {
  const found = new Map<string, string>()
  const see = (address: string, line: number | undefined): void => {
    if (address !== '' && !found.has(address)) found.set(address, atLine(address, line))
  }
  for (let frames = stack; frames; frames = frames.parent)
    for (const frame of frames.callFrames) see(frame.url, frame.lineNumber + 1)
  if (url !== undefined) see(url, lineNumber === undefined ? undefined : lineNumber + 1)
  return [...found.values()]
}

/** Without the query, which may name a person. */
export function withoutQuery(address: string): string {
  if (address.startsWith('data:')) return 'data:'
  return address.replace(/[?#].*$/, '')
}

const atLine = (address: string, line: number | undefined): string =>
  line === undefined ? withoutQuery(address) : `${withoutQuery(address)}:${line}`
