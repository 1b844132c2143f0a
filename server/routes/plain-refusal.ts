import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { isRightToLeft } from '../../shared/domain/language.ts'
import { spokenTo, type ServerWords } from '../languages/words.ts'
import { escaped, preferredIn } from './form-page.ts'
import type { Refusal } from './refusal-page.ts'

const OF_CASE: Readonly<Record<string, keyof ServerWords['pages']>> = {
  none: 'none',
  closed: 'none',
  elsewhere: 'unsent',
  unread: 'unsent',
}

const CSS = `:root{color-scheme:light dark;background:Canvas;color:CanvasText;font:1em/1.6 system-ui,sans-serif}body{max-width:38em;margin:0 auto;padding:2em max(16px,3vw)}h1{font-size:1.5em;line-height:1.3}code{font:inherit;overflow-wrap:anywhere}`
const CSS_HASH = createHash('sha256').update(CSS).digest('base64')

export function plainRefusal(c: Context, { status, number }: Refusal, fact: string): Response {
  const { language, words } = spokenTo(preferredIn(c))
  const { title, text } = words.pages[OF_CASE[fact] ?? 'later']
  c.header('Cache-Control', 'no-store')
  c.header('Content-Language', language)
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'sha256-${CSS_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  return c.html(page({ language, title, text, number }), status)
}

interface Shown {
  readonly language: string
  readonly title: string
  readonly text: string
  readonly number: string | undefined
}

const page = ({ language, title, text, number }: Shown): string => `<!doctype html>
<html lang="${language}" dir="${isRightToLeft(language) ? 'rtl' : 'ltr'}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>${CSS}</style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${text}</p>${number === undefined ? '' : `\n      <p><code dir="ltr">${escaped(number)}</code></p>`}
    </main>
  </body>
</html>
`
