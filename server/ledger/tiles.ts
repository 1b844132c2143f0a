import { LEVEL_HEIGHT } from './merkle.ts'
import type { LedgerStore } from './store.ts'

/** C2SP tlog-tiles: the tree in pieces of 256 hashes, and the entries in bundles of 256. */
export const TILE_WIDTH = 256
/** Heights of the tree that one level of tiles spans. */
const TILE_HEIGHT = 8
/** Of our kept levels of nodes, so many lie in one level of tiles: each of its hashes is one of theirs. */
const KEPT_LEVELS = TILE_HEIGHT / LEVEL_HEIGHT
const MOST_LEVEL = 63

export interface TileAddress {
  readonly level: number
  /** Index within the level. */
  readonly n: number
  /** Hashes, or entries: 256, or fewer at the right edge of the tree. */
  readonly width: number
}

/** `0/x001/234` or `1/000.p/17`; `undefined` when it is written otherwise than the specification has it. */
export function parseTile(path: string): TileAddress | undefined {
  const [, level, rest] = /^(0|[1-9]\d?)\/(.+)$/.exec(path) ?? []
  const address = rest === undefined ? undefined : parseBundle(rest)
  return address && Number(level) <= MOST_LEVEL ? { ...address, level: Number(level) } : undefined
}

/** `x001/234` or `000.p/17`: of entries, so of level 0. */
export function parseBundle(path: string): TileAddress | undefined {
  const [, index, width] = /^((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  if (index === undefined || index.startsWith('x000/') || Number(width ?? 1) >= TILE_WIDTH) return undefined
  const n = Number(index.replaceAll(/[x/]/g, ''))
  return Number.isSafeInteger(n) ? { level: 0, n, width: Number(width ?? TILE_WIDTH) } : undefined
}

/**
 * How many hashes of this tile a tree of this size has. A partial tile is made of the first ones, so any narrower one may
 * be answered too: earlier checkpoints implied it, and whoever holds one of them may still ask.
 */
export function widthIn(size: number, { level, n }: TileAddress): number {
  // Divided, not shifted: a shift would cut the size to 32 bits.
  const hashes = Math.floor(size / TILE_WIDTH ** level)
  return Math.min(TILE_WIDTH, Math.max(0, hashes - n * TILE_WIDTH))
}

/** The hashes of a tile that lies within the log: one look-up in one kept level, whatever the size of the log. */
export function hashTile(
  store: Pick<LedgerStore, 'nodes'>,
  site: string,
  { level, n, width }: TileAddress,
): Buffer {
  const hashes = store.nodes(site, level * KEPT_LEVELS, n * TILE_WIDTH, width)
  requireWhole(site, hashes.length, width)
  return Buffer.concat(hashes)
}

/** The entries of a bundle, each after its length in two bytes, big-endian. */
export function entryBundle(
  store: Pick<LedgerStore, 'entryTexts'>,
  site: string,
  { n, width }: TileAddress,
): Buffer {
  const texts = store.entryTexts(site, n * TILE_WIDTH, width)
  requireWhole(site, texts.length, width)
  return Buffer.concat(
    texts.flatMap(text => {
      const entry = Buffer.from(text)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}

function requireWhole(site: string, found: number, width: number): void {
  if (found !== width) throw new Error(`the log of ${site} lacks part of a tile: run assent verify`)
}
