import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolderOf } from '../ledger/private-files.ts'
import { CommandError } from './command.ts'

/** A file that nobody but its owner may read, and that was not there before. */
export function writeNew(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600, flush: true })
  } catch (cause) {
    throw asCommandError(file, cause)
  }
}

/** The same of a folder of files: all of it is there, or none. */
export function writeNewFolder(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): void {
  const part = `${folder}.part-${process.pid}`
  try {
    mkdirSync(part, { mode: 0o700 })
    for (const { name, bytes } of files) {
      mkdirSync(dirname(join(part, name)), { recursive: true, mode: 0o700 })
      writeFileSync(join(part, name), bytes, { flag: 'wx', mode: 0o600, flush: true })
    }
    renameSync(part, folder)
    syncFolderOf(folder)
  } catch (cause) {
    rmSync(part, { recursive: true, force: true })
    throw asCommandError(folder, cause)
  }
}

function asCommandError(place: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'EEXIST' || code === 'ENOTEMPTY')
    return new CommandError(`${place} is there already: name a new one.`, 1, { cause })
  if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR')
    return new CommandError(`${place} cannot be written: make its folder first, or name another place.`, 1, {
      cause,
    })
  return cause
}
