import type { MiddlewareHandler } from 'hono'
import type { Problem } from '../../shared/domain/problem.ts'
import type { AppEnv } from '../middleware/env.ts'
import { escaped } from './form-page.ts'

/** Where people come with a browser, a refusal is a page they can read; programs get the problem itself. */
export const refusalPage: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const isProblem = c.res.headers.get('content-type') === 'application/problem+json'
  if (!isProblem || !/\btext\/html\b/.test(c.req.header('accept') ?? '')) return
  const { title, detail, instance } = (await c.res.json()) as Problem
  c.res = new Response(page(escaped(title), escaped(detail), escaped(instance ?? '')), {
    status: c.res.status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': 'en',
      'Content-Security-Policy': `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  })
}

const page = (title: string, detail: string, id: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${detail}</p>${
        id &&
        `
      <p>${id}</p>`
      }
    </main>
  </body>
</html>
`
