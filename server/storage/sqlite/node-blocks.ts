import type { Database } from 'better-sqlite3'
import type { Hash, LedgerStore, TreeNode } from '../../ledger/store.ts'
import { joinHashes, splitHashes } from './frontier.ts'

/** Neighbouring nodes in a row: those that a proof is read by (`server/ledger/nodes.ts`), so that it reads one row of a level. */
export const BLOCK_WIDTH = 16

interface BlockRow {
  readonly n: number
  readonly hashes: Buffer
}

export function sqliteNodes(database: Database): Pick<LedgerStore, 'nodes'> {
  const blocks = database.prepare<[string, number, number, number], BlockRow>(
    'SELECT n, hashes FROM node_blocks WHERE site = ? AND level = ? AND n >= ? AND n <= ? ORDER BY n',
  )
  const block = database
    .prepare<[string, number, number], Buffer>(
      'SELECT hashes FROM node_blocks WHERE site = ? AND level = ? AND n = ?',
    )
    .pluck()

  /** Up to the first one that is missing or not full: what lies behind it would be taken for other nodes. */
  function inARow(rows: readonly BlockRow[], first: number): Buffer {
    const gap = rows.findIndex(({ n, hashes }, i) => n !== first + i || hashes.length < BLOCK_WIDTH * 32)
    const whole = gap === -1 ? rows : rows.slice(0, rows[gap]!.n === first + gap ? gap + 1 : gap)
    return Buffer.concat(whole.map(({ hashes }) => hashes))
  }

  return {
    nodes(site, level, n, count) {
      const first = Math.floor(n / BLOCK_WIDTH)
      const last = Math.floor((n + count - 1) / BLOCK_WIDTH)
      const hashes =
        first === last ? block.get(site, level, first) : inARow(blocks.all(site, level, first, last), first)
      const skipped = n - first * BLOCK_WIDTH
      return hashes ? splitHashes(hashes).slice(skipped, skipped + count) : []
    },
  }
}

/** Gathers the nodes of one transaction, and writes each block once. */
export interface GrowingNodes {
  add(site: string, node: TreeNode): void
  save(): void
}

export function growingNodes(database: Database): () => GrowingNodes {
  // Text in between, and back: the bytes stay as they are.
  const extend = database.prepare<[string, number, number, Uint8Array]>(
    `INSERT INTO node_blocks (site, level, n, hashes) VALUES (?, ?, ?, ?)
     ON CONFLICT (site, level, n) DO UPDATE SET hashes = CAST(hashes || excluded.hashes AS BLOB)`,
  )
  return () => {
    const grown = new Map<string, { site: string; level: number; n: number; hashes: Hash[] }>()
    return {
      add(site, { level, n, hash }) {
        const block = Math.floor(n / BLOCK_WIDTH)
        const key = `${site}\n${level}\n${block}`
        const known = grown.get(key)
        if (known) known.hashes.push(hash)
        else grown.set(key, { site, level, n: block, hashes: [hash] })
      },
      save: () =>
        grown.forEach(({ site, level, n, hashes }) => extend.run(site, level, n, joinHashes(hashes))),
    }
  }
}
