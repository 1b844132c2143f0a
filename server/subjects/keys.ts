import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'

/**
 * One key per subject, made only where there is something to seal. Destroying it is what makes copies in backups
 * unreadable (crypto-shredding), so it lives apart from the ledger's database, wrapped under the master key.
 */
export interface SubjectKeyStore {
  /** The subject's key, made when there is none. When the promise resolves, the key is on disk. */
  createSubjectKey(site: string, subject: string): Promise<KeyObject>
  /** `undefined` when there is none, or no longer. Throws when what is stored is not what was wrapped. */
  openSubjectKey(site: string, subject: string): KeyObject | undefined
  /** When it returns, the key is gone from disk. `false` when there was none. */
  destroySubjectKey(site: string, subject: string): boolean
}

/** What a database keeps for `SubjectKeyStore`: it never sees a key that is not wrapped. */
export interface WrappedKeys {
  read(site: string, subject: string): Uint8Array | undefined
  /** Stores a wrapped key unless there is one, and answers the one stored. When the promise resolves, it is on disk. */
  insert(site: string, subject: string, wrapped: Uint8Array): Promise<Uint8Array>
  destroy(site: string, subject: string): boolean
  /** The check value of the master key these keys were wrapped under. */
  masterCheck(): Uint8Array | undefined
  /** Keeps the first value it is given. */
  saveMasterCheck(value: Uint8Array): void
}

/** Throws when `masterKey` is not the one the keys were wrapped under, before anything could open to nonsense. */
export function openSubjectKeys(
  wrapped: WrappedKeys,
  masterKey: Uint8Array,
  { readonly = false } = {},
): SubjectKeyStore {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes')
  const master = createSecretKey(masterKey)
  requireMasterKey(wrapped, master, readonly)
  return {
    createSubjectKey: async (site, subject) => {
      const stored =
        wrapped.read(site, subject) ??
        (await wrapped.insert(site, subject, wrap(master, site, subject, randomBytes(32))))
      return unwrap(master, site, subject, stored)
    },
    openSubjectKey: (site, subject) => {
      const stored = wrapped.read(site, subject)
      return stored && unwrap(master, site, subject, stored)
    },
    destroySubjectKey: (site, subject) => wrapped.destroy(site, subject),
  }
}

function requireMasterKey(wrapped: WrappedKeys, master: KeyObject, readonly: boolean): void {
  const mine = createHmac('sha256', master).update('assent master key check').digest()
  if (!readonly) wrapped.saveMasterCheck(mine)
  const stored = wrapped.masterCheck()
  if (stored && (stored.length !== mine.length || !timingSafeEqual(stored, mine)))
    throw new Error(
      'the master key is not the one the subject keys were sealed with: restore keys/master.key from its backup',
    )
}

const aad = (site: string, subject: string): Buffer => Buffer.from(`assent subject key\n${site}\n${subject}`)

function wrap(master: KeyObject, site: string, subject: string, key: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(aad(site, subject))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

function unwrap(master: KeyObject, site: string, subject: string, stored: Uint8Array): KeyObject {
  try {
    if (stored.length !== 60) throw new Error('wrong length')
    const opener = createDecipheriv('aes-256-gcm', master, stored.subarray(0, 12))
    opener.setAAD(aad(site, subject)).setAuthTag(stored.subarray(44))
    return createSecretKey(Buffer.concat([opener.update(stored.subarray(12, 44)), opener.final()]))
  } catch (cause) {
    throw new Error(`couldn't open the key of subject ${subject} of ${site}: it was changed`, { cause })
  }
}
