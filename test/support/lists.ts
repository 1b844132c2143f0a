import { checkCsv } from '../../server/marketing/lists/check-csv.ts'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import type { CheckSummary } from '../../shared/domain/check.ts'

/** One list of numbers, asked about as `assent check` does: an entry of the log. */
export async function checkAList(ledger: Ledger, site: string, ...numbers: string[]): Promise<CheckSummary> {
  const question = {
    channel: 'sms',
    program: 'offers',
    mode: 'count',
    senders: { isSilent: false, heard: [] },
  } as const
  const bytes = (async function* () {
    yield Buffer.from(['phone', ...numbers, ''].join('\n'))
  })()
  const { text, finish } = await checkCsv(
    ledger,
    sitesIn(ledger.store)(site)!,
    question,
    bytes,
    'command:check',
  )
  for await (const _ of text);
  return finish()
}
