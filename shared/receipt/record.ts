import { consentReceipt } from '../domain/consent-record.ts'
import type { Node } from '../domain/consent-record-terms.ts'
import { contentOf, type Entry } from '../domain/entry.ts'
import type { ReceiptText } from './receipt.ts'

/** All of a receipt but its evidence, made from that evidence. */
export function recordOf(entry: Entry, texts: readonly ReceiptText[]): Node & { readonly assentReceipt: 2 } {
  return { ...consentReceipt(contentOf(entry), configurationIn(entry, texts)), assentReceipt: 2 }
}

/** The configuration an entry names, whatever shape it has; `undefined` when it names none. */
export function configurationIn(entry: Entry, texts: readonly ReceiptText[]): unknown {
  const content = contentOf(entry)
  const text = texts.find(({ hash }) => 'configuration' in content && hash === content.configuration)
  try {
    return text && JSON.parse(text.body)
  } catch {
    // A configuration that is no JSON says nothing; its bytes are in the receipt all the same.
    return {}
  }
}
