import SqliteDatabase from 'better-sqlite3'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startKeyRetirement } from '../../server/jobs/key-retirement.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { judgeCheckpoint } from '../../server/ledger/log-keys.ts'
import { rootAt } from '../../server/ledger/merkle.ts'
import { nodesOf } from '../../server/ledger/nodes.ts'
import { keyIdsIn, openNote, parseVerifierKey, signNote, type NoteSigner } from '../../server/ledger/note.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { declareCompromised, retireLogKeys, rotateLogKey } from '../../server/ledger/rotate.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { addSigningKey, keyFilesIn } from '../../server/ledger/signing-keys.ts'
import type { Trust } from '../../shared/receipt/signatures.ts'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { currentKey, keyIdOf, type LogKeys } from '../../shared/domain/log-keys.ts'
import { aRefusal } from '../support/decisions.ts'
import { publishSite, testLedger, type TestLedger } from '../support/ledger.ts'
import { findingsIn, findingsOf } from '../support/verify.ts'
import { verifyLedger } from '../../server/ledger/verify.ts'
import { openAudit } from '../../server/storage/open.ts'

const SITE = 'harbor'
const DAY = 86_400_000

let ledger: TestLedger
/** Verifier key of the beginning. */
let first: string
beforeEach(async () => {
  ledger = await testLedger()
  await publishSite(ledger, SITE)
  first = vkey()
})
afterEach(() => ledger.remove())

const vkey = () => ledger.signer(SITE).vkey
const size = () => ledger.store.log(SITE).size
const keys = () => ledger.signer(SITE).keys
const rotate = (overlap = 30 * DAY) => rotateLogKey(ledger, ledger.folders, SITE, overlap)
const retire = (how?: { atOnce: boolean }) => retireLogKeys(ledger, ledger.folders, SITE, how)
const compromise = (compromised = vkey(), lastGood = ledger.store.checkpoint(SITE)!.size) =>
  declareCompromised(ledger, ledger.folders, SITE, { compromised, lastGood })
/** Private halves that are here. */
const privateKeys = () =>
  keyFilesIn(ledger.folders, SITE).flatMap(file => (file.signer === undefined ? [] : [file.vkey]))
const privateKey = (of: string): NoteSigner =>
  keyFilesIn(ledger.folders, SITE).find(file => file.vkey === of)!.signer!

async function grow(count = 1): Promise<string> {
  const decisions = Array.from({ length: count }, () => aRefusal())
  await appendDecisions(ledger, SITE, decisions)
  return checkpoint(ledger, SITE)!
}

const signs = (note: string, of: string) => openNote(note, parseVerifierKey(of)!) !== undefined
const tree = (at = size()) => ({
  origin: `log.test/${SITE}`,
  size: at,
  root: rootAt(at, nodesOf(ledger.store, SITE, at)),
})

const trusting = (keys: LogKeys | string): Trust => ({
  keys: trustedKeys(typeof keys === 'string' ? keys : JSON.stringify(keys))!,
})

describe('a rotation', () => {
  test('brings a key of the same name, and both sign until the time is over', async () => {
    const before = size()
    expect(await rotate()).toMatchObject({ ok: true, index: before, entry: { replaces: first } })
    expect(vkey()).not.toBe(first)
    expect(vkey().split('+')[0]).toBe(first.split('+')[0])
    const note = ledger.store.checkpoint(SITE)!.note
    expect([first, vkey()].map(key => signs(note, key))).toEqual([true, true])
    expect(keyIdsIn(note)).toHaveLength(2)
    ledger.advance(30 * DAY)
    const after = await grow()
    expect([first, vkey()].map(key => signs(after, key))).toEqual([false, true])
    expect(findingsIn(ledger)).toEqual([])
  })

  test('is an entry of its own, with no more in it than the keys and the time', async () => {
    const rotated = await rotate()
    const { text } = ledger.store.entry(SITE, rotated.ok ? rotated.index : -1)!
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      'bothUntil',
      'id',
      'receivedAt',
      'replaces',
      'sent',
      'site',
      'type',
      'v',
      'vkey',
    ])
  })

  test('keeps its key file for its owner only, beside the old one', async () => {
    await rotate()
    const path = join(ledger.folders.keys, `${SITE}.${keyIdOf(vkey())}.key`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(privateKeys().toSorted()).toEqual([first, vkey()].toSorted())
  })

  test('the old key is ended by an entry and its private half destroyed, once the time is over and not before', async () => {
    await rotate()
    const path = join(ledger.folders.keys, `${SITE}.key`)
    const secret = readFileSync(path, 'utf8').trim()
    const seed = secret.split('+').at(-1)!
    expect(await retire()).toEqual([])
    expect(privateKeys()).toHaveLength(2)
    ledger.advance(30 * DAY)
    expect(await retire()).toMatchObject([{ vkey: first }])
    expect(privateKeys()).toEqual([vkey()])
    expect(readFileSync(path, 'utf8')).toBe(`${first}\n`)
    expect(readFileSync(path, 'utf8')).not.toContain(seed)
    expect(ledger.store.entry(SITE, size() - 1)!.entry).toMatchObject({
      type: 'log-key-retired',
      vkey: first,
    })
    expect(keys().keys[0]).toMatchObject({ vkey: first, firstSize: 0, lastSize: size() - 1 })
    expect(await retire()).toEqual([])
    expect(findingsIn(ledger)).toEqual([])
  })

  test('the job ends it by itself, says so once, and finishes what was interrupted', async () => {
    const lines: unknown[] = []
    const say = (event: string, fields?: object) => void lines.push({ event, ...fields })
    const log = { info: say, warn: say, error: say }
    await rotate()
    const kept = readFileSync(join(ledger.folders.keys, `${SITE}.key`))
    const job = startKeyRetirement(ledger, ledger.folders, log, 3_600_000)
    await job.run()
    expect(lines).toEqual([])
    ledger.advance(31 * DAY)
    await job.run()
    await job.run()
    expect(lines).toEqual([{ event: 'log key retired and destroyed', site: SITE, key: keyIdOf(first) }])
    // As if the process had died between the entry and the file.
    writeFileSync(join(ledger.folders.keys, `${SITE}.key`), kept)
    await job.run()
    await job.stop()
    expect(privateKeys()).toEqual([vkey()])
  })

  test('without an overlap the old one ends at once', async () => {
    await rotate(0)
    expect(signs(ledger.store.checkpoint(SITE)!.note, first)).toBe(false)
    expect(privateKeys()).toEqual([vkey()])
    expect(findingsIn(ledger)).toEqual([])
  })

  test('while two keys sign there is no third', async () => {
    await rotate()
    const files = privateKeys()
    expect(await rotate()).toMatchObject({ ok: false, detail: expect.stringContaining('still signs beside') })
    expect(privateKeys()).toEqual(files)
    await retire({ atOnce: true })
    expect(await rotate()).toMatchObject({ ok: true })
  })

  test('of two at once one holds, and the key of the other is destroyed', async () => {
    const answers = await Promise.all([rotate(0), rotate(0)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(privateKeys()).toEqual([vkey()])
    expect(findingsIn(ledger)).toEqual([])
  })

  test('a log that is behind what was signed of it gets no new key', async () => {
    const kept = join(ledger.folders.checkpoints, SITE)
    await grow()
    const other = formatCheckpoint({ ...tree(), size: size() + 5 })
    writeFileSync(kept, signNote(other, privateKey(first)))
    await expect(rotate()).rejects.toThrow('refusing to sign for harbor')
    expect(privateKeys()).toEqual([first])
  })

  test('another process signs with the new key from its next checkpoint on', async () => {
    const other = { ...ledger, signer: signersIn(ledger) }
    expect(other.signer(SITE).vkey).toBe(first)
    await rotate(0)
    await appendDecisions(other, SITE, [aRefusal()])
    expect(signs(checkpoint(other, SITE)!, vkey())).toBe(true)
    expect(other.signer(SITE).vkey).toBe(vkey())
  })

  test('old receipts hold for ever under the keys of the log; new ones under the new key', async () => {
    const decisions = [aRefusal(), aRefusal()]
    await appendDecisions(ledger, SITE, [decisions[0]!])
    const old = await receiptFor(ledger, SITE, decisions[0]!.id)
    await rotate()
    await retire({ atOnce: true })
    await appendDecisions(ledger, SITE, [decisions[1]!])
    const [again, later] = [
      await receiptFor(ledger, SITE, decisions[0]!.id),
      await receiptFor(ledger, SITE, decisions[1]!.id),
    ]
    expect([old, again, later].map(r => r!.evidence.keys[0])).toEqual([first, vkey(), vkey()])
    for (const receipt of [old, again, later])
      expect(await verifyReceipt(receipt, trusting(keys()))).toMatchObject({ ok: true })
    expect(await verifyReceipt(old, trusting(first))).toMatchObject({ ok: true })
    expect(await verifyReceipt(later, trusting(first))).toMatchObject({ ok: false, reason: 'unexpected-key' })
    const { keys: others, proof } = later!.evidence
    for (const evidence of [
      { ...old!.evidence, keys: others },
      { ...old!.evidence, keys: others, proof },
    ])
      expect(await verifyReceipt({ ...old!, evidence }, trusting(keys()))).toMatchObject({ ok: false })
  })

  test('a receipt made between the entry and the next checkpoint names the key that did sign', async () => {
    const decision = aRefusal()
    await appendDecisions(ledger, SITE, [decision])
    checkpoint(ledger, SITE)
    const key = addSigningKey(ledger.folders, SITE, `log.test/${SITE}`)
    const entry = {
      v: 1,
      site: SITE,
      id: 'log-key-rotated:by-hand',
      receivedAt: ledger.now(),
      sent: '',
      type: 'log-key-rotated',
      vkey: key.vkey,
      replaces: first,
    } as const
    await ledger.store.append(SITE, [{ entry }])
    expect(vkey()).toBe(key.vkey)
    const receipt = await receiptFor(ledger, SITE, decision.id)
    expect(receipt!.evidence.keys).toEqual([first])
    expect(await verifyReceipt(receipt, trusting(keys()))).toMatchObject({ ok: true })
  })
})

describe('a compromised key', () => {
  test('is replaced at once, alone, by an entry that names what still counts', async () => {
    await grow(3)
    const lastGood = size()
    expect(await compromise()).toMatchObject({
      ok: true,
      index: lastGood,
      entry: {
        compromised: first,
        lastGood: { size: lastGood, root: Buffer.from(tree(lastGood).root).toString('base64') },
      },
    })
    const note = ledger.store.checkpoint(SITE)!.note
    expect([signs(note, first), signs(note, vkey())]).toEqual([false, true])
    expect(privateKeys()).toEqual([vkey()])
    expect(findingsIn(ledger)).toEqual([])
  })

  test('what it signed up to the last good size counts if the log extends it; nothing after does', async () => {
    await grow(3)
    const leaked = privateKey(first)
    const lastGood = size()
    await grow(3)
    const decision = aRefusal()
    await appendDecisions(ledger, SITE, [decision])
    const late = await receiptFor(ledger, SITE, decision.id)
    await compromise(first, lastGood)
    const forge = (at: number, other = tree(at).root) =>
      judgeCheckpoint(signNote(formatCheckpoint({ ...tree(at), root: other }), leaked), keys())!.verdict
    expect(forge(lastGood)).toMatchObject({ counts: true, ifExtended: true })
    expect(forge(lastGood + 1)).toMatchObject({ counts: false, compromised: true })
    expect(forge(size())).toMatchObject({ counts: false })
    expect(await verifyReceipt(late, trusting(keys()))).toMatchObject({ ok: false, reason: 'unexpected-key' })
    expect(await verifyReceipt(await receiptFor(ledger, SITE, decision.id), trusting(keys()))).toMatchObject({
      ok: true,
    })
    // What the log itself signed meanwhile is in its table, agrees with it, and is no finding.
    expect(findingsIn(ledger)).toEqual([])
  })

  test('while two sign, both end and the one that leaked is marked', async () => {
    await rotate()
    const second = vkey()
    await compromise(first)
    expect(keys().keys.map(key => [key.vkey === vkey(), key.compromised !== undefined])).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ])
    expect(privateKeys()).toEqual([vkey()])
    expect(vkey()).not.toBe(second)
    expect(findingsIn(ledger)).toEqual([])
  })

  test('one that had ended long ago needs no new key', async () => {
    await grow(5)
    const old = size()
    await rotate(0)
    const second = vkey()
    expect(await compromise(first, old - 3)).toMatchObject({ ok: true })
    expect(vkey()).toBe(second)
    expect(keys().keys[0]).toMatchObject({ lastSize: old - 3, compromised: { lastGood: { size: old - 3 } } })
    expect(await compromise(first, old - 2)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('only fewer'),
    })
    expect(await compromise(first, old - 4)).toMatchObject({ ok: true })
    expect(keys().keys[0]).toMatchObject({ lastSize: old - 4 })
    expect(findingsIn(ledger)).toEqual([])
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a key the log never had', () => compromise('log.test/harbor+01020304+AQ=='), 'never had the key'],
    ['more entries than there are', () => compromise(first, size() + 1), 'was ever signed with key'],
  ])('%s is refused, and no key is made', async (_, act, detail) => {
    const files = privateKeys()
    expect(await act()).toMatchObject({ ok: false, detail: expect.stringContaining(detail) })
    expect(privateKeys()).toEqual(files)
  })

  test('nothing of it may count any more', async () => {
    const leaked = privateKey(first)
    await compromise(first, 0)
    const note = signNote(formatCheckpoint(tree(1)), leaked)
    expect(judgeCheckpoint(note, keys())!.verdict).toMatchObject({ counts: false, compromised: true })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('a process that died before the new key signed goes on, and signs with it', async () => {
    await grow(3)
    const old = readFileSync(join(ledger.folders.checkpoints, SITE))
    await compromise(first, size() - 2)
    // As if the entry had been written, and nothing after it.
    const forged = new SqliteDatabase(join(ledger.folder, 'ledger.db'))
    forged.exec('DROP TRIGGER checkpoints_no_delete')
    forged.exec('DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)')
    forged.close()
    writeFileSync(join(ledger.folders.checkpoints, SITE), old)
    expect(signs(checkpoint(ledger, SITE)!, vkey())).toBe(true)
    expect(findingsIn(ledger).filter(f => !f.detail.startsWith('trigger '))).toEqual([])
  })
})

describe('verify names a checkpoint signed by a key that does not count for it', () => {
  /** Puts another note in the place of the newest checkpoint, in the table and outside. */
  function findingsWith(note: string, at = ledger.store.checkpoint(SITE)!.size): string[] {
    const forged = new SqliteDatabase(join(ledger.folder, 'ledger.db'))
    forged.exec('DROP TRIGGER checkpoints_no_update')
    forged.prepare('UPDATE checkpoints SET note = ? WHERE site = ? AND size = ?').run(note, SITE, at)
    forged.close()
    return findingsIn(ledger)
      .map(({ detail }) => detail)
      .filter(detail => !detail.startsWith('trigger '))
  }

  test('an old key after its end', async () => {
    const old = privateKey(first)
    await rotate(0)
    await grow()
    expect(findingsWith(signNote(formatCheckpoint(tree()), old))).toContain(
      `the checkpoint at ${size()} is signed by a key that does not count for it: key ${keyIdOf(first)} was replaced: it counts up to ${size() - 2} entries, this is signed for ${size()}`,
    )
  })

  test('a new key before its entry', async () => {
    await grow(3)
    const at = ledger.store.checkpoint(SITE)!.size
    await rotate()
    const note = signNote(formatCheckpoint(tree(at)), privateKey(vkey()))
    expect(findingsWith(note, at)).toContain(
      `the checkpoint at ${at} is signed by a key that does not count for it: key ${keyIdOf(vkey())} counts from ${at + 1} entries on, this is signed for ${at}`,
    )
  })

  test('a key of nobody', async () => {
    await grow()
    const stranger = addSigningKey(ledger.folders, SITE, `log.test/${SITE}`)
    expect(findingsWith(signNote(formatCheckpoint(tree()), stranger))).toContain(
      `the checkpoint at ${size()} is not signed by the log's key`,
    )
  })

  test('either of two that both sign is enough', async () => {
    await rotate()
    expect(findingsWith(signNote(formatCheckpoint(tree()), privateKey(first)))).toEqual([
      `the kept checkpoint of ${size()} entries is not in the database`,
    ])
  })

  test('a wrong signature beside a right one is no signature at all', async () => {
    await rotate()
    const good = ledger.store.checkpoint(SITE)!.note
    const wrong = good.replace(
      /(\n— \S+ \S{20})(.)/,
      (_, before: string, c: string) => before + (c === 'A' ? 'B' : 'A'),
    )
    expect(judgeCheckpoint(good, keys())).toBeDefined()
    expect(judgeCheckpoint(wrong, keys())).toBeUndefined()
  })

  test('one kept elsewhere, by the size it was signed for', async () => {
    await grow(3)
    const leaked = privateKey(first)
    const at = size()
    await compromise(first, at - 1)
    const { audit, close } = openAudit(ledger.folder)
    const outside = (n: number) => ({
      site: SITE,
      name: 'elsewhere',
      note: signNote(formatCheckpoint(tree(n)), leaked),
    })
    const found = (n: number) => findingsOf(verifyLedger({ ...ledger, audit, outside: outside(n) }))
    expect(found(at - 1)).toEqual([])
    expect(found(at).map(f => f.detail)).toEqual([
      `the checkpoint does not count: key ${keyIdOf(first)} was compromised: what it alone signed counts up to ${at - 1} entries, this is signed for ${at}`,
    ])
    close()
  })
})

describe('an entry about keys that does not fit is found', () => {
  const said = (part: object) => ({
    entry: { v: 1, site: SITE, id: JSON.stringify(part), receivedAt: ledger.now(), sent: '', ...part },
  })
  const stranger = () => addSigningKey(ledger.folders, SITE, `log.test/${SITE}`).vkey
  const cases: [what: string, part: () => object, detail: string][] = [
    [
      'a rotation from a key that was not in use',
      () => ({ type: 'log-key-rotated', vkey: stranger(), replaces: stranger() }),
      'the key that is replaced was not in use',
    ],
    [
      'a key of another name',
      () => ({
        type: 'log-key-rotated',
        vkey: addSigningKey(ledger.folders, SITE, 'log.test/other').vkey,
        replaces: first,
      }),
      'the new key is none of this log',
    ],
    [
      'the end of the only key',
      () => ({ type: 'log-key-retired', vkey: first }),
      'the key that is retired was not to be replaced',
    ],
    [
      'the compromise of a key of nobody',
      () => ({ type: 'log-key-compromised', compromised: stranger(), lastGood: { size: 1, root: '' } }),
      'the compromised key is none of this log',
    ],
    [
      'a log resumed under a key it had',
      () => ({ type: 'log-resumed', vkey: first, replaces: first }),
      'the new key is one the log had before',
    ],
  ]
  test.each(cases)('%s', async (_, part, detail) => {
    // A good one first, so that which key was the first is known.
    await rotate(0)
    const before = currentKey(keys())!.vkey
    const fitted = JSON.parse(
      JSON.stringify(part()).replaceAll(JSON.stringify(first).slice(1, -1), before),
    ) as object
    await ledger.store.append(SITE, [said(fitted) as never])
    expect(findingsIn(ledger).map(f => f.detail)).toContain(detail)
  })
})

test('which keys a log has is told by its entries, whatever lies in the keys folder', async () => {
  await rotate()
  const { vkey: stranger } = addSigningKey(ledger.folders, SITE, `log.test/${SITE}`)
  expect(keys().keys.map(key => key.vkey)).toEqual([first, vkey()])
  expect(vkey()).not.toBe(stranger)
  expect(ledger.signer(SITE).strangers()).toHaveLength(1)
})
