import type { Context, Handler } from 'hono'
import { hasRegions, ruleFor } from '../../shared/domain/regime.ts'
import { pickLanguage } from '../../shared/domain/language.ts'
import { readConfiguration, type CurrentSite } from '../inventory/current.ts'
import type { StoredText } from '../ledger/store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppEnv } from '../middleware/env.ts'
import { regionOf, type Regions } from '../middleware/region.ts'
import { problem } from '../middleware/problem.ts'
import { acceptedInOrder, pickEncoding } from './accept.ts'
import type { CompressedFiles } from './compressed.ts'

export interface WidgetFileDeps {
  readonly ledger: Ledger
  readonly compressed: CompressedFiles
}

/** A new publication arrives within minutes; a consent server that is down for a week still serves from caches. */
export const SHORT = 'public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800'
export const FOR_EVER = 'public, max-age=31536000, immutable'
const BEGINNING = /^[0-9a-f]{8,64}$/
const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** `assent.js`: the loader with the site's configuration inlined. */
export const loaderFile =
  (deps: WidgetFileDeps & Regions): Handler<AppEnv> =>
  c => {
    const { key, files } = c.get('site')
    const { rule, ...caching } = byRegion(c, deps, c.get('site'))
    const text = kept(deps, key, files[`loader.${rule}`] ?? files['loader'])
    return answer(c, deps, {
      name: text.hash,
      bytes: text.body,
      ...caching,
      vary: ['Accept-Encoding', ...caching.vary].join(', '),
    })
  }

/**
 * A view in the language that fits best, telling its own hash: the decision made on it will name it.
 * `?c=`: the configuration of the loader that asks, by the beginning of its hash. A loader from a cache is older than what
 * is published, and what is shown must be of the configuration whose purposes it offers.
 */
export const viewFile =
  (deps: WidgetFileDeps & Regions): Handler<AppEnv> =>
  c => {
    const published = publicationFor(deps, c.get('site'), c.req.query('c'))
    const { key, files, hash, configuration } = published
    const [asked = '', wanted = ''] = (c.req.param('file') ?? '').split('.')
    // The loader makes one step of an address out of whatever a page asks for, and so cannot be led to another site's.
    const view = asked.replace(/^opt-in-/, 'opt-in.')
    const preferred = [wanted, ...acceptedInOrder(c.req.header('accept-language'))]
    const language = pickLanguage(preferred, configuration.languages)
    const { isLax, ...caching } = view === 'first' ? byRegion(c, deps, published) : EVERYWHERE
    const isQuiet = isLax && c.req.query('strict') === undefined
    const name = (isQuiet ? files['first-quiet'] : undefined) ?? files[`${view}.${language}`]
    if (name === undefined) return notPublished(c)
    const text = kept(deps, key, name)
    const shown = `export const text=${JSON.stringify(text.hash)},configuration=${JSON.stringify(hash)},language=${JSON.stringify(language)}\n`
    return answer(c, deps, {
      name: `${text.hash}-${hash.slice(0, 16)}-${language}`,
      bytes: Buffer.concat([text.body, Buffer.from(`\n${shown}`)]),
      cache: caching.cache,
      vary: ['Accept-Encoding', 'Accept-Language', ...caching.vary].join(', '),
    })
  }

const EVERYWHERE = { rule: -1, isLax: false, cache: SHORT, vary: [] as readonly string[] }

/** No cache between here and the visitor: some of them look at no `Vary`, and would serve one region's to another. */
const PRIVATE = SHORT.replace('public', 'private')
/** Nor the visitor's own for long: who travels is asked where the law says so. */
const LAX = 'private, max-age=300'

/** Which rule holds where the visitor is, and what that means for caches. */
function byRegion(c: Context<AppEnv>, deps: Regions, { configuration }: CurrentSite): typeof EVERYWHERE {
  const { rules } = configuration.regimes
  if (deps.regionHeaders.length === 0 || !hasRegions(rules)) return EVERYWHERE
  const rule = ruleFor(rules, regionOf(c, deps))
  const isLax = rule >= 0 && rules[rule]!.regime !== 'opt-in'
  return { rule, isLax, cache: isLax ? LAX : PRIVATE, vary: deps.regionHeaders }
}

/** The current publication also for whoever asks for one that never was. */
function publicationFor({ ledger }: WidgetFileDeps, site: CurrentSite, beginning = ''): CurrentSite {
  if (!BEGINNING.test(beginning) || site.hash.startsWith(beginning)) return site
  const older = ledger.store.current(site.key, beginning)
  if (!older) return site
  const { configuration: hash, files } = older
  return { ...site, hash, files, configuration: readConfiguration(ledger.store, site.key, hash) }
}

/** Any file ever published, by its hash. */
export const keptFile =
  (deps: WidgetFileDeps): Handler<AppEnv> =>
  c => {
    const [kind, ...rest] = (c.req.param('file') ?? '').split('.')
    const [hash = '', language] = rest.slice(0, -1).toReversed()
    const text = deps.ledger.store.text(c.get('site').key, hash)
    if (!text || text.kind !== kind || text.language !== language)
      return problem(
        c,
        'unknown-file',
        'Nothing with this hash was published here: take the address from assent.js.',
      )
    return answer(c, deps, { name: hash, bytes: text.body, cache: FOR_EVER, vary: 'Accept-Encoding' })
  }

/** The site's publication is older than the version of Assent that brought this file, or its program is closed. */
export const notPublished = (c: Context): Response =>
  problem(
    c,
    'unknown-file',
    'This site was last published without it: check the name, or publish it again with "assent site publish".',
  )

export function kept({ ledger }: WidgetFileDeps, site: string, hash: string | undefined): StoredText {
  const text = hash === undefined ? undefined : ledger.store.text(site, hash)
  if (!text) throw new Error(`couldn't read a published file of "${site}": its bytes are not in the ledger`)
  return text
}

interface File {
  /** Stands for these very bytes: the entity tag, and the key of their compressed forms. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly cache: string
  readonly vary: string
  readonly type?: string
}

/** One file, compressed as the reader likes it, or 304 when they have it. */
export async function answer(
  c: Context,
  { compressed }: Pick<WidgetFileDeps, 'compressed'>,
  { name, bytes, cache, vary, type = JAVASCRIPT }: File,
): Promise<Response> {
  c.header('ETag', `"${name}"`)
  c.header('Cache-Control', cache)
  c.header('Vary', vary)
  if (hasIt(c.req.header('if-none-match'), name)) return c.body(null, 304)
  const encoding = pickEncoding(c.req.header('accept-encoding'))
  const body = await compressed.encode(name, bytes, encoding)
  c.header('Content-Type', type)
  c.header('Content-Length', String(body.length))
  if (encoding !== 'identity') c.header('Content-Encoding', encoding)
  return c.body(body)
}

const hasIt = (header: string | undefined, name: string): boolean =>
  header?.split(',').some(tag => /^(?:W\/)?"(.*)"$/.exec(tag.trim())?.[1] === name || tag.trim() === '*') ??
  false
