import { createHash } from 'node:crypto'
import type { Handler } from 'hono'
import type { AppEnv } from '../middleware/env.ts'
import type { ApiIdentity } from './openapi.ts'
import { referencePage } from './reference/page.ts'
import { STYLE } from './reference/style.ts'
import { answer, SHORT, type WidgetFileDeps } from './widget-files.ts'

const sha256 = (text: string) => createHash('sha256').update(text)

/** The whole API to read and to print. It runs nothing, loads nothing, and may be framed by nobody. */
export function apiPage(deps: Pick<WidgetFileDeps, 'compressed'>, identity: ApiIdentity): Handler<AppEnv> {
  // Made when somebody first reads it: starting waits for nothing it does not need.
  let made: ReturnType<typeof fileOf> | undefined
  const policy = `default-src 'none'; style-src 'sha256-${sha256(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  return c => {
    c.header('Content-Security-Policy', policy)
    c.header('Content-Language', 'en')
    c.header('Referrer-Policy', 'no-referrer')
    made ??= fileOf(referencePage(identity))
    return answer(c, deps, made)
  }
}

const fileOf = (page: string) => ({
  name: sha256(page).digest('hex'),
  bytes: Buffer.from(page),
  cache: SHORT,
  vary: 'Accept-Encoding',
  type: 'text/html; charset=utf-8',
})
