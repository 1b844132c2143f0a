import { LOG_LEVELS, type Log, type LogFields, type LogLevel } from '../../shared/domain/log.ts'

/** One JSON line per event of this level or a more urgent one. */
export function createLog(write: (line: string) => void, now: () => number, least: LogLevel = 'info'): Log {
  const at = (level: LogLevel) =>
    LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)
      ? () => {}
      : (event: string, fields?: LogFields) =>
          write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }) + '\n')
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
