import { randomUUID } from 'node:crypto'
import { CONTENT, secretsOf } from '../../hooks/deliver.ts'
import { createPoster } from '../../hooks/post.ts'
import { signatureHeaders } from '../../hooks/sign.ts'
import { DATA_HELP, DATA_OPTION, EXIT, type Command } from '../command.ts'
import { openData } from '../data.ts'
import { timeText } from '../moments.ts'
import { requireThere, withHook } from './one-hook.ts'

export const hookTest: Command = {
  usage: 'hook test <id>',
  summary: 'Posts one signed message of the type "ping" to a hook, now, and says what came back.',
  help: `
${DATA_HELP}

It tells of nobody, is sent from this machine also while the hook is paused, and changes nothing.

Example:
  assent hook test 5bd8a2c10f3e

Exit codes: 0 it was taken, 1 it was not, or there is no such hook, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  run: ({ flags, words: [id = ''], terminal, environment }) =>
    withHook(flags, environment, id, async (hook, hooks, config) => {
      requireThere(hook)
      const data = await openData(config, Date.now, { readonly: true })
      const poster = createPoster({ production: config.production })
      try {
        const at = Date.now()
        const body = JSON.stringify({ type: 'ping', timestamp: timeText(at), site: hook.site, data: {} })
        const own = secretsOf(hooks, data.hookSecrets, hook, at)
        const headers = {
          ...CONTENT,
          ...signatureHeaders(own, { id: `${hook.site}:ping:${randomUUID()}`, at, body }),
        }
        const outcome = await poster.post(hook.url, () => ({ headers, body }), AbortSignal.timeout(60_000))
        if (outcome.kind === 'delivered') {
          terminal.out(`${hook.recipient} took it: ${outcome.status} after ${Date.now() - at} ms.`)
          return EXIT.ok
        }
        const why = outcome.kind === 'failed' ? outcome.why : 'it answered 410: it wants nothing more'
        terminal.out(`${hook.recipient} did not take it: ${why}.`)
        return EXIT.findings
      } finally {
        poster.close()
        await data.close()
      }
    }),
}
