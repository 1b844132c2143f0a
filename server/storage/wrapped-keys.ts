import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'
import type { SubjectKeyStore, WrappedKeys } from '../subjects/keys.ts'

/** Random bytes, each given out once. */
export type Random = (size: number) => Buffer

const KEY_SIZE = 32
const NONCE_SIZE = 12

/** Throws when `masterKey` is not the one the keys were wrapped under, before anything could open to nonsense. */
export function openSubjectKeys(
  wrapped: WrappedKeys,
  masterKey: Uint8Array,
  { readonly = false, random = randomBytes }: { readonly?: boolean; random?: Random } = {},
): SubjectKeyStore {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes')
  const master = createSecretKey(masterKey)
  requireMasterKey(wrapped, master, readonly)
  return {
    createSubjectKey: async (site, subject) => {
      // Made before it is known whether there is one: asking first costs more than a key thrown away.
      const drawn = random(KEY_SIZE + NONCE_SIZE)
      const key = drawn.subarray(0, KEY_SIZE)
      const mine = wrap(master, site, subject, key, drawn.subarray(KEY_SIZE))
      const stored = await wrapped.insert(site, subject, mine)
      return stored === mine ? createSecretKey(key) : unwrap(master, site, subject, stored)
    },
    openSubjectKey: (site, subject) => {
      const stored = wrapped.read(site, subject)
      return stored && unwrap(master, site, subject, stored)
    },
    hasSubjectKey: (site, subject) => wrapped.has(site, subject),
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

function wrap(master: KeyObject, site: string, subject: string, key: Uint8Array, nonce: Uint8Array): Buffer {
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
