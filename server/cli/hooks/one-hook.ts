import { readConfig, type Config, type Environment } from '../../config.ts'
import type { Hook, HookStore } from '../../hooks/store.ts'
import { openHooks } from '../../storage/open.ts'
import { CommandError, dataFlag, type Invocation } from '../command.ts'
import { ledgerFolder } from '../data.ts'

/** Looks at one hook, or changes it, beside a running server, which sees it within a second. */
export async function withHook<T>(
  flags: Invocation['flags'],
  environment: Environment | undefined,
  id: string,
  act: (hook: Hook, hooks: HookStore, config: Config) => T | Promise<T>,
): Promise<T> {
  const config = readConfig(dataFlag(flags), environment)
  const { hooks, close } = openHooks(ledgerFolder(config))
  try {
    const hook = hooks.find(id)
    if (!hook) throw new CommandError(`There is no hook "${id}": "assent hook list" names them.`)
    return await act(hook, hooks, config)
  } finally {
    close()
  }
}

export function requireThere({ id, state }: Hook): void {
  if (state === 'removed')
    throw new CommandError(`Hook ${id} was removed, and stays so: add it again with "assent hook add".`)
}
