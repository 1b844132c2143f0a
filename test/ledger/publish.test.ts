import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendPublication } from '../../server/ledger/publish.ts'
import { openSigner } from '../../server/ledger/signing-keys.ts'
import { textHash } from '../support/decisions.ts'
import {
  aConfiguration,
  publishSite,
  someFiles,
  TEST_TIME,
  testLedger,
  type TestLedger,
} from '../support/ledger.ts'
import { findingsIn } from '../support/verify.ts'

let ledger: TestLedger
beforeEach(async () => void (ledger = await testLedger()))
afterEach(() => ledger.remove())

test('a site exists from its first publication on, and serves exactly those bytes', async () => {
  expect(ledger.store.sites()).toEqual([])
  const files = someFiles()
  const configuration = contentHash(aConfiguration('harbor'))
  expect(await publishSite(ledger, 'harbor')).toEqual({
    configuration,
    index: files.length + 1,
    unchanged: false,
    newTexts: files.length + 1,
  })
  expect(ledger.store.sites()).toEqual(['harbor'])
  const current = ledger.store.current('harbor')!
  expect(current).toMatchObject({ configuration, index: files.length + 1 })
  for (const file of files) {
    const text = ledger.store.text('harbor', current.files[file.name]!)!
    expect(Buffer.from(text.body)).toEqual(file.bytes)
    expect(text.kind).toBe(file.kind)
    expect(text.language).toBe(file.language)
  }
  expect(ledger.store.text('harbor', configuration)).toMatchObject({ kind: 'configuration' })
})

test('every publication is told, the oldest first, with its time and its files', async () => {
  expect(ledger.store.publications('harbor')).toEqual([])
  await publishSite(ledger, 'harbor')
  ledger.advance(1000)
  await publishSite(ledger, 'harbor', { files: someFiles('two') })
  await publishSite(ledger, 'loom')
  const [first, second, ...others] = ledger.store.publications('harbor')
  expect(others).toEqual([])
  expect([first!.publishedAt, second!.publishedAt]).toEqual([TEST_TIME, TEST_TIME + 1000])
  expect(first!.files['loader']).toBe(textHash('loader'))
  expect(second).toMatchObject({
    index: ledger.store.current('harbor')!.index,
    files: ledger.store.current('harbor')!.files,
  })
})

test('publishing the same again appends nothing', async () => {
  const { index } = await publishSite(ledger, 'harbor')
  expect(await publishSite(ledger, 'harbor')).toMatchObject({ index, unchanged: true, newTexts: 0 })
  expect(ledger.store.log('harbor').size).toBe(index + 1)
})

test('new files bring only what is new; going back is a publication without a new text', async () => {
  await publishSite(ledger, 'harbor')
  const changed = someFiles().with(0, someFiles('two')[0]!)
  expect(await publishSite(ledger, 'harbor', { files: changed })).toMatchObject({
    unchanged: false,
    newTexts: 1,
  })
  expect(await publishSite(ledger, 'harbor')).toMatchObject({ unchanged: false, newTexts: 0 })
  expect(ledger.store.current('harbor')!.files['loader']).toBe(textHash('loader'))
  expect(await publishSite(ledger, 'harbor', { files: changed })).toMatchObject({
    unchanged: false,
    newTexts: 0,
  })
  expect(findingsIn(ledger)).toEqual([])
})

test('published twice at once, it is published once', async () => {
  await publishSite(ledger, 'harbor')
  const files = someFiles('two')
  const answers = await Promise.all([
    publishSite(ledger, 'harbor', { files }),
    publishSite(ledger, 'harbor', { files }),
  ])
  expect(answers.map(answer => answer.index)).toEqual([answers[0].index, answers[0].index])
  expect(answers.map(answer => answer.unchanged)).toEqual([false, true])
})

test('the same bytes in two languages are one text, and both names serve it', async () => {
  const bytes = Buffer.from('alike')
  const files = [
    { name: 'first.en', kind: 'first', language: 'en', bytes },
    { name: 'first.de', kind: 'first', language: 'de', bytes },
  ] as const
  expect(await publishSite(ledger, 'harbor', { files: [...files] })).toMatchObject({ newTexts: 2 })
  const published = ledger.store.publication('harbor', contentHash(aConfiguration('harbor')))!
  expect(published.texts.has(`first.en:${contentHash(bytes)}`)).toBe(true)
  expect(published.texts.has(`first.de:${contentHash(bytes)}`)).toBe(true)
  expect(findingsIn(ledger)).toEqual([])
})

test('what a configuration asks about is what decisions are judged by', async () => {
  await publishSite(ledger, 'harbor')
  const { purposes } = ledger.store.publication('harbor', contentHash(aConfiguration('harbor')))!
  expect(purposes.map(p => p.id)).toEqual(['necessary', 'analytics', 'marketing'])
})

describe('refused as a fault of the caller', () => {
  beforeEach(() => openSigner(ledger.folders, 'harbor', { origin: 'log.test/harbor', size: 0 }))

  test('a configuration that is not canonical JSON', async () => {
    const spaced = Buffer.from(JSON.stringify({ site: 'harbor', purposes: [] }, null, 1))
    await expect(appendPublication(ledger, 'harbor', spaced, [])).rejects.toThrow('canonical JSON')
  })

  test('a configuration of another site', async () => {
    await expect(appendPublication(ledger, 'harbor', aConfiguration('loom'), [])).rejects.toThrow(
      'of site "loom"',
    )
  })

  test('a site without a signing key, before anything is written', async () => {
    await expect(appendPublication(ledger, 'loom', aConfiguration('loom'), [])).rejects.toThrow('is missing')
    expect(ledger.store.log('loom').size).toBe(0)
  })
})
