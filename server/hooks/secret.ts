import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto'
import { random } from '../subjects/random.ts'

const NONCE_SIZE = 12
const PREFIX = 'whsec_'

/** Of 256 bits. Both sides hold it, so unlike an API key it has to be kept; at rest it is wrapped. */
export const newSecret = (): Buffer => Buffer.from(random(32))

/** As Standard Webhooks writes it. */
export const secretText = (secret: Uint8Array): string => PREFIX + Buffer.from(secret).toString('base64')

/** Keeps the secrets of hooks unreadable where they lie. */
export interface HookSecrets {
  wrap(hook: HookName, secret: Uint8Array): Buffer
  /** Throws when it is another hook's, was changed, or the keyring is another. */
  unwrap(hook: HookName, wrapped: Uint8Array): Buffer
}

export interface HookName {
  readonly site: string
  readonly id: string
}

/**
 * `root`: of the keyring, the one secret in it that never changes: so a change of the master key finds nothing here to be
 * wrapped again. After the keyring itself was stolen, rotate the hooks.
 */
export function openHookSecrets(root: Uint8Array): HookSecrets {
  const key = createSecretKey(
    createHmac('sha256', createSecretKey(root)).update('assent hook secrets').digest(),
  )
  return {
    wrap(hook, secret) {
      const nonce = random(NONCE_SIZE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(hook))
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    },
    unwrap(hook, wrapped) {
      try {
        const opener = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_SIZE))
        opener.setAAD(aad(hook)).setAuthTag(wrapped.subarray(-16))
        return Buffer.concat([opener.update(wrapped.subarray(NONCE_SIZE, -16)), opener.final()])
      } catch (cause) {
        throw new Error(
          `couldn't open the secret of hook ${hook.id}: hooks.db or subject-keys.db is another installation's; remove the hook and add it again`,
          { cause },
        )
      }
    },
  }
}

const aad = ({ site, id }: HookName): Buffer => Buffer.from(`assent hook secret\n${site}\n${id}`)
