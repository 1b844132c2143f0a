import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { USUAL_FIELDS } from '../../shared/domain/hook.ts'
import { UNDATED_YES } from '../../shared/domain/marketing.ts'
import type { Program } from '../../shared/domain/site.ts'
import { accountOf } from '../../shared/receipt/account.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { evidenceAnswer } from '../../shared/schemas/evidence.ts'
import { messagesOf } from '../../server/hooks/messages.ts'
import { openPasts } from '../../server/hooks/past.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { evidencePack } from '../../server/marketing/evidence/pack.ts'
import { evidencePage } from '../../server/marketing/evidence/page.ts'
import { evidenceRecord } from '../../server/marketing/evidence/record.ts'
import { preferencesOf } from '../../server/marketing/preferences.ts'
import { recordConsents, type ConsentToRecord } from '../../server/marketing/record-consent.ts'
import { statusOf } from '../../server/marketing/status.ts'
import { assent } from '../support/cli.ts'
import { aDecisionId } from '../support/decisions.ts'
import { read, WEAVER } from '../support/evidence.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'
import { LOOM } from '../support/receipts.ts'

// What is undated counts from the beginning of 1970; with the clock west of Greenwich that is 1969, and bases end by 1972.
const MADE_UP = /19(?:69|7\d)/

const program: Program = {
  ...LOOM.programs.find(({ id }) => id === 'weekly')!,
  countries: ['CA'],
  evidence: { full: 'send', partial: 'send', asserted: 'send' },
}
const site = { ...LOOM, programs: [program] }

let ledger: TestLedger
beforeEach(async () => {
  ledger = await testLedger()
  const built = await builtFrom(new URL('../../dist/', import.meta.url))
  const published = await publishSite(ledger, ledger.folders, built, site)
  if (!published.ok) throw new Error(published.detail)
})
afterEach(() => ledger.remove())

async function record(changes: Partial<ConsentToRecord> = {}): Promise<string> {
  const consent = {
    id: aDecisionId(),
    channel: 'email',
    program: 'weekly',
    address: WEAVER,
    basis: 'consent',
    decidedAt: UNDATED_YES,
    evidence: 'asserted',
    configuration: ledger.store.current('loom')!.configuration,
    method: 'import',
    actor: 'command:import',
    ...changes,
  } as const
  const [answer] = await recordConsents(ledger, 'loom', [consent], site)
  if (!answer || 'refused' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  ledger.advance(1_000)
  return consent.id
}
const status = () =>
  statusOf(
    ledger,
    { key: 'loom', configuration: site },
    { channel: 'email', address: WEAVER, program: 'weekly', region: 'CA' },
  )
const told = () => ({ ledger, site: sitesIn(ledger.store)('loom')! })

test('its receipt says that nobody kept the time, and still verifies', async () => {
  const receipt = (await receiptFor(ledger, 'loom', await record())) as Receipt
  const { evidence: _, ...said } = receipt
  expect(JSON.stringify(said)).not.toMatch(MADE_UP)
  expect(said['dpv:hasRecordOfActivity']).toMatchObject([
    {
      'dpv:hasConsentStatus': {
        '@type': 'dpv:ConsentGiven',
        'dpv:isIndicatedAtTime': {
          'dpv:hasApplicability': 'dpv:NotAvailable',
          'dpv:hasJustification': expect.stringContaining('Nobody kept when'),
        },
      },
    },
  ])
  const held = await verifyReceipt(receipt)
  if (!held.ok) throw new Error(held.detail)
  expect(accountOf(held)).not.toHaveProperty('decidedAt')
})

test('the command that checks a receipt says so too', async () => {
  const file = join(ledger.folder, 'receipt.json')
  writeFileSync(file, JSON.stringify(await receiptFor(ledger, 'loom', await record())))
  const { out } = await assent(['verify', file])
  expect(out).toMatch(/When: +nobody kept it, received 2026-/)
  expect(out).not.toMatch(MADE_UP)
})

test('its evidence has no date in the page, the record or any file of the pack', async () => {
  await record()
  const evidence = await read(told())
  const json = evidenceRecord(evidence)
  expect(() => evidenceAnswer.parse(JSON.parse(JSON.stringify(json)))).not.toThrow()
  expect(json.entries).toMatchObject([{ undated: true, late: false }])
  expect(json.entries[0]).not.toHaveProperty('countsFrom')
  for (const [language, words] of [
    ['en', 'At a time nobody kept'],
    ['de', 'Zu einer Zeit, die niemand festgehalten hat'],
    ['ar', 'في وقت لم يسجّله أحد'],
  ] as const) {
    expect(evidencePage(evidence, language)).toContain(words)
    for (const { name, bytes } of evidencePack(evidence, language))
      // Hashes and proofs may hold any digits.
      expect([name, bytes.toString().match(/.*\b19(?:69|7\d)(?:-| |\b).*/)?.[0]]).toEqual([name, undefined])
  }
})

test('a hook tells it without a time', async () => {
  const index = ledger.store.size('loom')
  await record()
  const stored = ledger.store.entry('loom', index)!
  const hook = {
    site: 'loom',
    recipient: 'Rowan CRM',
    role: 'processor',
    purposes: [],
    programs: ['weekly'],
    fields: USUAL_FIELDS,
  } as const
  const pasts = openPasts(ledger, 'loom')
  const messages = await messagesOf({ ledger, pasts }, hook, { ...stored, index }, [program])
  expect(messages).toMatchObject([{ event: 'consent.granted', data: { program: 'weekly' } }])
  expect(messages[0]!.data).not.toHaveProperty('decidedAt')
})

test.each(['implied-purchase', 'implied-inquiry'] as const)(
  '%s of nobody knows when cannot be shown to be running: blocked, and no end is made up',
  async basis => {
    await record({ basis, evidence: 'full' })
    expect(status()).toMatchObject({ decision: 'block', reason: 'evidence_incomplete' })
    expect(status()).not.toHaveProperty('expiresAt')
    expect(status()).not.toHaveProperty('consentedAt')
    const { subject } = (await read(told())) as { subject: string }
    const shown = preferencesOf(ledger, 'loom', { subject, channel: 'email' }, [program])
    expect(shown!.programs).toEqual([{ program, state: 'never' }])
  },
)

test('a yes, which has no end, is answered by the policy for what has no evidence, and without a date', async () => {
  await record()
  expect(status()).toMatchObject({ decision: 'send', reason: 'ok_express' })
  expect(status()).not.toHaveProperty('consentedAt')
  expect(status()).not.toHaveProperty('expiresAt')
})
