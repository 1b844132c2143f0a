import { canonicalJson } from '../../shared/domain/canonical.ts'
import { actOf, type ImportedEntry } from '../../shared/domain/entry.ts'
import { finding, type VerifyStep } from './finding.ts'
import { hashLeaf } from './merkle.ts'
import { textsNamedBy } from '../../shared/receipt/named-texts.ts'

/** What was imported is the entry whose leaf it names, speaks for the same subject, and what it rests on was brought along. */
export function* checkImported(
  entry: ImportedEntry,
  texts: ReadonlySet<string>,
  index: number,
): Generator<VerifyStep, void> {
  const { site, id, subject, sent, from, entry: original } = entry
  const act = actOf(original)
  if (Buffer.from(hashLeaf(canonicalJson(original))).toString('hex') !== from.leaf)
    yield finding(site, 'entries.entry', 'the imported entry is not the one whose leaf it names', index)
  if (act.site !== site || act.id !== id || act.subject !== subject || act.sent !== sent)
    yield finding(site, 'entries.entry', "the imported entry is another one's, or another subject's", index)
  const missing = textsNamedBy(entry).find(hash => !texts.has(hash))
  if (missing !== undefined)
    yield finding(site, 'entries.entry', `the entry names text ${missing}, never published before it`, index)
}
