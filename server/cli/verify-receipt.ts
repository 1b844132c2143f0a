import { existsSync } from 'node:fs'
import { contentOf, type Entry, type ErasureEntry } from '../../shared/domain/entry.ts'
import { readLogKeys, type LogKeys } from '../../shared/domain/log-keys.ts'
import { decisionInEntry, namedConfiguration } from '../../shared/schemas/receipt.ts'
import type { DecisionInEntry, NamedConfiguration } from '../../shared/schemas/receipt.ts'
import type { Receipt } from '../ledger/receipt.ts'
import { verifyReceipt, type ReceiptVerdict } from '../ledger/verify-receipt.ts'
import { CommandError, EXIT } from './command.ts'
import { parseJson, readText } from './site-file.ts'
import type { Terminal } from './terminal.ts'

export interface ReceiptCheck {
  readonly file: string
  /** The verifier key the reader trusts, or a file with all keys of the log. */
  readonly key?: string
  readonly json: boolean
}

/** Checks a receipt with nothing but itself, and says in plain words what it proves. */
export function checkReceipt({ file, key, json }: ReceiptCheck, terminal: Terminal): number {
  const receipt = parseJson(file, readText(file))
  const verdict = verifyReceipt(receipt, key === undefined ? undefined : trustedKeys(key))
  if (json) terminal.out(JSON.stringify({ ...verdict, pinned: key !== undefined }, null, 2))
  else if (verdict.ok)
    for (const line of whatHolds(receipt as Receipt, verdict, key, terminal)) terminal.out(line)
  else
    terminal.out(
      `${file}: ${terminal.paint('bad', 'does not hold')} (${verdict.reason}): ${printable(verdict.detail)}`,
    )
  return verdict.ok ? EXIT.ok : EXIT.findings
}

/** A verifier key has a form no file name is likely to have; everything else is looked for as a file. */
function trustedKeys(key: string): string | LogKeys {
  if (/^[^\s+]+\+[0-9a-f]{8}\+/.test(key)) return key
  if (!existsSync(key))
    throw new CommandError(
      `--key takes a verifier key, or a file with what GET /log/<site>/keys answers: ${printable(key)} is neither.`,
      EXIT.usage,
    )
  const keys = readLogKeys(parseJson(key, readText(key)))
  if (!keys) throw new CommandError(`${key} does not hold what GET /log/<site>/keys answers.`, EXIT.usage)
  return keys
}

type Held = Extract<ReceiptVerdict, { ok: true }>

function whatHolds(receipt: Receipt, verdict: Held, key: string | undefined, { paint }: Terminal): string[] {
  const { entry, index, origin, size } = verdict
  const lines = [
    ...decisionWords(receipt, entry),
    `  Proof:    entry ${index} of the log "${origin}", in a signed tree of ${size} entries`,
    `  Signed:   by ${receipt.vkey}`,
    '',
    key === undefined
      ? `Nobody changed it since that key signed it. Whether the key is the site's own, a receipt cannot say of itself: compare it with GET /log/${entry.site}/vkey, or pass it with --key.`
      : 'The key is the one you trust.',
    ...(verdict.ifExtended
      ? [
          `That key was compromised later. It counts only if the log extends the checkpoint in this receipt: put that into a file, and ask the operator for "assent verify --checkpoint", or the log itself for GET /log/${entry.site}/consistency.`,
        ]
      : []),
  ]
  return [paint('good', 'This receipt holds.'), ...lines.map(printable)]
}

/** A receipt is a stranger's file: its texts must not steer the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD')

function namesIn(configuration: string | undefined): NamedConfiguration {
  try {
    return namedConfiguration.parse(JSON.parse(configuration ?? ''))
  } catch {
    // Without names the ids still say what was agreed.
    return { purposes: [] }
  }
}

function decisionWords(receipt: Receipt, proven: Entry): string[] {
  const content = contentOf(proven)
  if (content.type === 'erasure') return erasureWords(receipt, content)
  const parsed = decisionInEntry.safeParse(content)
  if (!parsed.success) return [`  What:     an entry of type "${content.type}", which is no decision`]
  const entry = parsed.data
  const names = namesIn(receipt.texts.find(t => t.hash === entry.configuration)?.body)
  const shown = receipt.texts.find(t => t.hash === entry.text)
  return [
    `  Site:     ${names.name?.[entry.language] ?? entry.site} ("${entry.site}")`,
    `  What:     ${entry.type === 'withdrawal' ? 'a withdrawal' : 'a decision'}, made on the ${WHERE[entry.method]}`,
    `  Agreed:   ${purposesChosen(entry, names.purposes, true)}`,
    `  Refused:  ${purposesChosen(entry, names.purposes, false)}`,
    `  When:     ${time(entry.decidedAt)} by the browser's clock, received ${time(entry.receivedAt)}`,
    shown
      ? `  Text:     ${shown.hash}, shown in "${entry.language}"; its bytes are in the receipt`
      : "  Text:     none of ours: the site's own interface asked",
    `  Version:  configuration ${entry.configuration}`,
    ...(entry.gpc ? ['  Signal:   Global Privacy Control was on'] : []),
    ...(proven.type === 'imported'
      ? [
          `  Imported: from entry ${proven.from.index} of the log "${proven.from.origin}", ${time(proven.receivedAt)}`,
        ]
      : []),
    `  Number:   ${entry.id}`,
  ]
}

function erasureWords({ erased }: Receipt, { site, parts, reason, receivedAt, id }: ErasureEntry): string[] {
  return [
    `  Site:     "${site}"`,
    `  What:     everything private of one person was destroyed (${reason})`,
    `  Parts:    ${parts} private parts, with what led to them from an address`,
    `  When:     received ${time(receivedAt)}`,
    ...(erased === undefined
      ? ['  Entries:  not listed here']
      : erased.map((entry, n) => `  ${n === 0 ? 'Entries:' : '        '}  ${entry}`)),
    `  Number:   ${id}`,
  ]
}

function purposesChosen(
  { choices, language }: DecisionInEntry,
  purposes: NamedConfiguration['purposes'],
  granted: boolean,
): string {
  const name = (id: string) => purposes.find(p => p.id === id)?.name[language] ?? id
  const ids = Object.keys(choices).filter(id => choices[id] === granted)
  return ids.map(id => `${name(id)} (${id})`).join(', ') || 'nothing'
}

const WHERE = {
  banner: 'banner',
  settings: 'settings',
  embed: 'placeholder of embedded content',
  api: "site's own interface",
} as const

const time = (ms: number): string => new Date(ms).toISOString()
