import type { Handler } from 'hono'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { answer, FOR_EVER, type WidgetFileDeps } from './widget-files.ts'

/** Any text a decision may name, the configuration included: what was shown, byte for byte. */
export const showText =
  (deps: WidgetFileDeps): Handler<AppEnv> =>
  c => {
    const hash = c.req.param('hash') ?? ''
    const text = deps.ledger.store.text(c.var.site.key, hash)
    if (!text)
      return problem(
        c,
        'unknown-text',
        'Check the hash: the "text" and "configuration" of an entry are such hashes.',
      )
    return answer(c, deps, {
      name: hash,
      bytes: text.body,
      cache: FOR_EVER,
      vary: 'Accept-Encoding',
      type: text.kind === 'configuration' ? 'application/json' : 'text/javascript; charset=utf-8',
    })
  }
