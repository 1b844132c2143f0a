import type { ParseArgsConfig } from 'node:util'
import type { Environment } from '../config.ts'
import type { Terminal } from './terminal.ts'

/** What a command ends with. */
export const EXIT = { ok: 0, findings: 1, usage: 2 } as const

/** A list where an option may be given several times. */
export type Flag = string | boolean | readonly string[] | undefined

export interface Invocation {
  readonly flags: Readonly<Record<string, Flag>>
  readonly words: readonly string[]
  readonly terminal: Terminal
  /** Instead of the process's own, in tests. */
  readonly environment?: Environment
}

export interface Command {
  /** After `assent`, such as `site check <file>`. */
  readonly usage: string
  readonly summary: string
  /** What the options do, examples and exit codes. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** How many words it takes after its name. */
  readonly words: readonly [least: number, most: number]
  run(invocation: Invocation): Promise<number>
}

/** A failure whose message already says what to do; shown as it is. */
export class CommandError extends Error {
  readonly exit: number
  constructor(message: string, exit: number = EXIT.findings, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}

export const DATA_OPTION = { data: { type: 'string' } } as const
export const DATA_HELP = '  --data <folder>   data folder (default ./data, or ASSENT_DATA)'

export const textFlag = (value: Flag): string | undefined => (typeof value === 'string' ? value : undefined)

export function dataFlag(flags: Invocation['flags']): { data?: string } {
  const data = textFlag(flags['data'])
  return data === undefined ? {} : { data }
}
