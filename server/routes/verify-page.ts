import { createHash } from 'node:crypto'
import type { Handler } from 'hono'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { answer, SHORT, type WidgetFileDeps } from './widget-files.ts'

/** The page that checks receipts: one file, the same for every site, which asks nothing of anybody. */
export function verifyPage(
  deps: Pick<WidgetFileDeps, 'compressed'>,
  page: () => Uint8Array | undefined,
): Handler<AppEnv> {
  return c => {
    const bytes = page()
    if (!bytes)
      return problem(
        c,
        'unknown-file',
        'The operator of this server has to run "npm run build": verify.html is missing.',
      )
    // The page says its policy itself, for it is opened as a file too; who may frame it only a header can say.
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
      Buffer.from(bytes).toString(),
    )?.[1]
    c.header('Content-Security-Policy', `${policy ?? "default-src 'none'"}; frame-ancestors 'none'`)
    c.header('Referrer-Policy', 'no-referrer')
    const name = createHash('sha256').update(bytes).digest('hex')
    return answer(c, deps, {
      name,
      bytes,
      cache: SHORT,
      vary: 'Accept-Encoding',
      type: 'text/html; charset=utf-8',
    })
  }
}
