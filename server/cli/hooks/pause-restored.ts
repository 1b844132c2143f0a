import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openHooks } from '../../storage/open.ts'

/**
 * Pauses every hook of a restored folder; answers how many. Where it comes to life may be another machine, beside the one
 * it was copied from: nobody is told anything before somebody has decided that this is the one.
 */
export function pauseRestoredHooks(folder: string): number {
  if (!existsSync(join(folder, 'hooks.db'))) return 0
  const { hooks, close } = openHooks(folder)
  try {
    const active = hooks.list().filter(({ state }) => state === 'active')
    for (const { id } of active) hooks.pause(id, 'restored from a backup')
    return active.length
  } finally {
    close()
  }
}
