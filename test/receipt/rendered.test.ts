import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtFrom, type Built } from '../../server/inventory/built.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import { renderedAgain } from '../../server/inventory/rendered-again.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendPublication } from '../../server/ledger/publish.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { LOOM, shopReceipts } from '../support/receipts.ts'
import { runCommand } from '../support/run-command.ts'

const DIST = new URL('../../dist/', import.meta.url)
let shop: Awaited<ReturnType<typeof shopReceipts>>
let built: Built

beforeAll(async () => {
  const folder = new URL('../..', import.meta.url).pathname
  const { passed, output } = await runCommand('node', ['.ci/build.ts', '--if-stale'], {
    folder,
    show: false,
    minutes: 2,
  })
  if (!passed) throw new Error(output)
  built = await builtFrom(DIST)
  shop = await shopReceipts()
}, 120_000)
afterAll(() => shop.ledger.remove())

test('the text a receipt brings is what rendering the configuration it brings gives, byte for byte', () => {
  const compared = Object.values(shop.receipts).map(({ evidence }) => {
    const { text, configuration } = JSON.parse(evidence.entry) as { text?: string; configuration?: string }
    const body = evidence.texts.find(({ hash }) => hash === configuration)?.body
    if (body === undefined || text === undefined) return undefined
    const files = built.files(JSON.parse(body) as SiteConfiguration).map(({ bytes }) => contentHash(bytes))
    return files.includes(text)
  })
  expect(compared.filter(found => found !== undefined)).toEqual(Array.from({ length: 7 }, () => true))
})

test('a version somebody changed by hand, or another build made, is told from those that render the same', async () => {
  const { ledger } = shop
  expect(renderedAgain(ledger.store, built, 'loom')).toEqual({ versions: 1, same: 1 })
  await publishSite(ledger, ledger.folders, built, { ...LOOM, choice: { expiresAfterDays: 90 } })
  expect(renderedAgain(ledger.store, built, 'loom')).toEqual({ versions: 2, same: 2 })
  const files = built
    .files(LOOM)
    .map(file =>
      file.name === 'first.en'
        ? { ...file, bytes: Buffer.concat([file.bytes, Buffer.from('// nicer')]) }
        : file,
    )
  await appendPublication(ledger, 'loom', Buffer.from(canonicalJson(LOOM)), files)
  expect(renderedAgain(ledger.store, built, 'loom')).toEqual({ versions: 3, same: 2 })
})
