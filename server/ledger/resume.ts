import type { LogResumedEntry } from '../../shared/domain/entry.ts'
import type { SignedTree } from '../../shared/domain/log-keys.ts'
import { sign } from './checkpoint.ts'
import { openCheckpoint, type Checkpoint } from './checkpoint-text.ts'
import { continues, openKept } from './continuity.ts'
import type { Ledger } from './ledger.ts'
import { entryOf } from './rotate.ts'
import type { SignerFolders } from './signer.ts'
import { keyFilesIn, putKeptAside } from './signing-keys.ts'

/** What of a log was signed and is not in it any more. */
export interface Loss {
  /** Entries the log has now. */
  readonly entries: number
  /** The kept checkpoint; absent when it is missing, or signed by no key that is here. */
  readonly lost?: SignedTree
  /** Its note, whatever it is. */
  readonly note?: string
  /** The log has as many entries as were signed, and they are others. */
  readonly differs: boolean
}

/** `undefined` when the log continues what was signed of it: there is nothing to decide. */
export function lossOf({ store, signer }: Ledger, site: string): Loss | undefined {
  const { kept, keys, strangers } = signer(site)
  const note = kept()
  const { size } = store.log(site)
  const signed = note === undefined ? undefined : openKept(note, keys, strangers)
  if (signed && continues(store, site, signed)) return undefined
  return {
    entries: size,
    ...(signed && { lost: treeOf(signed) }),
    ...(note !== undefined && { note }),
    differs: signed !== undefined && signed.size <= size,
  }
}

const treeOf = ({ size, root }: Checkpoint): SignedTree => ({
  size,
  root: Buffer.from(root).toString('base64'),
})

export interface Resumed {
  readonly index: number
  readonly entry: LogResumedEntry
  /** Where the put-aside checkpoint lies now. */
  readonly aside?: string
}

/**
 * Lets a log go on without what is lost: an entry says so for ever, the checkpoint that proves it is put aside and kept,
 * and the log is signed as it is. Whoever holds a receipt or a checkpoint of what is lost will see that.
 */
export async function resumeLog(
  ledger: Ledger,
  folders: SignerFolders,
  site: string,
  loss: Loss,
): Promise<Resumed> {
  const { lost, note, entries } = loss
  const aside = note === undefined ? undefined : putKeptAside(folders, site, note, lost?.size)
  const id = lost ? `log-resumed:${lost.size}:${hexOf(lost.root)}` : `log-resumed:unknown:${entries}`
  const entry = entryOf<LogResumedEntry>(ledger, site, id, {
    type: 'log-resumed',
    ...(lost && { lost }),
    ...newerKey(ledger, folders, site, note),
  })
  // Known when an earlier attempt got so far: what it left undone follows.
  const [answer] = await ledger.store.append(site, [{ entry }])
  const index = 'index' in answer! ? answer.index : 'known' in answer! ? answer.known.index : entries
  sign(ledger, site, () => {})
  return { index, entry, ...(aside !== undefined && { aside }) }
}

/**
 * A rotation may be among what is lost: then the key that took over goes on, for the old one is destroyed, and the world
 * knows the new one.
 */
function newerKey(
  { signer }: Ledger,
  folders: SignerFolders,
  site: string,
  note: string | undefined,
): Pick<LogResumedEntry, 'vkey' | 'replaces'> {
  const { keys, vkey: replaces } = signer(site)
  const usable = keyFilesIn(folders, site).filter(file => file.signer !== undefined)
  const unknown = usable.filter(file => !keys.keys.some(key => key.vkey === file.vkey))
  const signedLast = unknown.find(file => note !== undefined && openCheckpoint(note, file.signer!))
  if (signedLast) return { vkey: signedLast.vkey, replaces }
  if (usable.some(file => file.vkey === replaces)) return {}
  if (unknown.length === 1) return { vkey: unknown[0]!.vkey, replaces }
  throw new Error(
    unknown.length === 0
      ? `no key of ${site} that can sign is here: restore the keys folder from its backup`
      : `${unknown.map(file => file.path).join(' and ')} are all unknown to this log: move away all but the one that signed last`,
  )
}

const hexOf = (root: string): string => Buffer.from(root, 'base64').toString('hex').slice(0, 16)
