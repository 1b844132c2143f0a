import { viewOf } from './check-decision.ts'
import type { DecisionEntry, OptInEntry, RecordedConsentEntry } from './entry.ts'
import type { TextKind } from './publication.ts'

export interface ShownText {
  readonly kind: TextKind
  /** Under which its bytes must have been published. */
  readonly name: string
}

export type ShowingEntry = DecisionEntry | OptInEntry | RecordedConsentEntry

/** What an entry says was shown; `undefined` where it is no text of this log. */
export function shownIn(entry: ShowingEntry): ShownText | undefined {
  if (entry.type === 'opt-in') return wordsShown(entry)
  if (entry.type === 'consent-recorded') {
    const { text, collectionPoint, language } = entry
    return text === undefined || collectionPoint === undefined || language === undefined
      ? undefined
      : collectionWords(collectionPoint, language)
  }
  const kind = viewOf(entry.method)
  return kind && { kind, name: `${kind}.${entry.language}` }
}

const collectionWords = (collectionPoint: string, language: string): ShownText => ({
  kind: 'collection',
  name: `collection.${collectionPoint}.${language}`,
})

/** The words beside the box of an opt-in: on a form of ours, or where the owner collects by other means. */
export function wordsShown({
  method,
  program,
  language,
  collectionPoint,
}: Pick<OptInEntry, 'method' | 'program' | 'language' | 'collectionPoint'>): ShownText {
  if (collectionPoint !== undefined) return collectionWords(collectionPoint, language)
  if (method === 'preferences') return { kind: 'preferences', name: `preferences.${language}` }
  const kind = method === 'page' ? 'opt-in-page' : 'opt-in'
  return { kind, name: `${kind}.${program}.${language}` }
}
