import { createHash } from 'node:crypto'
import type { Handler } from 'hono'
import { debugModule } from '../inventory/debug-module.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { answer, SHORT, type WidgetFileDeps } from './widget-files.ts'

/** Of no publication: nobody decides by it, and it looks at the configuration that is served now. */
export function debugView(
  deps: Pick<WidgetFileDeps, 'compressed'>,
  built: () => Uint8Array | undefined,
): Handler<AppEnv> {
  return c => {
    const code = built()
    if (!code)
      return problem(
        c,
        'unknown-file',
        'The operator of this server has to run "npm run build": debug.js is missing.',
      )
    const { configuration, hash } = c.var.site
    const bytes = Buffer.from(debugModule(Buffer.from(code).toString(), configuration, hash))
    const name = createHash('sha256').update(bytes).digest('hex')
    return answer(c, deps, { name, bytes, cache: SHORT, vary: 'Accept-Encoding' })
  }
}
