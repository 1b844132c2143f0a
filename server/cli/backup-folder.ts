import { accessSync, constants, existsSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { backupsIn, expired, type BackupKind } from '../backup/names.ts'
import { CommandError, EXIT } from './command.ts'

/** The folder backups are written to. It is never made: where a disk is not mounted, they would land beside the ledger. */
export function backupFolder(path: string, data: string): string {
  const folder = resolve(path)
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(`There is no folder ${folder}: make it, or mount what belongs there.`)
  const within = relative(resolve(data), folder)
  if (within === '' || !within.startsWith('..'))
    throw new CommandError(`${folder} is in the data folder, and would be lost with it: name another place.`)
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new CommandError(
      `The folder ${folder} cannot be written: give this user the right to.`,
      EXIT.findings,
      { cause },
    )
  }
  return folder
}

const UNITS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `7d` → milliseconds. */
export function readAge(flag: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? []
  if (count === undefined)
    throw new CommandError(`${flag} takes hours, days or weeks, such as 12h, 7d or 4w.`, EXIT.usage)
  return Number(count) * UNITS[unit as keyof typeof UNITS]
}

/** Deletes what is older than `age`, but for the newest; answers their names. */
export function deleteExpired(folder: string, kind: BackupKind, age: number, now: number): string[] {
  const names = expired(backupsIn(folder, kind), age, now).map(file => file.name)
  for (const name of names) rmSync(join(folder, name))
  return names
}
