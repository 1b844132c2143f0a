import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { recordConsents } from '../../server/marketing/record-consent.ts'
import { consentReceipt } from '../../shared/domain/consent-record.ts'
import { MESSAGE_BASES, OPT_OUT_CAUSES } from '../../shared/domain/marketing.ts'
import { accountOf } from '../../shared/receipt/account.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import en from '../../widget/verify/languages/en.json' with { type: 'json' }
import terms from '../fixtures/dpv-terms.json' with { type: 'json' }
import { assent } from '../support/cli.ts'
import { aDecisionId } from '../support/decisions.ts'
import { aStory, read } from '../support/evidence.ts'
import { graphOf, type GraphNode } from '../support/json-ld.ts'
import { anOptOut } from '../support/marketing.ts'
import { LOOM } from '../support/receipts.ts'
import { listOf, MANDATORY, typesOf, valuesAt } from '../support/ts-27560.ts'

const DAY = 86_400_000
let told: Awaited<ReturnType<typeof aStory>>
let folder: string
/** By type; of two opt-outs the one with a cause is `revoked`, of two records the one that is no consent `implied`. */
const receipts = new Map<string, Receipt>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-receipts-'))
  told = await aStory()
  const { ledger } = told
  await read(told, {}, { reason: 'authority' })
  const about = { channel: 'email', address: 'otto@mail.example' } as const
  const implied = {
    id: aDecisionId(),
    ...about,
    program: 'weekly',
    basis: 'soft-opt-in',
    evidence: 'asserted',
    decidedAt: ledger.now() - 900 * DAY,
    configuration: told.site.hash,
    method: 'staff',
    actor: 'key:0a1b2c3d4e5f',
  } as const
  const revoked = anOptOut({ ...about, cause: 'complaint', method: 'provider', decidedAt: ledger.now() })
  await recordConsents(ledger, 'loom', [implied], LOOM)
  await appendOptOuts(ledger, 'loom', [revoked], LOOM)
  for (const { entry, receipt } of (await read(told)).lines) receipts.set(entry.type, receipt)
  receipts.set('evidence-read', (await read(told)).readings.at(0)!.receipt)
  receipts.set('implied', (await receiptFor(ledger, 'loom', implied.id))!)
  receipts.set('revoked', (await receiptFor(ledger, 'loom', revoked.id))!)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await told.ledger.remove()
})

const of = (kind: string): Receipt => receipts.get(kind)!
const stateOf = (kind: string) => {
  const [record] = of(kind)['dpv:hasRecordOfActivity'] as { 'dpv:hasConsentStatus': GraphNode }[]
  return record!['dpv:hasConsentStatus']
}

test('of every act there is a receipt that holds', async () => {
  expect([...receipts.keys()].toSorted()).toEqual([
    'confirmation',
    'consent-recorded',
    'evidence-read',
    'hold',
    'hold-release',
    'implied',
    'opt-in',
    'opt-out',
    'revoked',
  ])
  const verdicts = await Promise.all([...receipts.values()].map(receipt => verifyReceipt(receipt)))
  expect(verdicts.filter(({ ok }) => !ok)).toEqual([])
})

describe('in the terms of ISO/IEC TS 27560', () => {
  test('a confirmation gives, a record gives, a no takes back, and what nobody said revokes', () => {
    expect(stateOf('confirmation')['@type']).toBe('dpv:ConsentGiven')
    expect(stateOf('consent-recorded')['@type']).toBe('dpv:ConsentGiven')
    expect(stateOf('opt-out')).toMatchObject({
      '@type': 'dpv:ConsentWithdrawn',
      'dpv:isIndicatedBy': '_:subject',
    })
    expect(stateOf('revoked')).toMatchObject({
      '@type': 'dpv:ConsentRevoked',
      'dpv:isIndicatedBy': '_:controller',
    })
  })

  test.each(['hold', 'hold-release', 'evidence-read', 'implied'])(
    '"%s" is no consent, and makes no record',
    kind => {
      expect(of(kind)).not.toHaveProperty('@type')
      expect(of(kind)).toMatchObject({
        assentReceipt: 2,
        'dct:type': kind === 'implied' ? 'consent-recorded' : kind,
      })
    },
  )

  test('of all bases consent alone is one', () => {
    const entry = JSON.parse(of('implied').evidence.entry) as object
    const recorded = MESSAGE_BASES.filter(basis => '@type' in consentReceipt({ ...entry, basis }, LOOM))
    expect(recorded).toEqual(['consent'])
  })

  test.each(['confirmation', 'consent-recorded', 'revoked'])(
    'the record of "%s" has every mandatory field, in words of the DPV',
    async kind => {
      const graph = await graphOf(of(kind))
      const known = new Set(
        terms.files.flatMap(file => [
          ...('classes' in file ? (file.classes ?? []) : []),
          ...('properties' in file ? (file.properties ?? []) : []),
        ]),
      )
      const used = [...graph.values()].flatMap(node => [...Object.keys(node), ...typesOf(node)])
      expect(used.filter(term => /^(dpv|pd):/.test(term) && !known.has(term))).toEqual([])
      const record = [...graph.values()].find(node => typesOf(node).includes('dpv:ConsentRecord'))!
      const missing = Object.entries(MANDATORY).filter(([, path]) => {
        const { values, absent } = valuesAt(graph, record, path)
        return values.length + absent.length === 0
      })
      expect(missing).toEqual([])
      expect(listOf(record['dpv:hasConsentStatus'])).toHaveLength(1)
    },
  )
})

describe('as facts', () => {
  const account = (kind: string) => {
    const { evidence } = of(kind)
    return accountOf({ entry: JSON.parse(evidence.entry), texts: evidence.texts })
  }

  test('each names why, by whom, and what it answers to', () => {
    const optIn = JSON.parse(of('opt-in').evidence.entry) as { id: string }
    const hold = JSON.parse(of('hold').evidence.entry) as { id: string }
    expect(account('confirmation')).toMatchObject({
      act: 'confirmation',
      method: 'link',
      answersTo: optIn.id,
    })
    expect(account('hold')).toMatchObject({ act: 'hold', cause: 'revocation-suspected', answers: [] })
    expect(account('hold-release')).toMatchObject({ actor: 'key:0a1b2c3d4e5f', answersTo: hold.id })
    expect(account('consent-recorded')).toMatchObject({
      recorded: { basis: 'consent', evidence: 'partial' },
      source: { row: 17 },
      actor: 'command:import',
      isImplausible: false,
    })
    expect(account('revoked')).toMatchObject({ cause: 'complaint', method: 'provider' })
    expect(account('evidence-read')).toMatchObject({
      act: 'evidence-read',
      reason: 'authority',
      actor: 'key:test',
    })
  })

  test('a record from long ago can be true, and one to come cannot', () => {
    const entry = JSON.parse(of('implied').evidence.entry) as { decidedAt: number; receivedAt: number }
    const later = accountOf({ entry: { ...entry, decidedAt: entry.receivedAt + DAY } as never, texts: [] })
    expect([account('implied').isImplausible, later.isImplausible]).toEqual([false, true])
  })

  test('the page that checks receipts has a sentence for each cause', () => {
    expect(OPT_OUT_CAUSES.filter(cause => !(`cause-${cause}` in en))).toEqual([])
  })
})

test.each([
  ['confirmation', ['the second step of a double opt-in, made by a link', 'Answers:  entry']],
  [
    'consent-recorded',
    [
      'Rests on: consent',
      'Listed:   in row 17',
      'By:       the command "import" on the server\'s command line',
    ],
  ],
  ['implied', ['Rests on: soft-opt-in', 'nothing but the word of whoever recorded it']],
  ['hold', ['Waits:    every message by email', 'in words of their own']],
  ['hold-release', ['Waits:    no longer', 'By:       API key 0a1b2c3d4e5f']],
  ['revoked', ['Why:      the person reported a message as spam', 'the provider that carries the messages']],
  ['evidence-read', ['somebody read what is held of one address (email)', 'because of: authority']],
])('"assent verify" tells a receipt of "%s" in plain words', async (kind, says) => {
  const file = join(folder, `${kind}.json`)
  writeFileSync(file, JSON.stringify(of(kind)))
  const { code, out } = await assent(['verify', file])
  expect(code).toBe(0)
  for (const words of says) expect(out).toContain(words)
})
