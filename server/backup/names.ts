import { readdirSync } from 'node:fs'
import type { Manifest } from './manifest.ts'

export type BackupKind = Manifest['kind']

/** One finished file of a backup. */
export interface BackupFile {
  readonly name: string
  readonly kind: BackupKind
  /** When it was made, epoch milliseconds; whole seconds. */
  readonly at: number
}

const BEGINNINGS: Readonly<Record<BackupKind, string>> = {
  ledger: 'assent-',
  'subject-keys': 'assent-subject-keys-',
}
const NAME = /^assent-(subject-keys-)?(\d{8}T\d{6}Z)\.age$/

/** `assent-20261122T180000Z.age`: the order of names is the order of time. */
export const backupName = (kind: BackupKind, at: number): string =>
  `${BEGINNINGS[kind]}${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.age`

/** The finished backups in a folder, oldest first. What is still being written has another name. */
export function backupsIn(folder: string, kind: BackupKind): BackupFile[] {
  return readdirSync(folder)
    .flatMap(name => backupFile(name) ?? [])
    .filter(file => file.kind === kind)
    .toSorted((a, b) => a.at - b.at)
}

function backupFile(name: string): BackupFile | undefined {
  const [, keys, stamp] = NAME.exec(name) ?? []
  if (stamp === undefined) return undefined
  const at = Date.parse(stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(at) ? undefined : { name, kind: keys === undefined ? 'ledger' : 'subject-keys', at }
}

/** Those older than `age` milliseconds before `now`; never the newest. */
export const expired = (files: readonly BackupFile[], age: number, now: number): BackupFile[] =>
  files.slice(0, -1).filter(file => file.at < now - age)
