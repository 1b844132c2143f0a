/** Does what is left to do when the person or the system stops a long command; call the answer once it has ended. */
export function onSignal(clean: () => void): () => void {
  const stop = (signal: NodeJS.Signals) => {
    clean()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return () => void process.off('SIGINT', stop).off('SIGTERM', stop)
}
