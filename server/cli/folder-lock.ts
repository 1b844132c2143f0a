import { lockFolder } from '../storage/snapshot.ts'
import { CommandError } from './command.ts'

/** Holds a data folder for one server, or for one backup; refuses the second, and says who has it. */
export function holdFolder(folder: string, what: 'server' | 'backup'): { release(): void } {
  const lock = lockFolder(folder, what)
  if (!('heldBy' in lock)) return lock
  const who = lock.heldBy === 0 ? '' : ` (process ${lock.heldBy})`
  throw new CommandError(
    what === 'server'
      ? `Another assent serve${who} runs on ${folder}: stop it first, or name another folder with --data. One that crashed is in nobody's way.`
      : `Another backup of ${folder}${who} is running: wait for its end.`,
  )
}
