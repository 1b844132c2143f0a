import type { Log, LogFields } from '../../shared/domain/log.ts'

/** One JSON line per event. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  const at = (level: string) => (event: string, fields?: LogFields) =>
    write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }) + '\n')
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
