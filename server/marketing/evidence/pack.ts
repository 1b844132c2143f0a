import { createHash } from 'node:crypto'
import { contentOf } from '../../../shared/domain/entry.ts'
import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../../shared/domain/language.ts'
import { wordsIn } from '../../../shared/receipt/shown-words.ts'
import { evidencePage, signedIn } from './page.ts'
import { readmeOf } from './readme.ts'
import type { Evidence, EvidenceLine } from './read.ts'
import { evidenceRecord } from './record.ts'
import { VERIFY_SCRIPT } from './verify-script.ts'
import type { PackFile } from './zip.ts'

/** Everything about one address and program as files that prove themselves, without us and without a network. */
export function evidencePack(evidence: Evidence, language: DocumentLanguage): readonly PackFile[] {
  const all = [...evidence.lines, ...evidence.readings].toSorted((a, b) => a.index - b.index)
  const file = (name: string, text: string): PackFile => ({ name, bytes: Buffer.from(text) })
  const page = file('evidence.html', evidencePage(evidence, language))
  const record = file('record.json', `${JSON.stringify(evidenceRecord(evidence), null, 2)}\n`)
  const [first] = all
  if (!first) return summed([page, record, file('README.txt', readmeOf(language, evidence, undefined))])
  const signed = signedIn(first)
  const { keys } = evidence.proof
  return summed([
    page,
    record,
    file('README.txt', readmeOf(language, evidence, signed.root)),
    file('verify.mjs', VERIFY_SCRIPT),
    file('checkpoint.txt', signed.note),
    file('vkey.txt', `${keys[0] ?? ''}\n`),
    ...(keys.length > 1 ? [file('witnesses.txt', `${keys.slice(1).join('\n')}\n`)] : []),
    ...all.map(line => file(`receipts/${receiptName(line)}`, `${JSON.stringify(line.receipt, null, 2)}\n`)),
    ...textsOf(all),
  ])
}

/** The language of its person, as far as an entry says which one it was shown in. */
export function languageOf({ lines }: Evidence): DocumentLanguage | undefined {
  const shown = lines.findLast(({ account }) => account.language !== undefined)?.account.language
  return DOCUMENT_LANGUAGES.find(known => known === shown?.split('-')[0])
}

const receiptName = ({ index, entry }: EvidenceLine): string =>
  `${String(index).padStart(8, '0')}-${contentOf(entry).type}.json`

/** What was shown: the very bytes, under a name that opens in no browser, and the words in them. */
function textsOf(lines: readonly EvidenceLine[]): PackFile[] {
  const shown = new Map(
    lines.flatMap(({ account }) => (account.shown ? [[account.shown.hash, account.shown]] : [])),
  )
  return [...shown.values()].flatMap(text => {
    const words = wordsIn(text, false)
    return [
      { name: `texts/${text.hash}.bytes.txt`, bytes: Buffer.from(text.body) },
      ...(words
        ? [
            {
              name: `texts/${text.hash}.words.txt`,
              bytes: Buffer.from(`${words.map(line => line.text).join('\n')}\n`),
            },
          ]
        : []),
    ]
  })
}

/** With the sums of all in the format of sha256sum. */
function summed(files: readonly PackFile[]): readonly PackFile[] {
  const sums = files.map(
    ({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
  )
  return [...files, { name: 'SHA256SUMS', bytes: Buffer.from(sums.join('')) }]
}
