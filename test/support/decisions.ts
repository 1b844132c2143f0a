import type { SentDecision } from '../../server/ledger/append.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { aConfiguration, someFiles, TEST_TIME } from './ledger.ts'

let made = 0

/** UUIDv7s in order: the n-th made in this test file. */
export function aDecisionId(at = TEST_TIME): string {
  const time = at.toString(16).padStart(12, '0')
  const count = (++made).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`
}

/** The n-th browser's secret: 12 hex of milliseconds, 32 hex. */
export const aSecret = (n = 1): string =>
  TEST_TIME.toString(16).padStart(12, '0') + n.toString(16).padStart(32, '0')

export const textHash = (name: string, edition?: string): string =>
  contentHash(someFiles(edition).find(file => file.name === name)!.bytes)

/** "Accept all" on the English banner of `harbor`, as `publishSite` publishes it. */
export function aDecision({
  site = 'harbor',
  ...changes
}: Partial<SentDecision> & { site?: string } = {}): SentDecision {
  return {
    id: aDecisionId(),
    type: 'decision',
    decidedAt: TEST_TIME - 1_000,
    configuration: contentHash(aConfiguration(site)),
    text: textHash('first.en'),
    language: 'en',
    method: 'banner',
    choices: { analytics: true, marketing: true },
    secret: aSecret(),
    ...changes,
  }
}

/** "Reject all": no secret, for nothing is granted. */
export function aRefusal(changes: Parameters<typeof aDecision>[0] = {}): SentDecision {
  const { secret: _, ...decision } = aDecision({
    choices: { analytics: false, marketing: false },
    ...changes,
  })
  return decision
}
