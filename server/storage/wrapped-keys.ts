import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { WrappedSubjectKey } from '../subjects/keyring.ts'
import type { SubjectKeyStore, WrappedKeys } from '../subjects/keys.ts'
import { KEY_SIZE, type Keyring, type Random } from './keyring.ts'

const NONCE_SIZE = 12

/** Subject keys, wrapped under the newest key of the keyring, and opened under the one their row names. */
export function openSubjectKeys(
  wrapped: WrappedKeys,
  keyring: Keyring,
  random: Random = randomBytes,
): SubjectKeyStore {
  async function create(site: string, subject: string): Promise<KeyObject> {
    const generation = keyring.newest()
    // Made before it is known whether there is one: asking first costs more than a key thrown away.
    const drawn = random(KEY_SIZE + NONCE_SIZE)
    const key = drawn.subarray(0, KEY_SIZE)
    const mine = {
      site,
      subject,
      generation,
      wrapped: wrap(keyOf(generation), site, subject, key, drawn.subarray(KEY_SIZE)),
    }
    const stored = await wrapped.insert(mine)
    if (stored === mine) return createSecretKey(key)
    // Another process has changed the master key: its generation is the one to wrap under.
    if (!stored || stored.generation > keyring.newest()) await keyring.refresh()
    return stored ? opened(site, subject, stored) : create(site, subject)
  }

  function keyOf(generation: number): KeyObject {
    const key = keyring.key(generation)
    if (!key) throw new Error(`generation ${generation} is not in the keyring`)
    return key
  }

  function opened(site: string, subject: string, stored: Stored): KeyObject {
    try {
      return createSecretKey(unwrapSubjectKey(keyOf(stored.generation), { site, subject, ...stored }))
    } catch (cause) {
      const why = stored.generation > keyring.newest() ? 'the master key was changed since' : 'it was changed'
      throw new Error(`couldn't open the key of subject ${subject} of ${site}: ${why}`, { cause })
    }
  }

  return {
    createSubjectKey: create,
    openSubjectKey: (site, subject) => {
      const stored = wrapped.read(site, subject)
      return stored && opened(site, subject, stored)
    },
    hasSubjectKey: wrapped.has,
    withoutSubjectKeys: wrapped.withoutKeys,
    destroySubjectKey: (site, subject) => {
      const isDestroyed = wrapped.destroy(site, subject)
      if (isDestroyed) wrapped.settle()
      return isDestroyed
    },
    settle: wrapped.settle,
    refresh: keyring.refresh,
  }
}

type Stored = Pick<WrappedSubjectKey, 'wrapped' | 'generation'>

/** The same subject key under another generation. */
export function rewrapped(
  key: WrappedSubjectKey,
  from: KeyObject,
  to: { readonly generation: number; readonly key: KeyObject },
): WrappedSubjectKey {
  const { site, subject } = key
  const secret = unwrapSubjectKey(from, key)
  const wrapped = wrap(to.key, site, subject, secret, randomBytes(NONCE_SIZE))
  secret.fill(0)
  return { site, subject, generation: to.generation, wrapped }
}

const aad = (site: string, subject: string): Buffer => Buffer.from(`assent subject key\n${site}\n${subject}`)

function wrap(by: KeyObject, site: string, subject: string, key: Uint8Array, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', by, nonce).setAAD(aad(site, subject))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

function unwrapSubjectKey(by: KeyObject, { site, subject, wrapped }: WrappedSubjectKey): Buffer {
  if (wrapped.length !== 60) throw new Error('wrong length')
  const opener = createDecipheriv('aes-256-gcm', by, wrapped.subarray(0, NONCE_SIZE))
  opener.setAAD(aad(site, subject)).setAuthTag(wrapped.subarray(44))
  return Buffer.concat([opener.update(wrapped.subarray(NONCE_SIZE, 44)), opener.final()])
}
