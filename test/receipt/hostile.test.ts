import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { hashLeaf, integrate, root } from '../../server/ledger/merkle.ts'
import { formatPrivateKey, parsePrivateKey, signNote } from '../../server/ledger/note.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { accountOf } from '../../shared/receipt/account.ts'
import { recordOf } from '../../shared/receipt/record.ts'
import { formatTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { assent } from '../support/cli.ts'

/* A log of a stranger may hold anything at all, and signs it properly. */

const folder = mkdtempSync(join(tmpdir(), 'assent-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ORIGIN = 'hostile.test/shop'
const signer = parsePrivateKey(formatPrivateKey(ORIGIN, Buffer.alloc(32, 9)))!

/** The receipt of an entry that is alone in its log. */
function receiptOf(entry: unknown, configuration: string): Record<string, unknown> {
  const text = canonicalJson(entry)
  const { frontier } = integrate({ size: 0, hashes: [] }, [hashLeaf(text)])
  const note = signNote(formatCheckpoint({ origin: ORIGIN, size: 1, root: root(frontier) }), signer)
  const texts = [{ hash: contentHash(configuration), kind: 'configuration' as const, body: configuration }]
  const evidence = { entry: text, proof: formatTlogProof(0, [], note), keys: [signer.vkey], texts }
  return { ...recordOrNone(entry, texts), evidence }
}

function recordOrNone(entry: unknown, texts: Parameters<typeof recordOf>[1]): Record<string, unknown> {
  try {
    return recordOf(entry as Entry, texts)
  } catch {
    // There is no record of it: whoever forges it has none to give.
    return { assentReceipt: 2 }
  }
}

const aDecision = (configuration: string) => ({
  v: 1,
  site: 'shop',
  type: 'decision',
  id: '019abb15-0000-7000-8000-000000000001',
  receivedAt: 1,
  decidedAt: 1,
  sent: '',
  configuration: contentHash(configuration),
  language: 'en',
  method: 'api',
  choices: { analytics: false },
})

async function verifyInTerminal(
  receipt: unknown,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const file = join(folder, 'receipt.json')
  writeFileSync(file, JSON.stringify(receipt))
  const { code, out, err } = await assent(['verify', file])
  return { code, said: out + err }
}

test.each([
  [{ held: null }],
  [{ held: 7 }],
  [{ held: [] }],
  [{ held: {} }],
  [{ held: { type: 'imported' } }],
  [{ held: { type: 'imported', entry: 7 } }],
])('an imported entry is malformed, and no fault: %j', async ({ held }) => {
  const receipt = receiptOf({ ...aDecision('{}'), type: 'imported', entry: held }, '{}')
  expect(await verifyReceipt(receipt)).toMatchObject({ ok: false, reason: 'malformed' })
  expect(await verifyInTerminal(receipt)).toMatchObject({
    code: 1,
    said: expect.stringContaining('does not hold (malformed)'),
  })
})

test('what went from log to log was first recorded by the innermost', async () => {
  const from = (origin: string) => ({ origin, index: 1, size: 2, leaf: '' })
  const act = aDecision('{}')
  const first = { ...act, type: 'imported', from: from('first.test/shop'), entry: act }
  const entry = { ...act, type: 'imported', from: from('second.test/shop'), entry: first }
  const verdict = await verifyReceipt(receiptOf(entry, '{}'))
  if (!verdict.ok) throw new Error(verdict.detail)
  expect(accountOf(verdict).from?.origin).toBe('first.test/shop')
})

test('names that turn the reading order round are shown as what they are', async () => {
  const turned = '\u202eyna\u2066'
  const configuration = canonicalJson({
    name: { en: turned },
    controller: { name: turned, email: turned },
    purposes: [{ id: 'analytics', name: { en: turned }, description: { en: turned } }],
  })
  const receipt = receiptOf(aDecision(configuration), configuration)
  const verdict = await verifyReceipt(receipt)
  if (!verdict.ok) throw new Error(verdict.detail)
  const account = JSON.stringify({ ...accountOf(verdict), shown: undefined })
  expect(account).toContain('\uFFFDyna\uFFFD')
  expect(account).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  const { said } = await verifyInTerminal(receipt)
  expect(said).toContain('by \uFFFDyna\uFFFD')
  expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
})
