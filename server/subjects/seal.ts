import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { random } from './random.ts'

export type PrivateFields = Readonly<Record<string, unknown>>

/** What a sealed part belongs to: moved to another site, subject or entry, it does not open. */
export interface SealedFor {
  readonly site: string
  readonly subject: string
  readonly id: string
}

/** A fresh salt per entry: equal private parts of two entries cannot be told to be equal. */
export const newSalt = (): Buffer => random(32)

/** HMAC-SHA-256 (hex): binds the leaf to its private part, and says nothing about it once the salt is gone. */
export function commitmentOf(salt: Uint8Array, fields: PrivateFields): string {
  return createHmac('sha256', createSecretKey(salt)).update(canonicalJson(fields)).digest('hex')
}

/** AES-256-GCM: nonce, ciphertext, tag. */
export function seal(key: KeyObject, fields: PrivateFields, owner: SealedFor): Buffer {
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(owner))
  return Buffer.concat([nonce, cipher.update(canonicalJson(fields)), cipher.final(), cipher.getAuthTag()])
}

/** Throws when anything differs from what was sealed. */
export function open(key: KeyObject, sealed: Uint8Array, owner: SealedFor): PrivateFields {
  try {
    if (sealed.length < 28) throw new Error('too short')
    const opener = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    opener.setAAD(aad(owner)).setAuthTag(sealed.subarray(-16))
    const text = Buffer.concat([opener.update(sealed.subarray(12, -16)), opener.final()]).toString()
    return JSON.parse(text) as PrivateFields
  } catch (cause) {
    throw new Error(`couldn't open the private part of entry ${owner.id} of ${owner.site}`, { cause })
  }
}

const aad = ({ site, subject, id }: SealedFor): Buffer =>
  Buffer.from(`assent private part\n${site}\n${subject}\n${id}`)
