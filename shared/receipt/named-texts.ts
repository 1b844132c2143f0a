import { contentOf, type Entry } from '../domain/entry.ts'
import { shownIn } from '../domain/shown.ts'
import type { ReceiptText } from './receipt.ts'

type Label = Pick<ReceiptText, 'kind' | 'language'>

/** Hashes of the texts an entry rests on, the configuration first. */
export function textsNamedBy(entry: Entry): string[] {
  const content = contentOf(entry)
  const named: unknown[] = [
    'configuration' in content ? content.configuration : undefined,
    'text' in content ? content.text : undefined,
  ]
  return named.filter(hash => typeof hash === 'string')
}

/** What the entry says such a text is; nothing where it does not say, as with a type of entry that is not known here. */
export function labelOf(of: Entry, hash: string): Label {
  const entry = contentOf(of)
  if ('configuration' in entry && entry.configuration === hash) return { kind: 'configuration' }
  switch (entry.type) {
    case 'text-published':
      return { kind: entry.kind, ...(entry.language !== undefined && { language: entry.language }) }
    case 'decision':
    case 'withdrawal':
    case 'opt-in':
    case 'consent-recorded': {
      const shown = shownIn(entry)
      return shown && entry.language !== undefined ? { kind: shown.kind, language: entry.language } : {}
    }
    default:
      return {}
  }
}
