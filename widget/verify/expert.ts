import type { Receipt, ReceiptText } from '../../shared/receipt/receipt.ts'
import type { HeldReceipt } from '../../shared/receipt/verify.ts'
import { h } from './element.ts'
import type { Speech } from './words.ts'

/* Receipts that were found to hold, of either version. */

/** How many hashes lead from the entry to the root. */
export function hashesIn(receipt: unknown): number {
  const { proof, evidence } = receipt as { proof?: readonly string[]; evidence?: Receipt['evidence'] }
  if (Array.isArray(proof)) return proof.length
  return (evidence?.proof.split('\n\n', 1)[0]!.split('\n').length ?? 2) - 2
}

/** Everything that was checked, for whoever wants to check it again. */
export function expertView({ words }: Speech, held: HeldReceipt, receipt: unknown): HTMLElement {
  const { evidence, ...record } = receipt as Receipt
  const configuration = held.texts.find(({ kind }) => kind === 'configuration')
  const raw = (title: string, text: string): HTMLElement =>
    h('div', {}, h('h4', {}, title), h('pre', { dir: 'ltr', tabindex: '0' }, text))
  return h(
    'details',
    { class: 'experts' },
    h('summary', {}, words.details),
    raw(words.detailsKeys, held.signers.map(({ vkey }) => vkey).join('\n')),
    raw(words.detailsEntry, entryIn(receipt)),
    held.version === 2 ? raw(words.detailsProof, evidence.proof) : undefined,
    held.version === 2 ? raw(words.detailsRecord, JSON.stringify(record, null, 2)) : undefined,
    configuration && raw(`${words.detailsConfiguration} ${configuration.hash}`, pretty(configuration)),
  )
}

const entryIn = (receipt: unknown): string => {
  const { entry, evidence } = receipt as { entry?: string; evidence?: { entry: string } }
  return entry ?? evidence?.entry ?? ''
}

function pretty({ body }: ReceiptText): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    // Shown as it is.
    return body
  }
}
