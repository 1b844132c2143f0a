import { canonicalJson } from '../../shared/domain/canonical.ts'
import type {
  LogKeyCompromisedEntry,
  LogKeyEntry,
  LogKeyRetiredEntry,
  LogKeyRotatedEntry,
} from '../../shared/domain/entry.ts'
import { isInUse, keyIdOf, type LogKey, type SignedTree } from '../../shared/domain/log-keys.ts'
import { checkpoint } from './checkpoint.ts'
import { requireContinuity } from './continuity.ts'
import { contentHash } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { rootAt } from './merkle.ts'
import { nodesOf } from './nodes.ts'
import type { NoteSigner } from './note.ts'
import { onceAppended } from './repeated.ts'
import type { SignerFolders } from './signer.ts'
import { addSigningKey, destroySigningKey } from './signing-keys.ts'

/** What is in the way, and what to do. */
interface Refused {
  readonly ok: false
  readonly detail: string
}

export type Rotated =
  { readonly ok: true; readonly index: number; readonly entry: LogKeyRotatedEntry } | Refused

/**
 * Gives a log a new key, under the same name. Both keys sign for `overlap` milliseconds, so that whoever knows only the
 * old one has that long to learn of the new one; with 0 the old one ends at once. Signs the log, by then with the new key.
 */
export async function rotateLogKey(
  ledger: Ledger,
  folders: SignerFolders,
  site: string,
  overlap: number,
): Promise<Rotated> {
  requireContinuity(ledger, site)
  const { keys, vkey: replaces, name } = ledger.signer(site)
  const relieved = keys.keys.find(key => isInUse(key) && key.signsUntil !== undefined)
  if (relieved)
    return refused(
      `key ${keyIdOf(relieved.vkey)} still signs beside the current one, until ${relieved.signsUntil}: rotate again after that, or end it now with "assent log-key retire ${site}"`,
    )
  const key = addSigningKey(folders, site, name)
  const entry = entryOf<LogKeyRotatedEntry>(ledger, site, `log-key-rotated:${keyIdOf(replaces)}`, {
    type: 'log-key-rotated',
    vkey: key.vkey,
    replaces,
    ...(overlap > 0 && { bothUntil: ledger.now() + overlap }),
  })
  const index = await appendWithKey(ledger, folders, site, entry, key)
  if (index === undefined)
    return refused('somebody else has rotated the key just now: look with "assent log-key list"')
  checkpoint(ledger, site)
  if (overlap === 0) destroySigningKey(folders, site, replaces)
  return { ok: true, index, entry }
}

/**
 * Ends every key whose time beside the current one is over, or with `atOnce` whether it is or not: an entry says from
 * which size on it counts no more, and its private half is destroyed. Answers those it ended.
 */
export async function retireLogKeys(
  ledger: Ledger,
  folders: SignerFolders,
  site: string,
  { atOnce = false } = {},
): Promise<LogKey[]> {
  const due = ledger
    .signer(site)
    .keys.keys.filter(
      key =>
        isInUse(key) &&
        key.signsUntil !== undefined &&
        (atOnce || Date.parse(key.signsUntil) <= ledger.now()),
    )
  if (due.length > 0) {
    requireContinuity(ledger, site)
    const entries = due.map(({ vkey }) =>
      entryOf<LogKeyRetiredEntry>(ledger, site, `log-key-retired:${keyIdOf(vkey)}`, {
        type: 'log-key-retired',
        vkey,
      }),
    )
    await ledger.store.append(
      site,
      entries.map(entry => ({ entry })),
    )
    checkpoint(ledger, site)
  }
  // Also one whose entry was written before and whose file was then not reached.
  destroyEnded(ledger, folders, site)
  return due
}

export interface Compromise {
  /** The verifier key that got into other hands. */
  readonly compromised: string
  /** Size of the last checkpoint that still counts under it. */
  readonly lastGood: number
}

export type Declared =
  { readonly ok: true; readonly index: number; readonly entry: LogKeyCompromisedEntry } | Refused

/**
 * Says that a key got into other hands. If it was in use, another takes its place at once, alone, and the log is signed
 * with it. What the compromised one alone has signed counts up to `lastGood`, and only where the log extends it.
 */
export async function declareCompromised(
  ledger: Ledger,
  folders: SignerFolders,
  site: string,
  { compromised, lastGood: size }: Compromise,
): Promise<Declared> {
  requireContinuity(ledger, site)
  const { keys, name } = ledger.signer(site)
  const known = keys.keys.find(key => key.vkey === compromised)
  if (!known) return refused(`"${site}" never had the key ${compromised}`)
  if (known.compromised && known.compromised.lastGood.size <= size)
    return refused(
      `key ${keyIdOf(compromised)} was said to be compromised in entry ${known.compromised.index}, and counts up to ${known.compromised.lastGood.size} entries: only fewer can be said now`,
    )
  const most = Math.min(ledger.store.size(site), known.lastSize ?? Infinity)
  if (size > most)
    return refused(
      `no checkpoint of ${size} entries was ever signed with key ${keyIdOf(compromised)}: the largest has ${most}`,
    )
  const lastGood = treeAt(ledger, site, size)
  const key = isInUse(known) ? addSigningKey(folders, site, name) : undefined
  const entry = entryOf<LogKeyCompromisedEntry>(
    ledger,
    site,
    `log-key-compromised:${keyIdOf(compromised)}:${size}`,
    { type: 'log-key-compromised', compromised, lastGood, ...(key && { vkey: key.vkey }) },
  )
  const index = await appendWithKey(ledger, folders, site, entry, key)
  if (index === undefined) return refused('this is in the log already: look with "assent log-key list"')
  checkpoint(ledger, site)
  destroyEnded(ledger, folders, site)
  return { ok: true, index, entry }
}

function destroyEnded({ signer }: Ledger, folders: SignerFolders, site: string): void {
  for (const key of signer(site).keys.keys) if (!isInUse(key)) destroySigningKey(folders, site, key.vkey)
}

function treeAt({ store }: Ledger, site: string, size: number): SignedTree {
  return { size, root: Buffer.from(rootAt(size, nodesOf(store, site, size))).toString('base64') }
}

/** The entry's index; `undefined` when another stands under its id. A key that no entry brings is destroyed again. */
async function appendWithKey(
  ledger: Ledger,
  folders: SignerFolders,
  site: string,
  entry: LogKeyEntry,
  key: NoteSigner | undefined,
): Promise<number | undefined> {
  let index: number | undefined
  try {
    const [answer] = await ledger.store.append(site, [{ entry }])
    const once = onceAppended({ entry }, answer!)
    if (!('refused' in once) && !once.duplicate) index = once.index
    return index
  } finally {
    if (index === undefined && key) destroySigningKey(folders, site, key.vkey)
  }
}

/** What every entry about keys has besides what it says. */
export function entryOf<E extends LogKeyEntry>(
  { now }: Ledger,
  site: string,
  id: string,
  part: Omit<E, 'v' | 'site' | 'id' | 'receivedAt' | 'sent' | 'commitment'>,
): E {
  const sent = contentHash(canonicalJson(part))
  return { v: 1, site, id, receivedAt: now(), sent, ...part } as unknown as E
}

const refused = (detail: string): Refused => ({ ok: false, detail: `${detail}.` })
