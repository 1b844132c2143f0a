/** Asks a browser something by WebDriver BiDi: one socket, numbered questions. */
export interface Bidi {
  ask<Answer>(method: string, parameters?: object): Promise<Answer>
  close(): void
}

interface Answered {
  readonly id: number | null
  readonly type: 'success' | 'error' | 'event'
  readonly result: unknown
  readonly message: string
}

export async function connectBidi(address: string): Promise<Bidi> {
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`no answer at ${address}`)))
  })
  const waiting = new Map<number, (answered: Answered) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answered = JSON.parse(String(data)) as Answered
    // Events have no number, and none was asked for.
    if (answered.id) waiting.get(answered.id)?.(answered)
  })
  let last = 0
  return {
    ask: <Answer>(method: string, parameters = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const id = ++last
        waiting.set(id, ({ type, result, message }) => {
          waiting.delete(id)
          if (type === 'success') resolve(result as Answer)
          else reject(new Error(`${method}: ${message}`))
        })
        socket.send(JSON.stringify({ id, method, params: parameters }))
      }),
    close: () => socket.close(),
  }
}
