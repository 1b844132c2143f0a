/** What an event may say: counts, names of sites and routes, times. Never a person's data, an address or a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** From what is merely said to what somebody has to look at. */
export const LOG_LEVELS = ['info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** What failed and why, from the outermost message to the innermost cause, on one line; nothing is said twice. */
export function faultText(fault: unknown): string {
  const messages: string[] = []
  for (let f = fault; f !== undefined && messages.length < 6; f = f instanceof Error ? f.cause : undefined) {
    const message = f instanceof Error ? f.message : typeof f === 'string' ? f : JSON.stringify(f)
    if (!messages.some(said => said.includes(message))) messages.push(message)
  }
  const last = messages.length - 1
  return messages.map((message, i) => (i < last ? message.replace(/[.:]$/, '') : message)).join(': ')
}
