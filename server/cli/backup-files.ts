import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readIdentities } from '../backup/age.ts'
import { readBackup, UnusableBackup } from '../backup/read.ts'
import type { Manifest } from '../backup/manifest.ts'
import type { BackupKind } from '../backup/names.ts'
import { readSecret } from '../ledger/private-files.ts'
import { SUBJECT_KEYS } from '../storage/snapshot.ts'
import { CommandError } from './command.ts'
import { megabytes } from './data-copy.ts'
import type { Terminal } from './terminal.ts'

/** The two files of a backup and who can open them. */
export interface BackupFiles {
  readonly ledger: string
  readonly subjectKeys: string
  readonly identities: readonly string[]
}

export interface UnpackedBackup {
  readonly ledger: Manifest
  /** Bytes of both files. */
  readonly size: number
}

/** Unpacks both into a folder, and holds them against each other. Throws, saying what to do, where they do not open or fit. */
export async function unpackBackup(
  into: string,
  files: BackupFiles,
  terminal: Terminal,
): Promise<UnpackedBackup> {
  const open = (path: string, kind: BackupKind, where: string) => {
    if (!existsSync(path)) throw new CommandError(`There is no backup ${path}.`)
    const { size } = statSync(path)
    const progress = (bytes: number) =>
      terminal.progress(`${path}: ${megabytes(bytes)} of ${megabytes(size)} unpacked`)
    return readBackup(where, { path, kind, identities: files.identities, progress })
  }
  try {
    // The small one first: what fails on it fails at once. Apart, for the two may be the same by mistake.
    const apart = join(into, '.subject-keys')
    const keys = await open(files.subjectKeys, 'subject-keys', apart)
    const ledger = await open(files.ledger, 'ledger', into)
    renameSync(join(apart, SUBJECT_KEYS), join(into, SUBJECT_KEYS))
    rmSync(apart, { recursive: true })
    if (keys.madeAt < ledger.madeAt)
      throw new CommandError(
        `${files.subjectKeys} was made before ${files.ledger}, and may lack keys it needs: take the one of the same time or any later one.`,
      )
    return { ledger, size: statSync(files.ledger).size + statSync(files.subjectKeys).size }
  } catch (cause) {
    if (cause instanceof UnusableBackup) throw new CommandError(cause.message, 1, { cause })
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT'))
      throw new CommandError('The disk is full, and nothing was kept: make room, and start again.', 1, {
        cause,
      })
    throw cause
  } finally {
    terminal.progress('')
  }
}

/** The age identities in a file that nobody but its owner may read. */
export function identitiesIn(path: string): string[] {
  if (!existsSync(path)) throw new CommandError(`There is no identity file ${path}.`)
  const identities = readIdentities(readSecret(path))
  if (!identities)
    throw new CommandError(
      `${path} holds no age identity, a line that begins with AGE-SECRET-KEY-: "assent backup key" and age-keygen make such files.`,
    )
  return identities
}

/** Checkpoints that were kept elsewhere: one file, or a folder as `<data>/checkpoints` is one. */
export const readNote = (path: string): string => {
  if (!existsSync(path)) throw new CommandError(`There is no checkpoint ${path}.`)
  return readFileSync(path, 'utf8')
}
