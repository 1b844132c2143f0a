/** What kept a call from its answer, beside what the server itself says. */
export type ClientFault =
  /** Nothing came back, or it broke off: whether it was done is unknown. `cause` says why. */
  | 'unreachable'
  /** What came back is no answer of Assent, such as a page of a proxy in front. */
  | 'unreadable'

export interface ErrorParts {
  readonly slug: string
  readonly detail: string
  readonly status?: number
  readonly title?: string
  readonly instance?: string
  readonly retryAfter?: number
  readonly cause?: unknown
}

/** Every way a call can fail, but for bad arguments (`TypeError`) and a signal of yours (its own reason). */
export class AssentError extends Error {
  override readonly name = 'AssentError'
  /**
   * Stable: branch on it. The problem the server names, such as `key-missing` or `rate-limited`; a reason why one opt-out
   * was not stored, such as `invalid-address`; or a `ClientFault`.
   */
  readonly slug: string
  /** HTTP status; absent when nothing came back. */
  readonly status?: number
  /** One sentence that says what to do. */
  readonly detail: string
  /** Id of the fault in the server's log, where there is one. */
  readonly instance?: string
  /** Seconds after which it would pass. */
  readonly retryAfter?: number

  constructor({ slug, detail, status, title, instance, retryAfter, cause }: ErrorParts) {
    super(`${title ?? slug}: ${detail}`, cause === undefined ? {} : { cause })
    this.slug = slug
    this.detail = detail
    if (status !== undefined) this.status = status
    if (instance !== undefined) this.instance = instance
    if (retryAfter !== undefined) this.retryAfter = retryAfter
  }

  /** The problem's `type` (RFC 9457). */
  get type(): string {
    return `urn:assent:problem:${this.slug}`
  }

  /** Sending the same again later may well pass; ids make it harmless where something is stored. */
  get isTemporary(): boolean {
    return this.slug === 'unreachable' || this.status === 429 || (this.status ?? 0) >= 500
  }
}
