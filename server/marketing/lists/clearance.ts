import { formatClearance, readClearance, type Clearance } from '../../../shared/domain/clearance.ts'
import { countsUnder, readLogKeys, type LogKeys } from '../../../shared/domain/log-keys.ts'
import { parseStrictJson } from '../../../shared/domain/strict-json.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openNoteBy, parseVerifierKey } from '../../ledger/note.ts'

/** What was true of a list an hour ago says little about now: people leave, and it is cheap to ask again. */
const VALID_FOR = 60 * 60_000

/** The signed note over it, by every key that signs the site's log at this moment. */
export function signClearance(
  ledger: Ledger,
  site: string,
  stated: Omit<Clearance, 'log' | 'validUntil'>,
): string {
  const { name, sign } = ledger.signer(site)
  return sign(formatClearance({ ...stated, log: name, validUntil: stated.checkedAt + VALID_FOR }))
}

export interface ClearanceTrust {
  /** The log's verifier key, or the document of all its keys (`GET /log/<site>/keys`). */
  readonly keys: string
  readonly now: number
  /** SHA-256 (hex) of the list, or of the rows that came back, which it has to be about. */
  readonly list?: string
}

export type ClearanceVerdict =
  | { readonly ok: true; readonly clearance: Clearance }
  | {
      readonly ok: false
      readonly reason: 'bad-key' | 'not-a-clearance' | 'not-signed' | 'expired' | 'other-list'
      readonly detail: string
    }

/** Checks a clearance with nothing but itself and the key: no server, no data folder. */
export function verifyClearance(note: string, { keys, now, list }: ClearanceTrust): ClearanceVerdict {
  const no = (reason: Extract<ClearanceVerdict, { ok: false }>['reason'], detail: string) =>
    ({ ok: false, reason, detail }) as const
  const known = readKeys(keys.trim())
  const verifiers = known?.keys.flatMap(({ vkey }) => parseVerifierKey(vkey) ?? []) ?? []
  if (!known || verifiers.length === 0)
    return no('bad-key', 'that is neither a verifier key nor what GET /log/<site>/keys answers')
  const opened = openNoteBy(note, verifiers)
  if (!opened) return no('not-signed', 'it is not signed with the key you trust, or was changed since')
  const clearance = readClearance(opened.text)
  if (!clearance) return no('not-a-clearance', 'what is signed there is no clearance')
  if (clearance.log !== known.origin) return no('not-signed', `it speaks of another log, "${clearance.log}"`)
  const verdicts = opened.by.map(({ keyId }) =>
    countsUnder(known, keyId.toString('hex'), clearance.against.size),
  )
  const bad = verdicts.find(verdict => !verdict.counts)
  if (bad && !bad.counts && verdicts.every(verdict => !verdict.counts)) return no('not-signed', bad.detail)
  if (list !== undefined && list !== clearance.list && list !== clearance.answer)
    return no('other-list', `it is about the list ${clearance.list}, and this one is ${list}`)
  if (now >= clearance.validUntil)
    return no(
      'expired',
      `it counted until ${new Date(clearance.validUntil).toISOString()}: check the list again`,
    )
  return { ok: true, clearance }
}

function readKeys(given: string): LogKeys | undefined {
  if (!given.startsWith('{'))
    return parseVerifierKey(given)
      ? { origin: given.split('+', 1)[0]!, keys: [{ vkey: given, firstSize: 0 }] }
      : undefined
  try {
    return readLogKeys(parseStrictJson(given))
  } catch {
    // Said to the reader as being no such document.
    return undefined
  }
}
