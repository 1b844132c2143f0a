import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { currentKey, isInUse, type LogKey, type LogKeys } from '../../shared/domain/log-keys.ts'
import { logKeysOf } from './log-keys.ts'
import { parseVerifierKey, signNote, type NoteVerifier } from './note.ts'
import { syncFolder, writeDurably } from './private-files.ts'
import { firstKeyFile, keptPath, keyFileOf, keyFilesIn } from './signing-keys.ts'
import type { LedgerStore } from './store.ts'

/** Signs checkpoints of one site's log, and remembers outside the database what it signed last. */
export interface Signer {
  /** Name of the keys and origin of the log (C2SP tlog-checkpoint). */
  readonly name: string
  /** The current key, as a C2SP verifier key: `name+hash8+base64(0x01||public key)`. */
  readonly vkey: string
  readonly verifier: NoteVerifier
  /** Every key the log ever had. */
  readonly keys: LogKeys
  /** The note over `text`, which ends in a newline, signed by every key that signs at this moment. */
  sign(text: string): string
  /** Keys that are here and that the log does not know: of a newer copy of it. */
  strangers(): NoteVerifier[]
  /** The last note kept outside the database. */
  kept(): string | undefined
  /** Replaces it, durably. */
  keep(note: string): void
}

/** Where the key files and the kept checkpoints are: `<data>/keys/<site>.key`, `<data>/checkpoints/<site>`. */
export interface SignerFolders {
  readonly keys: string
  readonly checkpoints: string
}

export interface SignerDeps {
  readonly folders: SignerFolders
  readonly store: Pick<LedgerStore, 'keyEntries'>
  readonly now: () => number
}

/**
 * The signers of all sites: what `Ledger.signer` is. A signer is made again once the log says something new about its keys,
 * whichever process wrote that. Throws, saying what to do, when the current key is missing or others may read it.
 */
export function signersIn(deps: SignerDeps): (site: string) => Signer {
  const made = new Map<string, { readonly entries: unknown; readonly signer: Signer }>()
  return site => {
    const entries = deps.store.keyEntries(site)
    const known = made.get(site)
    if (known?.entries === entries) return known.signer
    const signer = readSigner(deps, site, entries)
    made.set(site, { entries, signer })
    return signer
  }
}

function readSigner(
  { folders, now }: SignerDeps,
  site: string,
  entries: ReturnType<LedgerStore['keyEntries']>,
): Signer {
  const keys = logKeysOf(entries, () => firstKeyFile(folders, site).vkey)
  const { vkey } = currentKey(keys)!
  const signing = keys.keys.filter(isInUse).map(key => ({ key, file: keyFileOf(folders, site, key.vkey) }))
  const kept = keptPath(folders, site)
  return {
    name: keys.origin,
    vkey,
    verifier: parseVerifierKey(vkey)!,
    keys,
    sign(text) {
      const files = signing.filter(({ key }) => signsAt(key, now())).map(({ file }) => file)
      const destroyed = files.find(file => file.signer === undefined)
      if (destroyed)
        throw new Error(
          `couldn't sign for ${site}: ${destroyed.path} was destroyed when another key took over`,
        )
      return signNote(text, ...files.map(file => file.signer!))
    },
    strangers: () =>
      keyFilesIn(folders, site)
        .filter(file => !keys.keys.some(key => key.vkey === file.vkey))
        .map(file => parseVerifierKey(file.vkey)!),
    kept: () => (existsSync(kept) ? readFileSync(kept, 'utf8') : undefined),
    keep: note => {
      mkdirSync(folders.checkpoints, { recursive: true, mode: 0o700 })
      writeDurably(`${kept}.new`, note, 'w')
      renameSync(`${kept}.new`, kept)
      syncFolder(folders.checkpoints)
    },
  }
}

const signsAt = ({ signsUntil }: LogKey, time: number): boolean =>
  signsUntil === undefined || time < Date.parse(signsUntil)
