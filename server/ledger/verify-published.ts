import type {
  ConfigurationPublishedEntry,
  Entry,
  ListCheckedEntry,
  SubjectEntry,
  TextPublishedEntry,
} from '../../shared/domain/entry.ts'
import { shownIn, type ShowingEntry } from '../../shared/domain/shown.ts'
import type { LedgerAudit } from './audit.ts'
import { contentHash } from './entry.ts'
import { checkImported } from './verify-imported.ts'
import { differs, finding, type VerifyStep } from './finding.ts'

/** Holds texts, publications and what decisions refer to against everything published before them in the log. */
export function publishedSoFar(audit: LedgerAudit, site: string) {
  const texts = new Set<string>()
  const filesOf = new Map<string, Set<string>>()

  function* checkText(
    { text, kind, language }: TextPublishedEntry,
    index: number,
  ): Generator<VerifyStep, void> {
    texts.add(text)
    const stored = audit.text(site, text)
    if (!stored) yield finding(site, 'texts.hash', `text ${text} is missing`, index)
    else if (contentHash(stored.body) !== text)
      yield finding(site, 'texts.body', `text ${text} is not what was published`, index)
    else if (stored.kind !== kind)
      yield finding(site, 'texts.kind', `text ${text} was published as ${kind}`, index)
    else if (stored.language !== language)
      yield finding(site, 'texts.language', `text ${text} was published in another language`, index)
  }

  function* checkPublication(entry: ConfigurationPublishedEntry, index: number): Generator<VerifyStep, void> {
    const { configuration, files } = entry
    if (audit.publication(site, index) !== configuration)
      yield differs(
        site,
        'publications.configuration',
        `the publication is not listed as ${configuration}`,
        index,
      )
    const missing = [configuration, ...Object.values(files)].find(hash => !texts.has(hash))
    if (missing !== undefined)
      yield finding(
        site,
        'entries.entry',
        `the publication names text ${missing}, never published before it`,
        index,
      )
    const names = filesOf.get(configuration) ?? new Set()
    for (const [name, hash] of Object.entries(files)) names.add(`${name}:${hash}`)
    filesOf.set(configuration, names)
  }

  function* checkShown(entry: ShowingEntry, index: number): Generator<VerifyStep, void> {
    const { configuration, text } = entry
    const names = filesOf.get(configuration)
    const shown = shownIn(entry)
    if (!names)
      yield finding(
        site,
        'entries.entry',
        `the entry names configuration ${configuration}, never published before it`,
        index,
      )
    else if (shown === undefined ? text !== undefined : !names.has(`${shown.name}:${text}`))
      yield finding(
        site,
        'entries.entry',
        'the entry names a text that was never published so before it',
        index,
      )
  }

  function* checkList(
    { configuration, against }: ListCheckedEntry,
    index: number,
  ): Generator<VerifyStep, void> {
    if (!audit.isListCheck(site, index))
      yield differs(site, 'list_checks.idx', `entry ${index}, a check of a list, is not listed as one`, index)
    if (!filesOf.has(configuration))
      yield finding(
        site,
        'entries.entry',
        `the entry names configuration ${configuration}, never published before it`,
        index,
      )
    if (against.size > index)
      yield finding(
        site,
        'entries.entry',
        `the entry says it was checked against ${against.size} entries, more than there were`,
        index,
      )
  }

  function* checkPrevious({ subject, previous }: SubjectEntry, index: number): Generator<VerifyStep, void> {
    if (previous !== undefined && !isSubjectsOwn(previous, subject, index))
      yield finding(
        site,
        'entries.entry',
        `entry ${previous}, named as its previous one, is not the same subject's`,
        index,
      )
  }

  function isSubjectsOwn(previous: number, subject: string | undefined, index: number): boolean {
    const bytes = previous < index ? audit.entry(site, previous)?.bytes : undefined
    try {
      return (
        bytes !== undefined && (JSON.parse(Buffer.from(bytes).toString()) as SubjectEntry).subject === subject
      )
    } catch {
      // An entry that is no JSON has its own finding already.
      return false
    }
  }

  return {
    *check(entry: Entry, index: number): Generator<VerifyStep, void> {
      switch (entry.type) {
        case 'text-published':
          return yield* checkText(entry, index)
        case 'configuration-published':
          return yield* checkPublication(entry, index)
        case 'decision':
        case 'withdrawal':
        case 'opt-in':
        case 'consent-recorded':
          yield* checkShown(entry, index)
          return yield* checkPrevious(entry, index)
        case 'opt-out':
        case 'confirmation':
        case 'hold':
        case 'hold-release':
        case 'erasure':
        case 'evidence-read':
          return yield* checkPrevious(entry, index)
        case 'imported':
          yield* checkImported(entry, texts, index)
          return yield* checkPrevious(entry, index)
        case 'log-key-rotated':
        case 'log-key-retired':
        case 'log-key-compromised':
        case 'log-resumed':
          // They rest on no text; `logKeysSoFar` checks them.
          return undefined
        case 'list-checked':
          return yield* checkList(entry, index)
        case 'drill':
        case 'hook-registered':
        case 'hook-removed':
          return undefined
      }
      yield finding(
        site,
        'entries.entry',
        `the entry is of the unknown type "${(entry as Entry).type}"`,
        index,
      )
    },
  }
}
