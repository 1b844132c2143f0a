import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { checkpoint, consistencyProofAt, inclusionProofAt } from '../../server/ledger/checkpoint.ts'
import { requireContinuity, SuspendedLog } from '../../server/ledger/continuity.ts'
import { root } from '../../server/ledger/merkle.ts'
import { verifyConsistency } from '../../server/ledger/proof.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { createSigningKey, firstKeyFile, openSigner } from '../../server/ledger/signing-keys.ts'
import { verifyInclusion } from '../../shared/receipt/inclusion.ts'
import { aRefusal } from '../support/decisions.ts'
import { publishSite, testLedger, type TestLedger } from '../support/ledger.ts'
import { findingsIn } from '../support/verify.ts'

let ledger: TestLedger
beforeEach(async () => {
  ledger = await testLedger()
  await publishSite(ledger, 'harbor')
})
afterEach(() => ledger.remove())

const grow = (count = 1) =>
  appendDecisions(
    ledger,
    'harbor',
    Array.from({ length: count }, () => aRefusal()),
  )
const opened = (note: string) => openCheckpoint(note, ledger.signer('harbor').verifier)!
/** Reads the keys itself. */
const anotherProcess = () => ({ ...ledger, signer: signersIn(ledger) })
const keyFile = () => join(ledger.folders.keys, 'harbor.key')
const keptFile = () => join(ledger.folders.checkpoints, 'harbor')

describe('signing', () => {
  test('an empty log has no checkpoint', () => {
    expect(checkpoint(ledger, 'loom')).toBeUndefined()
  })

  test('a checkpoint says size and root of the log, under its origin', () => {
    const log = ledger.store.log('harbor')
    expect(opened(checkpoint(ledger, 'harbor')!)).toEqual({
      origin: 'log.test/harbor',
      size: log.size,
      root: root(log),
    })
  })

  test('signs only when the size changed', async () => {
    let signed = 0
    const signer = ledger.signer('harbor')
    const counting = {
      ...ledger,
      signer: () => ({ ...signer, sign: (text: string) => (signed++, signer.sign(text)) }),
    }
    await grow()
    const note = checkpoint(counting, 'harbor')
    expect([checkpoint(counting, 'harbor'), checkpoint(counting, 'harbor')]).toEqual([note, note])
    expect(signed).toBe(1)
    await grow()
    expect(checkpoint(counting, 'harbor')).not.toBe(note)
    expect(signed).toBe(2)
  })

  test('keeps the last note outside the database, for its owner only', async () => {
    const note = checkpoint(ledger, 'harbor')
    expect(readFileSync(keptFile(), 'utf8')).toBe(note)
    expect(statSync(keptFile()).mode & 0o077).toBe(0)
    await grow()
    expect(readFileSync(keptFile(), 'utf8')).toBe(note)
    expect(readFileSync(keptFile(), 'utf8')).not.toBe(checkpoint(ledger, 'harbor'))
    expect(readFileSync(keptFile(), 'utf8')).toBe(checkpoint(ledger, 'harbor'))
  })

  test('a note saved and not yet kept when the process died is kept at the next occasion', async () => {
    checkpoint(ledger, 'harbor')
    await grow()
    const before = readFileSync(keptFile(), 'utf8')
    const note = checkpoint(ledger, 'harbor')
    writeFileSync(keptFile(), before)
    expect(findingsIn(ledger)).toEqual([])
    expect(checkpoint(ledger, 'harbor')).toBe(note)
    expect(readFileSync(keptFile(), 'utf8')).toBe(note)
  })
})

describe('a database behind what was signed', () => {
  /** The folder as a backup of it: what the database was, beside the checkpoints and keys of now. */
  async function restoreTo(
    earlier: () => Promise<unknown>,
    later: () => Promise<unknown>,
  ): Promise<TestLedger> {
    await earlier()
    await ledger.storage.close()
    const backup = `${ledger.folder}-backup`
    cpSync(join(ledger.folder, 'ledger.db'), backup)
    ledger = await testLedger(ledger.folder)
    await later()
    checkpoint(ledger, 'harbor')
    await ledger.storage.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(ledger.folder, `ledger.db${end}`), { force: true })
    cpSync(backup, join(ledger.folder, 'ledger.db'))
    rmSync(backup)
    return (ledger = await testLedger(ledger.folder))
  }

  test('signs nothing, says so, and verify finds it', async () => {
    await restoreTo(
      () => grow(3),
      () => grow(2),
    )
    expect(() => checkpoint(ledger, 'harbor')).toThrow(
      /refusing to sign for harbor.*: \d+ entries were signed/,
    )
    expect(findingsIn(ledger).map(found => found.column)).toEqual(['logs.size'])
  })

  test('nor is a log whose kept checkpoint somebody removed, with the others or without', async () => {
    await grow(3)
    checkpoint(ledger, 'harbor')
    await grow(3)
    rmSync(keptFile())
    expect(() => checkpoint(ledger, 'harbor')).toThrow('no checkpoint is kept')
    expect(findingsIn(ledger).map(f => f.column)).toEqual(['checkpoints/harbor'])
  })

  test('a kept checkpoint that was put back is noticed', async () => {
    await grow()
    checkpoint(ledger, 'harbor')
    const older = readFileSync(keptFile(), 'utf8')
    for (let n = 0; n < 2; n++) {
      // oxlint-disable-next-line no-await-in-loop
      await grow()
      checkpoint(ledger, 'harbor')
    }
    writeFileSync(keptFile(), older)
    expect(findingsIn(ledger).map(f => f.column)).toEqual(['checkpoints/harbor'])
  })

  test('nor after growing past it another way', async () => {
    await restoreTo(
      () => grow(3),
      () => grow(2),
    )
    await grow(5)
    expect(() => checkpoint(ledger, 'harbor')).toThrow('are not the ones that were signed')
    expect(findingsIn(ledger)).not.toEqual([])
  })

  test('the same backup with nothing signed since is no fork', async () => {
    await restoreTo(
      () => grow(3),
      async () => {},
    )
    await grow(1)
    expect(opened(checkpoint(ledger, 'harbor')!).size).toBe(ledger.store.log('harbor').size)
  })

  test('a log that another process signs while this one looks is no fork', async () => {
    const older = ledger.store.log('harbor')
    await grow()
    checkpoint(ledger, 'harbor')
    let isKeptRead = false
    const store = { ...ledger.store, log: () => (isKeptRead ? ledger.store.log('harbor') : older) }
    const signer = {
      ...ledger.signer('harbor'),
      kept: () => ((isKeptRead = true), readFileSync(keptFile(), 'utf8')),
    }
    expect(() => requireContinuity({ ...ledger, store, signer: () => signer }, 'harbor')).not.toThrow()
    isKeptRead = false
    expect(() =>
      requireContinuity({ ...ledger, store, signer: () => signer }, 'harbor', () => older),
    ).toThrow(SuspendedLog)
  })

  test('a kept checkpoint that this key did not sign is refused', async () => {
    checkpoint(ledger, 'harbor')
    await grow()
    writeFileSync(keptFile(), readFileSync(keptFile(), 'utf8').replace('harbor', 'harbour'))
    expect(() => checkpoint(ledger, 'harbor')).toThrow('is not signed by its key')
  })
})

describe('proofs', () => {
  test('of inclusion and consistency hold against the signed roots', async () => {
    const older = opened(checkpoint(ledger, 'harbor')!)
    await grow(30)
    const newer = opened(checkpoint(ledger, 'harbor')!)
    const [leaf] = ledger.store.nodes('harbor', 0, 5, 1)
    const inclusion = inclusionProofAt(ledger, 'harbor', 5, newer.size)!
    expect(await verifyInclusion(5, newer.size, leaf!, inclusion, newer.root)).toBe(true)
    const consistency = consistencyProofAt(ledger, 'harbor', older.size, newer.size)!
    expect(verifyConsistency(older.size, newer.size, older.root, newer.root, consistency)).toBe(true)
  })

  test.each([
    [5, 1_000],
    [11, 11],
    [-1, 5],
    [0.5, 5],
    [0, Number.NaN],
    [0, -1],
  ])('index %d in size %d lies outside', (index, size) => {
    expect(inclusionProofAt(ledger, 'harbor', index, size)).toBeUndefined()
  })

  test('consistency outside the log is no proof', () => {
    expect(consistencyProofAt(ledger, 'harbor', 5, 1_000)).toBeUndefined()
    expect(consistencyProofAt(ledger, 'harbor', 5, 4)).toBeUndefined()
  })
})

describe('key files', () => {
  test('are readable by their owner only', () => {
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    expect(statSync(ledger.folders.keys).mode & 0o077).toBe(0)
  })

  test.each([0o640, 0o604, 0o660])('with mode %o are refused, with the command that mends it', mode => {
    chmodSync(keyFile(), mode)
    expect(() => firstKeyFile(ledger.folders, 'harbor')).toThrow(`run chmod 600 ${keyFile()}`)
  })

  test('missing where the log has entries are not made anew', () => {
    rmSync(keyFile())
    const log = { origin: 'log.test/harbor', size: ledger.store.log('harbor').size }
    openSigner(ledger.folders, 'harbor', log)
    const { signer } = anotherProcess()
    expect(() => signer('harbor')).toThrow(`${keyFile()} is missing: restore it`)
    expect(existsSync(keyFile())).toBe(false)
  })

  test('missing where something was signed are not made anew, even when the log looks empty', () => {
    checkpoint(ledger, 'harbor')
    rmSync(keyFile())
    expect(() => openSigner(ledger.folders, 'harbor', { origin: 'log.test/harbor', size: 0 })).toThrow(
      'restore',
    )
    expect(existsSync(keyFile())).toBe(false)
  })

  test('are never replaced', () => {
    expect(() => createSigningKey(ledger.folders, 'harbor', 'log.test/harbor')).toThrow('is missing')
    rmSync(keptFile())
    expect(() => createSigningKey(ledger.folders, 'harbor', 'log.test/harbor')).toThrow('EEXIST')
  })

  test('with anything else in them are refused', () => {
    writeFileSync(keyFile(), 'nonsense')
    expect(() => firstKeyFile(ledger.folders, 'harbor')).toThrow('is no signed-note private key')
  })

  test.each(['../harbor', 'a/b', '', '.', 'Harbor'])('of no site: %j never becomes a path', site => {
    expect(() => firstKeyFile(ledger.folders, site)).toThrow('is no site key')
  })
})
