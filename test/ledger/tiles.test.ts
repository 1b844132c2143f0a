import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashLeaf, integrate, root, rootAt } from '../../server/ledger/merkle.ts'
import {
  entryBundle,
  hashTile,
  parseBundle,
  parseTile,
  TILE_WIDTH,
  widthIn,
} from '../../server/ledger/tiles.ts'
import type { Frontier, Hash } from '../../server/ledger/store.ts'
import { anEntry } from '../storage/contract.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'

describe('the address of a tile', () => {
  test.each([
    ['0/000', { level: 0, n: 0, width: 256 }],
    ['1/005.p/17', { level: 1, n: 5, width: 17 }],
    ['0/x001/x234/067', { level: 0, n: 1_234_067, width: 256 }],
    ['0/x999/999.p/255', { level: 0, n: 999_999, width: 255 }],
    ['63/000.p/1', { level: 63, n: 0, width: 1 }],
  ])('%s', (path, address) => expect(parseTile(path)).toEqual(address))

  test.each([
    '',
    '0',
    '0/',
    '0/0',
    '0/00',
    '0/0000',
    '00/000',
    '01/000',
    '64/000',
    '-1/000',
    '0x1/000',
    '0/x000/001',
    '0/x01/001',
    '0/001/001',
    '0/x001',
    '0/X001/001',
    '0/000/',
    '0//000',
    '0/000.p',
    '0/000.p/',
    '0/000.p/0',
    '0/000.p/01',
    '0/000.p/256',
    '0/000.p/1000',
    '0/000.p/1/2',
    '0/000.P/1',
    '0/x999/x999/x999/x999/x999/x999/999',
    'entries/000',
  ])('is not %j', path => expect(parseTile(path)).toBeUndefined())

  test('of a bundle has no level', () => {
    expect(parseBundle('x001/067.p/9')).toEqual({ level: 0, n: 1_067, width: 9 })
    expect(parseBundle('0/000')).toBeUndefined()
  })
})

describe('the width of a tile', () => {
  const width = (size: number, level: number, n: number) => widthIn(size, { level, n, width: 0 })

  test('is as the specification’s own example of 70,000 entries has it', () => {
    expect([width(70_000, 0, 272), width(70_000, 0, 273), width(70_000, 0, 274)]).toEqual([256, 112, 0])
    expect([width(70_000, 1, 0), width(70_000, 1, 1), width(70_000, 2, 0)]).toEqual([256, 17, 1])
    expect(width(70_000, 3, 0)).toBe(0)
  })

  test('of a tree of 256 is a full tile and one of a single hash above', () => {
    expect([width(256, 0, 0), width(256, 0, 1), width(256, 1, 0)]).toEqual([256, 0, 1])
  })

  test('of the highest level and the largest index is nothing, not nonsense', () => {
    expect(width(Number.MAX_SAFE_INTEGER, 63, 0)).toBe(0)
    expect(width(70_000, 0, Number.MAX_SAFE_INTEGER)).toBe(0)
    expect(width(0, 0, 0)).toBe(0)
  })
})

describe('over a log of 66,000 entries', () => {
  const SIZE = 66_000
  let ledger: TestLedger
  const texts: string[] = []
  let leaves: Hash[]

  beforeAll(async () => {
    ledger = await testLedger()
    for (let n = 0; n < SIZE; n += 1_000) {
      const entries = Array.from({ length: 1_000 }, (_, i) => anEntry(`e${n + i}`))
      // oxlint-disable-next-line no-await-in-loop
      await ledger.store.append('harbor', entries)
    }
    for (let n = 0; n < SIZE; n += 5_000) texts.push(...ledger.store.entryTexts('harbor', n, 5_000))
    leaves = texts.map(hashLeaf)
  }, 60_000)
  afterAll(() => ledger.remove())

  const tile = (path: string) => hashTile(ledger.store, 'harbor', parseTile(path)!)
  const rootOf = (hashes: readonly Hash[]) => Buffer.from(root(integrate(EMPTY, hashes).frontier))
  const EMPTY: Frontier = { size: 0, hashes: [] }

  test('a tile of level 0 is the leaf hashes, full and partial', () => {
    expect(tile('0/003')).toEqual(Buffer.concat(leaves.slice(768, 1_024)))
    expect(tile('0/257.p/208')).toEqual(Buffer.concat(leaves.slice(257 * 256)))
    expect(tile('0/000.p/3')).toEqual(Buffer.concat(leaves.slice(0, 3)))
  })

  test('each hash above is the root of the full tile below, up to the root of the tree', () => {
    const level1 = [...Array(257).keys()].map(n => rootOf(leaves.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)))
    expect(tile('1/000')).toEqual(Buffer.concat(level1.slice(0, 256)))
    expect(tile('1/001.p/1')).toEqual(level1[256])
    expect(tile('2/000.p/1')).toEqual(rootOf(level1.slice(0, 256)))
  })

  test('costs one look-up in one level, wherever it lies', () => {
    let asked = 0
    const store = {
      nodes: (...args: Parameters<typeof ledger.store.nodes>) => {
        asked++
        return ledger.store.nodes(...args)
      },
    }
    for (const path of ['0/000', '0/257.p/208', '1/000', '2/000.p/1'])
      hashTile(store, 'harbor', parseTile(path)!)
    expect(asked).toBe(4)
  })

  test('a bundle is its entries, each after its length', () => {
    const bundle = entryBundle(ledger.store, 'harbor', parseBundle('257.p/208')!)
    let at = 0
    for (const text of texts.slice(257 * 256)) {
      const length = bundle.readUInt16BE(at)
      expect(bundle.subarray(at + 2, at + 2 + length).toString()).toBe(text)
      at += 2 + length
    }
    expect(at).toBe(bundle.length)
  })

  test('a tile that the database holds only in part is a fault, never a shorter tile', () => {
    expect(() => tile('0/257')).toThrow('run assent verify')
    expect(() => entryBundle(ledger.store, 'harbor', parseBundle('257')!)).toThrow('run assent verify')
  })

  test('the tree the tiles make is the log', () => {
    expect(rootOf(leaves)).toEqual(Buffer.from(root(ledger.store.log('harbor'))))
    expect(rootAt(0, ledger.store.nodes as never)).toEqual(Buffer.from(rootOf([])))
  })
})
