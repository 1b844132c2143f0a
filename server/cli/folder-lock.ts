import { lockFolder, type LockName } from '../storage/snapshot.ts'
import { CommandError } from './command.ts'

/** Holds a data folder for one server, one backup, or one change of the master key; refuses the second, and says who has it. */
export function holdFolder(folder: string, what: LockName): { release(): void } {
  const lock = lockFolder(folder, what)
  if (!('heldBy' in lock)) return lock
  const who = lock.heldBy === 0 ? '' : ` (process ${lock.heldBy})`
  throw new CommandError(REFUSALS[what](folder, who))
}

const REFUSALS: Readonly<Record<LockName, (folder: string, who: string) => string>> = {
  server: (folder, who) =>
    `Another assent serve${who} runs on ${folder}: stop it first, or name another folder with --data. One that crashed is in nobody's way.`,
  backup: (folder, who) => `Another backup of ${folder}${who} is running: wait for its end.`,
  'master-key': (folder, who) =>
    `The master key of ${folder} is being changed already${who}: wait for its end.`,
}
