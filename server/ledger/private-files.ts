import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Reads a key file that nobody but its owner may read. */
export function readSecret(path: string): string {
  if (!existsSync(path))
    throw new Error(`${path} is missing: restore it from its backup; a new key would not fit what is stored`)
  const file = openSync(path, 'r')
  try {
    if ((fstatSync(file).mode & 0o077) !== 0)
      throw new Error(`others may read ${path}: run chmod 600 ${path}`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Writes a file (0600) and waits until the disk has it. */
export function writeDurably(path: string, text: string, flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** After a rename: waits until the disk has it. */
export const syncFolderOf = (path: string): void => syncFolder(dirname(path))

/** A new or renamed file is only sure to be found again when its folder is on disk too. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
