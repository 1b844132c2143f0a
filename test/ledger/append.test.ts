import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendDecisions, type DecisionAnswer, type SentDecision } from '../../server/ledger/append.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { open } from '../../server/subjects/seal.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { DecisionEntry } from '../../shared/domain/entry.ts'
import { aDecision, aDecisionId, aRefusal, aSecret, textHash } from '../support/decisions.ts'
import {
  aConfiguration,
  publishSite,
  someFiles,
  testLedger,
  TEST_TIME,
  type TestLedger,
} from '../support/ledger.ts'
import { findingsIn } from '../support/verify.ts'

let ledger: TestLedger
let first: number
beforeEach(async () => {
  ledger = await testLedger()
  await publishSite(ledger, 'harbor')
  first = ledger.store.log('harbor').size
})
afterEach(() => ledger.remove())

const append = (...decisions: SentDecision[]): Promise<DecisionAnswer[]> =>
  appendDecisions(ledger, 'harbor', decisions)
const entryAt = (index: number): DecisionEntry => ledger.store.entry('harbor', index)!.entry as DecisionEntry

test('a decision becomes an entry that names its subject, both times and what was sent', async () => {
  const decision = aDecision()
  expect(await append(decision)).toEqual([
    { id: decision.id, index: first, duplicate: false, receivedAt: TEST_TIME },
  ])
  const { secret, ...sent } = decision
  const subject = subjectOf('harbor', secret!)
  expect(entryAt(first)).toEqual({
    v: 1,
    site: 'harbor',
    ...sent,
    receivedAt: TEST_TIME,
    subject,
    sent: contentHash(canonicalJson({ ...sent, subject })),
  })
})

test('the secret reaches neither the entry nor the files', async () => {
  await append(aDecision({ secret: aSecret(77) }))
  expect(ledger.store.entry('harbor', first)!.text).not.toContain(aSecret(77))
})

test('a refusal keeps no subject', async () => {
  await append(aRefusal())
  expect(entryAt(first)).not.toHaveProperty('subject')
  expect(entryAt(first)).toMatchObject({ choices: { analytics: false, marketing: false } })
})

test('what is not part of a decision never reaches its entry', async () => {
  await append({ ...aDecision(), address: 'someone@mail.test' } as SentDecision)
  expect(entryAt(first)).not.toHaveProperty('address')
})

describe('sent again', () => {
  test('the same decision is answered with its first index and time', async () => {
    const decision = aDecision()
    await append(decision)
    ledger.advance(60_000)
    expect(await append(decision)).toEqual([
      { id: decision.id, index: first, duplicate: true, receivedAt: TEST_TIME },
    ])
    expect(ledger.store.log('harbor').size).toBe(first + 1)
  })

  test('another decision under the same id is refused: later, in one batch, and at once', async () => {
    const id = aDecisionId()
    const [yes, no] = [aDecision({ id }), aRefusal({ id })]
    expect(await append(yes, no)).toMatchObject([{ index: first }, { id, refused: 'id-reused' }])
    expect(await append(no)).toMatchObject([{ refused: 'id-reused' }])
    const other = aDecisionId()
    const atOnce = await Promise.all([append(aDecision({ id: other })), append(aRefusal({ id: other }))])
    expect(atOnce.flat()).toMatchObject([{ index: first + 1 }, { refused: 'id-reused' }])
  })

  test('the same id from another browser is refused', async () => {
    const decision = aDecision({ secret: aSecret(1) })
    await append(decision)
    expect(await append({ ...decision, secret: aSecret(2) })).toMatchObject([{ refused: 'id-reused' }])
  })
})

describe('refused, each beside its decision', () => {
  test('the rest of the batch is stored, and the answers keep their order', async () => {
    const decisions = [
      aDecision(),
      aDecision({ choices: { analytics: true } }),
      aRefusal(),
      aDecision({ text: 'no' }),
    ]
    expect(await append(...decisions)).toMatchObject([
      { id: decisions[0]!.id, index: first },
      { id: decisions[1]!.id, refused: 'incomplete-choices' },
      { id: decisions[2]!.id, index: first + 1 },
      { id: decisions[3]!.id, refused: 'unknown-text' },
    ])
  })

  test('a configuration of another site, or of none', async () => {
    await publishSite(ledger, 'loom')
    expect(await append(aDecision({ configuration: contentHash(aConfiguration('loom')) }))).toMatchObject([
      { refused: 'unknown-configuration' },
    ])
    expect(await appendDecisions(ledger, 'quarry', [aDecision()])).toMatchObject([
      { refused: 'unknown-configuration' },
    ])
  })

  test('an entry of more than 65,535 bytes', async () => {
    const purposes = Array.from({ length: 2_000 }, (_, i) => ({
      id: `purpose-${'x'.repeat(20)}-${i}`,
      kind: 'analytics',
    }))
    const configuration = aConfiguration('harbor', { purposes })
    await publishSite(ledger, 'harbor', { configuration })
    const choices = Object.fromEntries(purposes.map(({ id }) => [id, false]))
    const large = aRefusal({ configuration: contentHash(configuration), choices })
    expect(await append(large)).toMatchObject([{ id: large.id, refused: 'entry-too-large' }])
    const fits = aDecision({
      configuration: contentHash(configuration),
      method: 'embed',
      text: textHash('embed.en'),
    })
    expect(await append({ ...fits, choices: { [purposes[0]!.id]: true } })).toMatchObject([
      { duplicate: false },
    ])
  })

  test('private fields without a secret', async () => {
    expect(await append(aRefusal({ private: { address: 'a@mail.test' } }))).toMatchObject([
      { refused: 'secret-required' },
    ])
  })
})

describe('what was shown stays true', () => {
  test('a decision made under an earlier publication is stored', async () => {
    await publishSite(ledger, 'harbor', {
      configuration: aConfiguration('harbor', { name: 'new' }),
      files: someFiles('two'),
    })
    expect(await append(aDecision())).toMatchObject([{ duplicate: false }])
  })

  test('a text published since this process last looked is known', async () => {
    expect(await append(aDecision({ text: textHash('first.en', 'two') }))).toMatchObject([
      { refused: 'unknown-text' },
    ])
    const another = await testLedger(ledger.folder)
    await publishSite(another, 'harbor', { files: someFiles('two') })
    await another.storage.close()
    expect(await append(aDecision({ text: textHash('first.en', 'two') }))).toMatchObject([
      { duplicate: false },
    ])
    expect(await append(aDecision({ text: textHash('first.en') }))).toMatchObject([{ duplicate: false }])
  })
})

describe('private fields', () => {
  const secret = aSecret(5)
  const subject = subjectOf('harbor', secret)
  const fields = { address: 'someone@mail.test' }

  test('are sealed beside the entry, which only commits to them', async () => {
    const decision = aDecision({ secret, private: fields })
    await append(decision)
    const { text } = ledger.store.entry('harbor', first)!
    expect(text).not.toContain('someone')
    expect(entryAt(first).commitment).toMatch(/^[0-9a-f]{64}$/)
    const part = ledger.store.privatePart('harbor', first)!
    const key = ledger.keys.openSubjectKey('harbor', subject)!
    expect(open(key, part.sealed, { site: 'harbor', subject, id: decision.id })).toEqual(fields)
    expect(findingsIn(ledger)).toEqual([])
  })

  test('of a refused decision make no key, beside one that is sealed', async () => {
    const refused = aDecision({ secret: aSecret(9), private: fields, choices: { unknown: true } })
    expect(await append(refused, aDecision({ secret, private: fields }))).toMatchObject([
      { refused: 'unknown-purpose' },
      { index: first },
    ])
    expect(ledger.keys.openSubjectKey('harbor', subjectOf('harbor', aSecret(9)))).toBeUndefined()
    expect(ledger.keys.openSubjectKey('harbor', subject)).toBeDefined()
  })

  test('tell a repeated decision from a reused id', async () => {
    const decision = aDecision({ secret, private: fields })
    await append(decision)
    const { private: _, ...without } = decision
    expect(await append(decision)).toMatchObject([{ duplicate: true }])
    expect(await append({ ...decision, private: { address: 'other@mail.test' } })).toMatchObject([
      { refused: 'id-reused' },
    ])
    expect(await append(without)).toMatchObject([{ refused: 'id-reused' }])
  })

  test('equal ones of two entries leave nothing equal', async () => {
    await append(aDecision({ secret, private: fields }), aDecision({ secret, private: fields }))
    expect(entryAt(first).commitment).not.toBe(entryAt(first + 1).commitment)
  })

  test('are refused without harm when the key cannot be stored', async () => {
    const broken = {
      ...ledger,
      keys: { ...ledger.keys, createSubjectKey: () => Promise.reject(new Error('disk full')) },
    }
    await expect(appendDecisions(broken, 'harbor', [aDecision({ secret, private: fields })])).rejects.toThrow(
      'disk full',
    )
    expect(ledger.store.log('harbor').size).toBe(first)
  })
})
