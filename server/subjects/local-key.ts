import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { KeyProvider } from './key-provider.ts'

const NONCE_SIZE = 12
const TAG_SIZE = 16

/** A key this process can read: 32 bytes, read anew each time, so that one that was changed in its place is the new one. */
export function localKey(read: () => Uint8Array): KeyProvider {
  const bytes = (): Uint8Array => {
    const key = read()
    if (key.length !== 32) throw new Error('the master key must be 32 bytes')
    return key
  }
  return {
    get id() {
      const mac = createHmac('sha256', createSecretKey(bytes())).update('assent master key id').digest('hex')
      return `local:${mac.slice(0, 16)}`
    },
    bytes,
    wrap: async (secret, context) => seal(bytes(), secret, context),
    unwrap: async (wrapped, context) => open(bytes(), wrapped, context),
  }
}

/** AES-256-GCM: nonce, ciphertext, tag. */
function seal(key: Uint8Array, secret: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_SIZE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

function open(key: Uint8Array, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped.length < NONCE_SIZE + TAG_SIZE) throw new Error('what was wrapped is cut off')
  const opener = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_SIZE))
  opener.setAAD(Buffer.from(context)).setAuthTag(wrapped.subarray(-TAG_SIZE))
  return Buffer.concat([opener.update(wrapped.subarray(NONCE_SIZE, -TAG_SIZE)), opener.final()])
}
