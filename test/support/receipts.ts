import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appendDecisions } from '../../server/ledger/append.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { builtFrom } from '../../server/inventory/built.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { publishSite as publishReal } from '../../server/inventory/publish.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { aDecision, aSecret, textHash } from './decisions.ts'
import { publishSite, someFiles, TEST_TIME, testLedger, type TestLedger } from './ledger.ts'
import { anOptIn, anOptOut } from './marketing.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The demo shop's own configuration, which says everything a configuration can. */
export const LOOM = JSON.parse(
  readFileSync(join(ROOT, 'demo', 'loom', 'site.json'), 'utf8'),
) as SiteConfiguration

export const OPT_IN_TEXT = Buffer.from('opt-in weekly en')

/** One receipt of each kind, of a ledger that has published the demo shop. */
export interface SomeReceipts {
  readonly ledger: TestLedger
  readonly granted: Receipt
  readonly refused: Receipt
  readonly withdrawn: Receipt
  readonly ownInterface: Receipt
  readonly optIn: Receipt
  readonly optOut: Receipt
  readonly published: Receipt
}

export async function someReceipts(): Promise<SomeReceipts> {
  const ledger = await testLedger()
  const site = 'loom'
  const configuration = Buffer.from(canonicalJson(LOOM))
  const optInFile = { name: 'opt-in.weekly.en', kind: 'opt-in', language: 'en', bytes: OPT_IN_TEXT } as const
  await publishSite(ledger, site, { configuration, files: [...someFiles(), optInFile] })
  const shared = { site, configuration: contentHash(configuration) }
  const answer = (yes: boolean) => ({ preferences: yes, analytics: yes, marketing: false })
  const granted = aDecision({ ...shared, choices: answer(true) })
  const { secret: _, ...refused } = aDecision({ ...shared, choices: answer(false) })
  const settings = { text: textHash('settings.en'), method: 'settings' } as const
  const withdrawn = aDecision({
    ...shared,
    ...settings,
    type: 'withdrawal',
    choices: answer(false),
    decidedAt: TEST_TIME - 500,
  })
  const { text: __, ...ownInterface } = aDecision({
    ...shared,
    method: 'api',
    choices: { analytics: true },
    secret: aSecret(3),
  })
  await appendDecisions(ledger, site, [granted, refused, withdrawn, ownInterface])
  const optIn = anOptIn({
    configuration: shared.configuration,
    text: contentHash(OPT_IN_TEXT),
    program: 'weekly',
    channel: 'email',
    address: 'Ida.Weaver@mail.test',
  })
  const optOut = anOptOut({ channel: 'email', address: 'ida.weaver@mail.test' })
  const { configuration: now } = sitesIn(ledger.store)(site)!
  const sender = { network: '192.0.2.0/24', userAgent: 'Browser/1.0', page: 'https://www.loomwork.example' }
  const [taken] = await appendOptIns(ledger, site, [optIn], now, sender)
  if (!taken || !('index' in taken)) throw new Error(`not taken: ${JSON.stringify(taken)}`)
  await appendOptOuts(ledger, site, [optOut], now)
  const of = async (id: string): Promise<Receipt> => (await receiptFor(ledger, site, id))!
  return {
    ledger,
    granted: await of(granted.id),
    refused: await of(refused.id),
    withdrawn: await of(withdrawn.id),
    ownInterface: await of(ownInterface.id),
    optIn: await of(optIn.id),
    optOut: await of(optOut.id),
    published: await of(`text:${textHash('first.en')}`),
  }
}

/** The same of the demo shop as it really is published, with a person who has answered its real banner and forms. */
export async function shopReceipts(): Promise<{
  readonly ledger: TestLedger
  readonly receipts: Readonly<Record<string, Receipt>>
}> {
  const ledger = await testLedger()
  const built = await builtFrom(new URL('../../dist/', import.meta.url))
  const published = await publishReal(ledger, ledger.folders, built, LOOM)
  if (!published.ok) throw new Error(published.detail)
  const { configuration, files } = ledger.store.current('loom')!
  const at = (name: string) => ({
    site: 'loom',
    configuration,
    text: files[name]!,
    language: name.split('.').at(-1)!,
  })
  const choices = { preferences: true, analytics: true, marketing: false }
  const none = { preferences: false, analytics: false, marketing: false }
  const granted = aDecision({ ...at('first.en'), choices })
  const arabic = aDecision({ ...at('first.ar'), choices, secret: aSecret(4) })
  const { secret: _, ...refused } = aDecision({ ...at('first.de'), choices: none, gpc: true })
  const withdrawn = aDecision({
    ...at('settings.en'),
    method: 'settings',
    type: 'withdrawal',
    choices: none,
    decidedAt: TEST_TIME - 500,
  })
  const embed = aDecision({
    ...at('embed.en'),
    method: 'embed',
    choices: { marketing: true },
    secret: aSecret(5),
  })
  await appendDecisions(ledger, 'loom', [granted, arabic, refused, withdrawn, embed])
  const form = { configuration, program: 'weekly', language: 'en', channel: 'email' } as const
  const optIn = anOptIn({ ...form, text: files['opt-in.weekly.en']!, address: 'Ida.Weaver@mail.test' })
  const onPage = anOptIn({
    ...form,
    method: 'page',
    text: files['opt-in-page.weekly.en']!,
    address: 'ottilie@mail.test',
  })
  const optOut = anOptOut({ channel: 'email', address: 'ida.weaver@mail.test' })
  await appendOptIns(ledger, 'loom', [optIn, onPage], LOOM, { network: '192.0.2.0/24' })
  await appendOptOuts(ledger, 'loom', [optOut], LOOM)
  const acts = { granted, arabic, refused, withdrawn, embed, optIn, onPage, optOut }
  const made = await Promise.all(
    Object.entries(acts).map(
      async ([name, { id }]) => [name, (await receiptFor(ledger, 'loom', id))!] as const,
    ),
  )
  return { ledger, receipts: Object.fromEntries(made) }
}

/** Evidence changed, the rest left as it is. */
export const withEvidence = (receipt: Receipt, changes: Partial<Receipt['evidence']>): Receipt => ({
  ...receipt,
  evidence: { ...receipt.evidence, ...changes },
})

/** A receipt as an earlier version of Assent gave it out; people hold such ones. `first-…` is of version 1. */
export const keptReceipt = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, 'test', 'fixtures', 'receipts', `${name}.json`), 'utf8')) as Record<
    string,
    unknown
  >
