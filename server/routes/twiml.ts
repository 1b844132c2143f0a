import type { Context } from 'hono'
import type { AppEnv } from '../middleware/env.ts'

/** What Twilio is to send back: nothing, or one text. */
export const twiml = (c: Context<AppEnv>, texts: readonly string[]): Response =>
  c.body(
    `<?xml version="1.0" encoding="UTF-8"?><Response>${texts.map(text => `<Message>${escaped(text)}</Message>`).join('')}</Response>`,
    200,
    { 'Content-Type': 'text/xml; charset=utf-8', 'Cache-Control': 'no-store' },
  )

/** What XML 1.0 cannot hold is left out. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
