import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { hashLeaf } from '../../server/ledger/merkle.ts'
import { formatPrivateKey, parsePrivateKey, signNote } from '../../server/ledger/note.ts'
import { keyFilesIn } from '../../server/ledger/signing-keys.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assentProcess } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { readSource } from '../support/imports.ts'
import { foldersIn } from '../support/ledger.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'
import { tamperingProxy, type Tamper, type TamperingProxy } from '../support/tampering-proxy.ts'
import { verifyLog, type Asked, type Receipt } from './verifier.ts'

const SIZE = 1_000
const AT_ONCE = 60

let data: DataFolder
let server: Served
let proxy: TamperingProxy
let asked: Asked
/** Of this very log, as its own private keys see it. */
let sign: (text: string) => string

const log = (path: string) => `/log/${SITE}/${path}`
const publishedNote = async () => (await fetch(server.url + log('checkpoint'))).text()
const publishedSize = async () => Number((await publishedNote()).split('\n')[1])

/** Decides until the log has so many entries, all of them signed for. */
async function growTo(size: number): Promise<string[]> {
  const ids: string[] = []
  for (let left = size - (await publishedSize()); left > 0; left -= AT_ONCE) {
    const decisions = Array.from({ length: Math.min(left, AT_ONCE) }, () =>
      aSiteDecision({ secret: aSecret(), decidedAt: Date.now() }),
    )
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    expect((await postTo(server.url, JSON.stringify({ decisions }))).status).toBe(200)
    ids.push(...decisions.map(({ id }) => id))
  }
  // A receipt is signed for when it is asked for.
  await receiptOf(ids.at(-1)!)
  expect(await publishedSize()).toBe(size)
  return ids
}

async function receiptOf(id: string): Promise<Receipt> {
  const headers = { Authorization: `Assent ${aSecret()}` }
  const response = await fetch(`${server.url}/v1/sites/${SITE}/receipts/${id}`, { headers })
  expect(response.status).toBe(200)
  return (await response.json()) as Receipt
}

const cli = async (...args: string[]) => {
  const { code, out, err } = await assentProcess([...args, '--data', data.folder])
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return out.trim()
}

beforeAll(async () => {
  data = await aDataFolder()
  server = await serve(data.folder, { environment: { ASSENT_CHECKPOINT_MS: '50' } })
  const vkey = (await (await fetch(server.url + log('vkey'))).text()).trim()
  const earlier = [await publishedNote()]
  const early = await growTo(300)
  earlier.push(await publishedNote())
  const receipts = [await receiptOf(early[0]!), await receiptOf(early.at(-1)!)]
  await cli('log-key', 'rotate', SITE, '--overlap', '1h')
  const middle = await growTo(700)
  earlier.push(await publishedNote())
  receipts.push(await receiptOf(middle[0]!))
  await cli('log-key', 'retire', SITE)
  const late = await growTo(SIZE)
  receipts.push(await receiptOf(early[0]!), await receiptOf(late.at(-1)!))
  const auditKey = await cli('key', 'new', '--site', SITE, '--scope', 'audit')
  proxy = await tamperingProxy(server.url)
  asked = { prefix: proxy.url + log('').slice(0, -1), vkey, auditKey, earlier, receipts }
  const current = keyFilesIn(foldersIn(data.folder), SITE).find(file => file.signer)!.signer!
  sign = text => signNote(text, current)
}, 120_000)

afterEach(() => proxy.set())
afterAll(async () => {
  proxy?.close()
  await server?.end()
  data?.remove()
})

const partsAtFault = async (changes: Partial<Asked> = {}) => [
  ...new Set((await verifyLog({ ...asked, ...changes })).map(({ part }) => part)),
]

test('it uses nothing of this repository', () => {
  const source = (code: string) =>
    readSource('test/independent/verifier.ts', code)
      .imports.filter(({ kind }) => kind !== 'type')
      .map(({ target }) => target)
  const code = readFileSync(join(import.meta.dirname, 'verifier.ts'), 'utf8')
  expect(source(code)).toEqual(['canonicalize', 'node:crypto'])
  expect(source(`import { root } from '../../server/ledger/merkle.ts'\n${code}`)).toHaveLength(3)
})

test('a log of 1,000 entries holds, over three sizes and a change of keys, with every receipt', async () => {
  expect(await verifyLog(asked)).toEqual([])
  expect(await publishedSize()).toBe(SIZE)
  expect(asked.earlier).toHaveLength(3)
  const named = asked.receipts.map(({ evidence }) => evidence.keys)
  expect(named.map(([current]) => current === asked.vkey)).toEqual([true, true, false, false, false])
  expect(named.map(keys => keys.length)).toEqual([1, 1, 2, 1, 1])
  // While both signed, both lines are there; before and after one is.
  const lines = (note: string) => note.split('\n').filter(line => line.startsWith('— ')).length
  expect([...asked.earlier, await publishedNote()].map(lines)).toEqual([1, 1, 2, 1])
})

/** One bit, in the middle. */
function flipped(body: Buffer): Buffer {
  const changed = Buffer.from(body)
  const at = changed.length >> 1
  changed[at] = changed[at]! ^ 1
  return changed
}

const at =
  (path: RegExp, change: (body: Buffer) => Buffer | string): Tamper =>
  (asked, body) =>
    path.test(asked) ? change(body) : undefined

/** As much of the JSON answers as is changed here. */
interface Json {
  hashes: string[]
  keys: { vkey: string; firstSize: number; lastSize?: number }[]
}

const inJson = (change: (value: Json) => void) => (body: Buffer) => {
  const value = JSON.parse(body.toString()) as Json
  change(value)
  return JSON.stringify(value)
}

const resign = (change: (lines: string[]) => void) => (body: Buffer) => {
  const lines = body.toString().split('\n').slice(0, 3)
  change(lines)
  return sign(`${lines.join('\n')}\n`)
}

/** Entries of a bundle, taken apart and put together again. */
function rebundled(body: Buffer, change: (entries: Buffer[]) => void): Buffer {
  const entries: Buffer[] = []
  for (let n = 0; n < body.length; n += 2 + body.readUInt16BE(n))
    entries.push(body.subarray(n + 2, n + 2 + body.readUInt16BE(n)))
  change(entries)
  return Buffer.concat(entries.flatMap(entry => [Buffer.of(entry.length >> 8, entry.length & 255), entry]))
}

describe('it finds', () => {
  const stranger = parsePrivateKey(formatPrivateKey(`log.test/${SITE}`, Buffer.alloc(32, 5)))!
  const cases: [what: string, part: string, tamper: Tamper][] = [
    [
      'a checkpoint with another root',
      'checkpoint',
      at(/checkpoint$/, b => b.toString().replace(/\n(\d+)\n./, '\n$1\nx')),
    ],
    [
      'a checkpoint with another size',
      'checkpoint',
      at(/checkpoint$/, b => b.toString().replace('\n1000\n', '\n1001\n')),
    ],
    [
      'a checkpoint of a key that is not the log’s',
      'checkpoint',
      at(/checkpoint$/, b => signNote(`${b.toString().split('\n').slice(0, 3).join('\n')}\n`, stranger)),
    ],
    [
      'a checkpoint of another log',
      'checkpoint',
      at(
        /checkpoint$/,
        resign(lines => (lines[0] = 'log.test/other')),
      ),
    ],
    [
      'a checkpoint that says more than it should',
      'checkpoint',
      at(
        /checkpoint$/,
        resign(lines => lines.push('more')),
      ),
    ],
    [
      'a well-signed checkpoint with another root',
      'tile',
      at(
        /checkpoint$/,
        resign(lines => (lines[2] = Buffer.alloc(32, 1).toString('base64'))),
      ),
    ],
    ['another current key', 'keys', at(/vkey$/, () => `${stranger.vkey}\n`)],
    [
      'a first key that is not the one kept',
      'keys',
      at(
        /keys$/,
        inJson(({ keys }) => (keys[0]!.vkey = stranger.vkey)),
      ),
    ],
    [
      'a key that no entry brought',
      'keys',
      at(
        /keys$/,
        inJson(({ keys }) => keys.splice(1, 0, { vkey: stranger.vkey, firstSize: 10 })),
      ),
    ],
    [
      'a key said to begin earlier than its entry',
      'keys',
      at(
        /keys$/,
        inJson(({ keys }) => (keys[1]!.firstSize -= 1)),
      ),
    ],
    [
      'an old key said to end later than its entry',
      'keys',
      at(
        /keys$/,
        inJson(({ keys }) => (keys[0]!.lastSize! += 1)),
      ),
    ],
    ['a full tile with a bit changed', 'tile', at(/tile\/0\/001$/, flipped)],
    ['a partial tile with a bit changed', 'tile', at(/tile\/0\/003\.p\/232$/, flipped)],
    ['a tile of level 1 with a bit changed', 'tile', at(/tile\/1\/000\.p\/3$/, flipped)],
    ['a tile cut short', 'tile', at(/tile\/0\/000$/, b => b.subarray(32))],
    ['a bundle with a bit changed', 'bundle', at(/entries\/002$/, flipped)],
    [
      'two entries in another order',
      'bundle',
      at(/entries\/000$/, b => rebundled(b, e => e.push(...e.splice(20, 1)))),
    ],
    ['an entry left out', 'bundle', at(/entries\/003/, b => rebundled(b, e => e.pop()))],
    ['a bundle cut short', 'bundle', at(/entries\/001$/, b => b.subarray(0, -1))],
    [
      'a proof of inclusion with another hash',
      'inclusion',
      at(
        /proof\?index=256/,
        inJson(({ hashes }) => hashes.push(hashes.shift()!)),
      ),
    ],
    [
      'a proof of inclusion that is too short',
      'inclusion',
      at(
        /proof\?index=999/,
        inJson(({ hashes }) => hashes.pop()),
      ),
    ],
    [
      'a proof of inclusion that is too long',
      'inclusion',
      at(
        /proof\?index=0/,
        inJson(({ hashes }) => hashes.push(hashes[0]!)),
      ),
    ],
    [
      'a proof of consistency with another hash',
      'consistency',
      at(
        /consistency\?from=300/,
        inJson(({ hashes }) => hashes.push(hashes.shift()!)),
      ),
    ],
    [
      'a proof of consistency that is empty',
      'consistency',
      at(
        /consistency\?from=700/,
        inJson(v => (v.hashes = [])),
      ),
    ],
  ]
  test.each(cases)('%s', async (_, part, tamper) => {
    let altered = 0
    proxy.set(async (path, body) => {
      const changed = await tamper(path, body)
      if (changed !== undefined && !body.equals(Buffer.from(changed))) altered++
      return changed ?? body
    })
    expect(await partsAtFault()).toContain(part)
    expect(altered).toBeGreaterThan(0)
  })

  test('an entry that is not canonical, though the tree is made of it', async () => {
    // The last entry of a log of its own: one leaf, signed by the key of this one.
    const entry = Buffer.from(`{"b":1, "a":2}`)
    const root = Buffer.from(hashLeaf(entry))
    const { vkey } = asked
    proxy.set((path, body) => {
      if (path.endsWith('/checkpoint'))
        return sign(formatCheckpoint({ origin: `log.test/${SITE}`, size: 1, root }))
      if (path.endsWith('/keys'))
        return JSON.stringify({
          origin: `log.test/${SITE}`,
          keys: [
            { vkey, firstSize: 0 },
            { vkey: currentVkey(), firstSize: 1 },
          ],
        })
      if (path.includes('/tile/entries/')) return Buffer.concat([Buffer.of(0, entry.length), entry])
      if (path.includes('/tile/')) return root
      return body
    })
    const faults = await verifyLog({ ...asked, earlier: [], receipts: [] })
    expect(faults).toContainEqual({ part: 'bundle', what: 'entry 0 is not canonical' })
  })

  const currentVkey = () => keyFilesIn(foldersIn(data.folder), SITE).find(file => file.signer)!.vkey

  test('an earlier checkpoint that the log does not extend: a fork, well signed', async () => {
    const root = Buffer.alloc(32, 7)
    const forked = sign(formatCheckpoint({ origin: `log.test/${SITE}`, size: 900, root }))
    expect(await partsAtFault({ earlier: [forked] })).toEqual(['consistency'])
  })

  test('an earlier checkpoint of more entries than the log has: it was rolled back', async () => {
    const longer = sign(formatCheckpoint({ origin: `log.test/${SITE}`, size: 1_100, root: Buffer.alloc(32) }))
    expect(await partsAtFault({ earlier: [longer] })).toEqual(['consistency'])
  })

  test('a checkpoint signed with a key that did not yet sign, and with one that had ended', async () => {
    const { size, root } = { size: 300, root: Buffer.from(asked.earlier[1]!.split('\n')[2]!, 'base64') }
    const early = sign(formatCheckpoint({ origin: `log.test/${SITE}`, size, root }))
    expect(await verifyLog({ ...asked, earlier: [early] })).toEqual([
      { part: 'consistency', what: 'no key that counts for 300 entries has signed the checkpoint' },
    ])
  })

  test.each<[string, (evidence: Receipt['evidence']) => Receipt['evidence']]>([
    ['another entry', e => ({ ...e, entry: e.entry.replace('true', 'false') })],
    ['an entry that is not canonical', e => ({ ...e, entry: e.entry.replace('{', '{ ') })],
    ['another index', e => ({ ...e, proof: e.proof.replace(/index (\d)/, 'index 1$1') })],
    ['another proof', e => ({ ...e, proof: e.proof.replace(/\n([^\n]{44})\n([^\n]{44})\n/, '\n$2\n$1\n') })],
    ['another checkpoint', e => ({ ...e, proof: e.proof.replace('\n300\n', '\n301\n') })],
    ['another key', e => ({ ...e, keys: [stranger.vkey] })],
    ['a key of the log that did not sign it', e => ({ ...e, keys: asked.receipts.at(-1)!.evidence.keys })],
    ['another text', e => ({ ...e, texts: e.texts.map(t => ({ ...t, body: `${t.body} ` })) })],
    ['a text missing', e => ({ ...e, texts: e.texts.slice(1) })],
  ])('a receipt with %s', async (_, change) => {
    const { evidence } = asked.receipts[0]!
    const changed = change(evidence)
    expect(changed).not.toEqual(evidence)
    const receipts = [{ evidence: changed }]
    expect(await partsAtFault({ receipts })).toEqual(['receipt'])
  })
})
