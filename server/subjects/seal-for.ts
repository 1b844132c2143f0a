import type { SubjectKeyStore } from './keys.ts'
import { commitmentOf, newSalt, seal, type PrivateFields, type SealedFor } from './seal.ts'

/** What is deletable of an entry, and what of it the leaf holds. */
export interface Sealed {
  readonly commitment: string
  readonly part: { readonly salt: Uint8Array; readonly sealed: Uint8Array }
}

/** Seals under the subject's key, which is on disk before this resolves, and so before the entry that needs it. */
export async function sealFor(
  keys: SubjectKeyStore,
  owner: SealedFor,
  fields: PrivateFields,
): Promise<Sealed> {
  const key = await keys.createSubjectKey(owner.site, owner.subject)
  const salt = newSalt()
  return { commitment: commitmentOf(salt, fields), part: { salt, sealed: seal(key, fields, owner) } }
}
