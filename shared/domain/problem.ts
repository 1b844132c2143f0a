/** An answer that refuses (RFC 9457). `detail` is one sentence that says what to do. */
export interface Problem {
  /** `urn:assent:problem:<slug>`; the slug is stable, the words are not. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** Id of the fault in the server's log, where there is one. */
  readonly instance?: string
  /** Fields that have to be sent as well. */
  readonly missing?: readonly string[]
  /** Why what was sent is not stored, as a word that programs branch on. */
  readonly refused?: string
}
