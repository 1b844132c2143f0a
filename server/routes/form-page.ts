import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { pickLanguage } from '../../shared/domain/language.ts'
import type { CurrentSite } from '../inventory/current.ts'
import type { StoredText } from '../ledger/store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { acceptedInOrder } from './accept.ts'

/** What is so for the person the page is sent to; the published bytes hold everything else. */
export interface Filled {
  /** Shows the elements that wait for it, such as `sms:invalid-address`. */
  readonly facts: ReadonlySet<string>
  /** By name of the field. */
  readonly values: Readonly<Record<string, string>>
  /** Names of ticked boxes. */
  readonly ticked: ReadonlySet<string>
  /** Receipt numbers by channel. */
  readonly receipts: Readonly<Record<string, string>>
  /** Texts known only now, by their names. */
  readonly said?: Readonly<Record<string, string>>
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
export const escaped = (text: string): string => text.replace(/[&<>"]/g, each => ESCAPES[each]!)

/**
 * The published page with what a script would do on it. Texts in it are escaped, quotation marks included, so what is
 * replaced here is always an attribute of ours.
 */
export function fillForm(page: string, { facts, values, ticked, receipts, said = {} }: Filled): string {
  /** What concerns the whole form stands at its end: the page opens there, and a screen reader begins with it. */
  const isOfForm = (fact: string): boolean => /^[a-z]+$/.test(fact) && facts.has(fact)
  let isFirst = true
  const describe = (field: string): string => {
    const fault = [...facts].find(fact => fact.startsWith(`${field}:`))
    if (!fault) return ''
    const focus = isFirst ? ' autofocus' : ''
    isFirst = false
    return ` aria-invalid="true" aria-describedby="assent-${fault.replace(':', '-')}"${focus}`
  }
  return page
    .replace(/(class="assent-fault") hidden data-when="([^"]+)"/g, (as, its: string, fact: string) => {
      if (!isOfForm(fact)) return as
      isFirst = false
      return `${its} tabindex="-1" autofocus`
    })
    .replace(/ hidden data-when="([^"]+)"/g, (as, fact: string) => (facts.has(fact) ? '' : as))
    .replace(/ data-unless="([^"]+)"/g, (as, fact: string) => (facts.has(fact) ? ' hidden' : as))
    .replace(/ data-open="([^"]+)"/g, (_, fact: string) => (facts.has(fact) ? ' open' : ''))
    .replace(/ data-value="([^"]+)"/g, (_, name: string) => ` value="${escaped(values[name] ?? '')}"`)
    .replace(/ data-ticked="([^"]+)"/g, (_, name: string) => (ticked.has(name) ? ' checked' : ''))
    .replace(/ data-receipt="([^"]+)">/g, (_, channel: string) => `>${escaped(receipts[channel] ?? '')}`)
    .replace(/ data-said="([^"]+)">/g, (_, name: string) => `>${escaped(said[name] ?? '')}`)
    .replace(/ data-fault="([^"]+)"/g, (_, field: string) => describe(field))
}

export interface FormPage {
  readonly language: string
  readonly text: StoredText
}

/** A page in the language of the address, or in the one that fits best; `undefined` where there is none of this name. */
export function pageOf(
  c: Context<AppEnv>,
  { store }: Ledger,
  { key, files, configuration }: CurrentSite,
  name: string,
): FormPage | undefined {
  const language = pickLanguage(preferredIn(c), configuration.languages)
  const hash = files[`${name}.${language}`]
  const text = hash === undefined ? undefined : store.text(key, hash)
  return text && { language, text }
}

/** Tags of languages, the best first: the address names one, the browser others. */
export function preferredIn(c: Context): string[] {
  const [, named = ''] = /\.([A-Za-z0-9-]{1,35})(?:\.[0-9a-f]{64})?\.html$/.exec(c.req.path) ?? []
  return [named, ...acceptedInOrder(c.req.header('accept-language'))]
}

export const noSuchPage = (c: Context): Response =>
  problem(c, 'unknown-file', 'Check the address: this site has no such page.')

interface Framing {
  /** Origins that may show it inside their own page. */
  readonly frames?: readonly string[]
  readonly status?: ContentfulStatusCode
  /** Of a page whose address is a secret: then its form does not say either where it comes from. */
  readonly referrer?: 'no-referrer'
}

export function answerPage(
  c: Context,
  { text, language }: FormPage,
  filled: Filled,
  { frames = [], status = 200, referrer }: Framing = {},
): Response {
  const page = new TextDecoder().decode(text.body)
  const [, css = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? []
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`,
    `img-src data:`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors ${frames.length > 0 ? frames.join(' ') : `'none'`}`,
  ]
  // Ids are minted into it, and an address may stand in it.
  c.header('Cache-Control', 'no-store')
  c.header('Content-Language', language)
  c.header('Content-Security-Policy', policy.join('; '))
  // Not "no-referrer": with that the form would not say where it comes from.
  c.header('Referrer-Policy', referrer ?? 'same-origin')
  return c.html(fillForm(page, filled), status)
}
