import type { TextKind } from '../../shared/domain/publication.ts'
import type { Ledger } from './ledger.ts'

export interface RenderedFile {
  /** `loader`, `ui`, `first.en`, … */
  readonly name: string
  readonly kind: TextKind
  readonly language?: string
  readonly bytes: Uint8Array
}

export interface PublicationAnswer {
  /** Hash of the configuration. */
  readonly configuration: string
  readonly index: number
  /** The current publication already was exactly this: nothing was appended. */
  readonly unchanged: boolean
  readonly newTexts: number
}

/** From here on these bytes are served under these names. The site's signing key must exist (`createSigningKey`). */
export declare function appendPublication(
  ledger: Ledger,
  site: string,
  /** Canonical JSON (RFC 8785). */
  configuration: Uint8Array,
  files: readonly RenderedFile[],
): Promise<PublicationAnswer>
