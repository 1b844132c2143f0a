import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { isGranted } from '../../shared/domain/standing.ts'
import { accountOf } from '../../shared/receipt/account.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { aSiteDecision, createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import { aDecisionId, aSecret } from '../support/decisions.ts'
import { aConfiguration, publishSite, TEST_TIME } from '../support/ledger.ts'

const CONFIGURATION = aConfiguration(SITE, {
  origins: [ORIGIN],
  languages: ['en', 'de'],
  choice: {
    expiresAfterDays: 180,
    takeOver: { tool: 'klaro', map: { matomo: 'analytics' }, switchedOn: '2026-11-01' },
  },
})
const DAY = 86_400_000

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishSite(app.ledger, SITE, { configuration: CONFIGURATION })
})
afterEach(() => app.remove())

const taken = (changes: Parameters<typeof aSiteDecision>[0] = {}) => {
  const { text: _, ...decision } = aSiteDecision({
    id: aDecisionId(),
    method: 'take-over',
    tool: 'klaro',
    decidedAt: 0,
    configuration: contentHash(CONFIGURATION),
    choices: { analytics: true },
    ...changes,
  })
  return changes.text === undefined ? decision : { ...decision, text: changes.text }
}

async function answerTo(decision: object) {
  const response = await app.post([decision])
  expect(response.status).toBe(200)
  const { entries } = (await response.json()) as { entries: Record<string, unknown>[] }
  return entries[0]!
}
const entryOf = (id: string): Entry => app.ledger.store.entryById(SITE, id)!.entry
const standing = () => app.ledger.store.subject(SITE, subjectOf(SITE, aSecret()))?.standing

test('what another tool had asked is recorded with the tool, and counts', async () => {
  const decision = taken({ decidedAt: TEST_TIME - 30 * DAY })
  expect(await answerTo(decision)).toMatchObject({ duplicate: false })
  expect(entryOf(decision.id)).toMatchObject({
    method: 'take-over',
    tool: 'klaro',
    decidedAt: TEST_TIME - 30 * DAY,
    receivedAt: TEST_TIME,
  })
  expect(standing()?.['analytics']).toMatchObject({ state: 'given', since: TEST_TIME - 30 * DAY })
})

test('a yes whose time nobody kept counts, and revives nothing that was refused since', async () => {
  await answerTo(taken())
  expect(isGranted(standing()?.['analytics'])).toBe(true)
  expect(standing()?.['analytics']).toMatchObject({ since: 0 })
  await answerTo(
    aSiteDecision({
      id: aDecisionId(),
      type: 'withdrawal',
      method: 'api',
      text: undefined,
      configuration: contentHash(CONFIGURATION),
      choices: { analytics: false },
    } as never),
  )
  await answerTo(taken({ id: aDecisionId() }))
  expect(isGranted(standing()?.['analytics'])).toBe(false)
})

test('its time is told to nobody as a date: not in the history, and not in the account', async () => {
  const decision = taken()
  await answerTo(decision)
  const entry = entryOf(decision.id)
  const account = accountOf({ entry, texts: [] })
  expect(account).toMatchObject({ method: 'take-over', tool: 'Klaro', isImplausible: false })
  expect(account).not.toHaveProperty('decidedAt')
  const history = await app.request(`/v1/sites/${SITE}/decisions`, {
    headers: { Authorization: `Assent ${aSecret()}`, Origin: ORIGIN },
  })
  const { entries } = (await history.json()) as { entries: Record<string, unknown>[] }
  expect(entries[0]).toMatchObject({ method: 'take-over', tool: 'klaro' })
  expect(entries[0]).not.toHaveProperty('decidedAt')
})

describe.each([
  ['a tool the configuration does not name', taken({ tool: 'c15t' }), 'unknown-tool'],
  ['no tool at all', taken({ tool: undefined as never }), 'unknown-tool'],
  ['a withdrawal', taken({ type: 'withdrawal', choices: { analytics: false } }), 'unknown-tool'],
  ['a text of ours', taken({ text: 'ab'.repeat(32) }), 'unknown-text'],
  ['a purpose nobody is asked about', taken({ choices: { necessary: true } }), 'required-purpose'],
  ['a tool with another method', taken({ method: 'api', decidedAt: TEST_TIME }), 'unknown-tool'],
])('%s', (_, decision, reason) => {
  test('is refused with its reason', async () => {
    expect(await answerTo(JSON.parse(JSON.stringify(decision)) as object)).toMatchObject({ refused: reason })
  })
})
