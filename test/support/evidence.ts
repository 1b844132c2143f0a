import { contentHash } from '../../server/ledger/entry.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { sitesIn, type CurrentSite } from '../../server/inventory/current.ts'
import { publishSite } from '../../server/inventory/publish.ts'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { confirmOptIn } from '../../server/marketing/confirm.ts'
import {
  readEvidence,
  type Evidence,
  type EvidenceQuestion,
  type EvidenceReader,
} from '../../server/marketing/evidence/read.ts'
import { holdAddress, releaseHold } from '../../server/marketing/hold.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { recordConsents } from '../../server/marketing/record-consent.ts'
import { aDecisionId } from './decisions.ts'
import { testLedger, type TestLedger } from './ledger.ts'
import { anOptIn, anOptOut } from './marketing.ts'
import { LOOM } from './receipts.ts'

export const WEAVER = 'ida.weaver@mail.example'
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Somebody who gave a name that tries everything: markup, a formula, an order of reading turned round. */
export const HOSTILE = `=cmd|'/C calc'!A0 <img src=x onerror=alert(1)> </style></script>\u202Egnp.exe "><b>`

type StoryLedger = Ledger & Pick<TestLedger, 'folders' | 'advance'>

export interface Told {
  readonly ledger: Ledger
  readonly site: CurrentSite
  /** Moments the story names. */
  readonly at: { readonly letterWritten: number; readonly letterRecorded: number }
}

/**
 * A person of the demo shop, from the first letter to the last: recorded from an older system, asked for by a form in German
 * and confirmed, held and released, and stopped by a letter that was recorded two days later.
 */
export async function aStory(): Promise<Told & { readonly ledger: TestLedger }> {
  const ledger = await testLedger()
  return { ...(await tellStory(ledger)), ledger }
}

/** The same in a ledger that is there already, from its own time on. */
export async function tellStory(ledger: StoryLedger): Promise<Told> {
  const built = await builtFrom(new URL('../../dist/', import.meta.url))
  const loom = {
    ...LOOM,
    programs: LOOM.programs.map(p => (p.id === 'weekly' ? { ...p, confirmation: 'double' as const } : p)),
  }
  const published = await publishSite(ledger, ledger.folders, built, loom)
  if (!published.ok) throw new Error(published.detail)
  const { configuration, files } = ledger.store.current('loom')!
  const asked = { channel: 'email', program: 'weekly', address: WEAVER } as const

  await recordConsents(
    ledger,
    'loom',
    [
      {
        id: aDecisionId(),
        ...asked,
        basis: 'consent',
        evidence: 'partial',
        decidedAt: ledger.now() - 700 * DAY,
        configuration,
        method: 'import',
        actor: 'command:import',
        source: { file: contentHash('letters.csv'), row: 17 },
        shown: { name: HOSTILE, list: 'Letters 2024' },
      },
    ],
    loom,
  )
  ledger.advance(DAY)
  const optIn = anOptIn({
    ...asked,
    configuration,
    text: files['opt-in.weekly.de']!,
    language: 'de',
    decidedAt: ledger.now() - 1_500,
  })
  const sender = {
    network: '192.0.2.0/24',
    userAgent: `Mozilla/5.0 ${HOSTILE}`,
    page: 'https://www.loomwork.example',
  }
  await appendOptOuts(ledger, 'loom', [anOptOut({ ...asked, decidedAt: ledger.now() - HOUR })], loom)
  const [taken] = await appendOptIns(ledger, 'loom', [optIn], loom, sender)
  if (!taken || !('index' in taken)) throw new Error(`not taken: ${JSON.stringify(taken)}`)
  const blind = ledger.blindIndex.blindOf('loom', 'email', WEAVER)
  const subject = ledger.store.subjectOfAddress('loom', blind)!
  ledger.advance(2 * HOUR)
  const confirmed = await confirmOptIn(
    ledger,
    'loom',
    { subject, channel: 'email', program: 'weekly', confirms: optIn.id, method: 'link' },
    { network: '198.51.100.0/24', userAgent: 'Mail/7.1' },
  )
  if (!confirmed.confirmed) throw new Error('not confirmed')
  ledger.advance(10 * DAY)
  const releases = aDecisionId()
  await holdAddress(
    ledger,
    'loom',
    {
      id: releases,
      channel: 'email',
      address: WEAVER,
      decidedAt: ledger.now(),
      cause: 'revocation-suspected',
      method: 'staff',
      words: `Enough of this? ${HOSTILE}`,
    },
    loom,
  )
  ledger.advance(DAY)
  await releaseHold(ledger, 'loom', { subject, channel: 'email', releases, actor: 'key:0a1b2c3d4e5f' })
  ledger.advance(5 * DAY)
  const letterWritten = ledger.now()
  ledger.advance(2 * DAY)
  const letterRecorded = ledger.now()
  await appendOptOuts(
    ledger,
    'loom',
    [
      anOptOut({
        channel: 'email',
        address: WEAVER,
        decidedAt: letterWritten,
        method: 'staff',
        actor: 'key:0a1b2c3d4e5f',
        reference: `Letter no. 12 ${HOSTILE}`,
      }),
    ],
    loom,
  )
  ledger.advance(DAY)
  return { ledger, site: sitesIn(ledger.store)('loom')!, at: { letterWritten, letterRecorded } }
}

export const read = async (
  { ledger, site }: Pick<Told, 'ledger' | 'site'>,
  question: Partial<EvidenceQuestion> = {},
  reader: Partial<EvidenceReader> = {},
): Promise<Evidence> => {
  const found = await readEvidence(
    ledger,
    site,
    { channel: 'email', address: WEAVER, program: 'weekly', ...question },
    { id: aDecisionId(), actor: 'key:test', ...reader },
  )
  if ('detail' in found) throw new Error(found.detail)
  return found
}
