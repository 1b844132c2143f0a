import type { Config } from '../../config.ts'
import { recordRemoved } from '../../hooks/record.ts'
import type { Hook, HookStore } from '../../hooks/store.ts'
import { requireContinuity } from '../../ledger/continuity.ts'
import { DATA_HELP, DATA_OPTION, EXIT, textFlag, type Command, type Invocation } from '../command.ts'
import { openSite } from '../data.ts'
import { actorOf } from '../revoke.ts'
import { hookJson } from './hook-json.ts'
import { requireThere, withHook } from './one-hook.ts'

export const hookPause = changing('pause', {
  summary: 'Stops telling a recipient, until it is resumed.',
  help: 'What comes meanwhile is told when it is resumed: nothing is skipped.',
  act: (hooks, id) => hooks.pause(id, 'by "assent hook pause"'),
  says: ({ recipient }) => `is paused: ${recipient} is told nothing until "assent hook resume".`,
})

export const hookResume = changing('resume', {
  summary: 'Goes on telling a recipient, from where it was.',
  help: 'It is tried at once, whatever failed before. To skip a message that is never taken, move on with "assent hook replay".',
  act: (hooks, id) => hooks.resume(id),
  says: ({ recipient, next }) => `tells ${recipient} again, from entry ${next} on.`,
})

export const hookRemove = changing('remove', {
  summary: 'Ends a hook for ever, and deletes its secrets; that it was there stays known.',
  help: 'It stays in "assent hook list", for who was told what is worth knowing later. To tell them again, add a new one.',
  act: (hooks, id) => hooks.remove(id),
  says: ({ recipient }) => `is removed: ${recipient} is told nothing more, erasures included.`,
})

/** Afterwards: whatever the log says, they are told nothing more. What could not be recorded is when it is removed once more. */
async function recordRemoval(flags: Invocation['flags'], config: Config, hook: Hook): Promise<void> {
  const data = await openSite(config, hook.site)
  try {
    requireContinuity(data.ledger, hook.site)
    await recordRemoved(data.ledger, hook, actorOf(textFlag(flags['by'])))
  } finally {
    await data.close()
  }
}

interface Changing {
  readonly summary: string
  readonly help: string
  readonly act: (hooks: HookStore, id: string) => void
  readonly says: (hook: Hook) => string
}

function changing(verb: 'pause' | 'resume' | 'remove', { summary, help, act, says }: Changing): Command {
  return {
    usage: `hook ${verb} <id> [--json]`,
    summary,
    help: `
${verb === 'remove' ? '  --by <name>       who removes it, for the log; the user of this machine when left out\n' : ''}  --json            answers as JSON
${DATA_HELP}

${help}

Example:
  assent hook ${verb} 5bd8a2c10f3e

Exit codes: 0 done, 1 there is no such hook, 2 the command was not understood.`,
    options: {
      ...DATA_OPTION,
      json: { type: 'boolean' },
      ...(verb === 'remove' && { by: { type: 'string' } as const }),
    },
    words: [1, 1],
    run: ({ flags, words: [id = ''], terminal, environment }) =>
      withHook(flags, environment, id, async (hook, hooks, config) => {
        if (verb !== 'remove') requireThere(hook)
        act(hooks, id)
        if (verb === 'remove') await recordRemoval(flags, config, hook)
        const now = hooks.find(id)!
        if (flags['json'] === true) terminal.out(JSON.stringify(hookJson(now), null, 2))
        else terminal.out(`Hook ${id} ${says(now)}`)
        return EXIT.ok
      }),
  }
}
