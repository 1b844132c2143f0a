/** Work that is done again and again; `run` joins the round that is under way, if one is. */
export interface Repeated {
  run(): Promise<void>
  /** Ends the timer, and waits for what is under way. */
  stop(): Promise<void>
}

/** Does it at an interval, never twice at once. Keeps no process alive. What `round` throws is its own to tell. */
export function repeat(round: () => Promise<void>, every: number): Repeated {
  let running: Promise<void> | undefined
  const run = (): Promise<void> => (running ??= round().finally(() => (running = undefined)))
  const timer = setInterval(() => void run(), every)
  timer.unref()
  return {
    run,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
