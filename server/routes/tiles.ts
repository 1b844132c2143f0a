import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context, Handler } from 'hono'
import { publishedSize } from '../ledger/checkpoint.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  entryBundle,
  hashTile,
  parseBundle,
  parseTile,
  TILE_WIDTH,
  widthIn,
  type TileAddress,
} from '../ledger/tiles.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { pickEncoding } from './accept.ts'

const compressed = promisify(gzip)

const BYTES = 'application/octet-stream'
/** What a tile holds never changes; the same address with another width is another tile. */
const FOR_EVER = 'max-age=31536000, immutable'

/** One tile of the tree (C2SP tlog-tiles), as far as the last checkpoint reaches. */
export const showTile =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const site = c.get('site').key
    const path = c.req.param('tile') ?? ''
    const asked = parseTile(path)
    if (!asked) return misspelt(c, `/log/${site}/tile/<level>/<n>[.p/<width>]`)
    const missing = beyond(c, ledger, asked)
    if (missing) return missing
    const bytes = hashTile(ledger.store, site, asked)
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': BYTES,
      'Cache-Control': `public, ${FOR_EVER}`,
    })
  }

/** One bundle of entries, for whoever has an auditor's key: entries tell what pseudonymous people did. */
export const showBundle =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const site = c.get('site').key
    const path = c.req.param('bundle') ?? ''
    const asked = parseBundle(path)
    if (!asked) return misspelt(c, `/log/${site}/tile/entries/<n>[.p/<width>]`)
    const missing = beyond(c, ledger, asked)
    if (missing) return missing
    const bundle = entryBundle(ledger.store, site, asked)
    const isPlain = pickEncoding(c.req.header('accept-encoding')) === 'identity'
    c.header('Vary', 'Authorization, Accept-Encoding')
    c.header('Cache-Control', `private, ${FOR_EVER}`)
    c.header('Content-Type', BYTES)
    if (isPlain) return c.body(new Uint8Array(bundle))
    c.header('Content-Encoding', 'gzip')
    return c.body(new Uint8Array(await compressed(bundle)))
  }

const misspelt = (c: Context, form: string): Response =>
  problem(
    c,
    'unknown-tile',
    `A tile is asked for as ${form}: level 0 to 63, n in groups of three digits, all but the last after an x (1234067 is x001/x234/067), width 1 to 255.`,
  )

function beyond(c: Context<AppEnv>, ledger: Ledger, asked: TileAddress): Response | undefined {
  const size = publishedSize(ledger, c.get('site').key)
  const width = widthIn(size, asked)
  if (asked.width <= width) return undefined
  const now = `The last checkpoint has ${size} entries`
  return problem(
    c,
    'unknown-tile',
    width === 0
      ? `${now}, and this tile lies beyond them.`
      : `${now}, and this tile ${width} of ${TILE_WIDTH}: ask for its width with .p/${width}.`,
  )
}
