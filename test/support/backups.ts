import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { decrypt, newIdentity } from '../../server/backup/age.ts'
import { readTar } from '../../server/backup/tar.ts'
import { writeDurably } from '../../server/ledger/private-files.ts'
import { assent, type CommandRun } from './cli.ts'

/** A place for backups, and the key that opens them. */
export interface BackupPlace {
  readonly folder: string
  /** Where the backups are. */
  readonly backups: string
  readonly recipient: string
  readonly identity: string
  readonly identityFile: string
  path(name: string): string
  /** Runs `assent backup` into it. */
  backup(data: string, ...args: string[]): Promise<CommandRun>
  /** Runs `assent restore` of the newest backup in it; answers the new data folder too. */
  restore(
    data: string,
    args?: readonly string[],
    as?: string,
  ): Promise<CommandRun & { readonly data: string }>
  /** The newest of each kind. */
  newest(): { readonly ledger: string; readonly subjectKeys: string }
  remove(): void
}

export async function aBackupPlace(): Promise<BackupPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-backups-'))
  const backups = mkdtempSync(join(folder, 'to-'))
  const { identity, recipient } = await newIdentity()
  const identityFile = join(folder, 'identity')
  writeDurably(identityFile, `${identity}\n`, 'wx')
  const named = (beginning: string) =>
    join(
      backups,
      readdirSync(backups)
        .filter(name => name.startsWith(beginning))
        .toSorted()
        .at(-1)!,
    )
  const newest = () => ({ ledger: named('assent-2'), subjectKeys: named('assent-subject-keys-2') })
  let restored = 0
  return {
    folder,
    backups,
    recipient,
    identity,
    identityFile,
    path: name => join(folder, name),
    backup: (data, ...args) =>
      assent(['backup', '--data', data, '--to', backups, '--recipient', recipient, ...args]),
    async restore(from, args = [], as = join(folder, `restored-${++restored}`)) {
      const { ledger, subjectKeys } = newest()
      const keys = ['--identity', identityFile, '--master-key', join(from, 'keys/master.key')]
      const run = await assent([
        'restore',
        ledger,
        '--subject-keys',
        subjectKeys,
        ...keys,
        '--data',
        as,
        ...args,
      ])
      return { ...run, data: as }
    },
    newest,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The files in a backup, by name. */
export async function filesIn(path: string, identity: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for await (const { name, content } of readTar(await decrypt(createReadStream(path), [identity])))
    files.set(name, await buffer(content))
  return files
}

/** A disk of its own of so many bytes; undefined where this user may mount none. */
export function aSmallDisk(bytes: number): { readonly folder: string; remove(): void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'assent-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'none', folder], {
      stdio: 'ignore',
    })
  } catch {
    // Not the superuser, or in a container that may not: nothing to test with.
    rmSync(folder, { recursive: true })
    return undefined
  }
  return {
    folder,
    remove() {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}
