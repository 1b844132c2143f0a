import type { Handler } from 'hono'
import type { TextKind } from '../../shared/domain/publication.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { answer, FOR_EVER, type WidgetFileDeps } from './widget-files.ts'

/** Any text a decision may name, the configuration included: what was shown, byte for byte. */
export const showText =
  (deps: WidgetFileDeps): Handler<AppEnv> =>
  c => {
    const hash = c.req.param('hash') ?? ''
    const text = deps.ledger.store.text(c.get('site').key, hash)
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
      type: typeOf(text.kind),
    })
  }

/** A page is told as the text it was: its form is answered at its own address only. */
function typeOf(kind: TextKind): string {
  if (kind === 'configuration') return 'application/json'
  return kind.endsWith('-page') || kind === 'collection' || kind === 'preferences'
    ? 'text/plain; charset=utf-8'
    : 'text/javascript; charset=utf-8'
}
