import { createHash } from 'node:crypto'
import type { Context, Handler } from 'hono'
import { pickLanguage } from '../../shared/domain/language.ts'
import type { PublicationFiles } from '../../shared/domain/publication.ts'
import { noticeVersionOf } from '../inventory/notice-version.ts'
import type { Publication } from '../ledger/store.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { acceptedInOrder } from './accept.ts'
import { answer, FOR_EVER, kept, notPublished, SHORT, type WidgetFileDeps } from './widget-files.ts'

const HTML = 'text/html; charset=utf-8'
const NEGOTIATED = 'Accept-Encoding, Accept-Language'

/** The privacy notice as it is now, in the language of the address or else the reader's. */
export const noticePage =
  (deps: WidgetFileDeps): Handler<AppEnv> =>
  c => {
    const language = languageOf(c)
    const hash = c.get('site').files[`notice-page.${language}`]
    if (hash === undefined) return notPublished(c)
    const { body } = kept(deps, c.get('site').key, hash)
    protect(c, body, language)
    return answer(c, deps, { name: hash, bytes: body, cache: SHORT, vary: NEGOTIATED, type: HTML })
  }

/** Any privacy notice ever published, by its hash. */
export const keptNoticePage =
  (deps: WidgetFileDeps): Handler<AppEnv> =>
  c => {
    const [, language = '', hash = ''] = (c.req.param('file') ?? '').split('.')
    const text = deps.ledger.store.text(c.get('site').key, hash)
    if (text?.kind !== 'notice-page' || text.language !== language)
      return problem(
        c,
        'unknown-file',
        `No notice with this hash was published here: /s/${c.get('site').key}/notice-versions.${c.get('site').configuration.languages[0]}.html lists them all.`,
      )
    protect(c, text.body, language)
    return answer(c, deps, {
      name: hash,
      bytes: text.body,
      cache: FOR_EVER,
      vary: 'Accept-Encoding',
      type: HTML,
    })
  }

/** Every version of the notice in one language, the newest first, with when it was published. */
export function noticeVersions(deps: WidgetFileDeps): Handler<AppEnv> {
  // A publication is one object for as long as it is the current one.
  const made = new WeakMap<PublicationFiles, Map<string, Uint8Array>>()
  return c => {
    const language = languageOf(c)
    const { key, files } = c.get('site')
    const hash = files[`notice-versions.${language}`]
    if (hash === undefined) return notPublished(c)
    const lists = made.get(files) ?? new Map<string, Uint8Array>()
    const bytes = lists.get(language) ?? filled(deps, key, hash, language)
    made.set(files, lists.set(language, bytes))
    protect(c, bytes, language)
    const name = sha256(bytes).toString('hex')
    return answer(c, deps, { name, bytes, cache: SHORT, vary: NEGOTIATED, type: HTML })
  }
}

const TO_THE_MINUTE: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
}

/** The published page with the items of its list. */
function filled(deps: WidgetFileDeps, site: string, hash: string, language: string): Uint8Array {
  const versions = changes(deps.ledger.store.publications(site), `notice-page.${language}`)
  const items = versions.map(({ publishedAt, hash: of }) => {
    const said = new Intl.DateTimeFormat(language, TO_THE_MINUTE).format(publishedAt)
    const version = noticeVersionOf(kept(deps, site, of).body)
    return `<li><a href="notice.${language}.${of}.html"><time datetime="${new Date(publishedAt).toISOString()}">${said}</time></a>${version === undefined ? '' : `<code dir="ltr">${version}</code>`}</li>`
  })
  const page = Buffer.from(kept(deps, site, hash).body).toString()
  return Buffer.from(page.replace('></ol>', () => `>${items.join('')}</ol>`))
}
function languageOf(c: Context<AppEnv>): string {
  const [, wanted = ''] = (c.req.param('file') ?? '').split('.')
  const preferred = [wanted, ...acceptedInOrder(c.req.header('accept-language'))]
  return pickLanguage(preferred, c.get('site').configuration.languages)
}

interface NoticeVersion {
  readonly publishedAt: number
  readonly hash: string
}

/** Publications that brought another file of this name than the one before, the newest first. */
function changes(publications: readonly Publication[], name: string): NoticeVersion[] {
  const versions: NoticeVersion[] = []
  for (const { publishedAt, files } of publications) {
    const hash = files[name]
    if (hash !== undefined && hash !== versions.at(-1)?.hash) versions.push({ publishedAt, hash })
  }
  return versions.toReversed()
}

/** Nothing may run, load or frame it; its own style sheet is known by its hash. */
function protect(c: Context, body: Uint8Array, language: string): void {
  const style = /<style>([^]*?)<\/style>/.exec(Buffer.from(body).toString())?.[1] ?? ''
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'sha256-${sha256(style).toString('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Content-Language', language)
}

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
