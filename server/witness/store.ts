/** The largest tree of one log that a witness has cosigned. */
export interface Cosigned {
  readonly size: number
  /** The log's signed note with the witness's own line behind it: proves itself to whoever has the witness's key. */
  readonly note: string
}

/** What a witness remembers of the logs it watches: one checkpoint each. */
export interface WitnessStore {
  /** Origins it has ever cosigned, sorted. */
  origins(): string[]
  last(origin: string): Cosigned | undefined
  /**
   * In one transaction that nothing can interleave, another process included: hands what is remembered to `decide`, and
   * remembers what that answers, if anything. On disk when it returns.
   */
  advance(origin: string, decide: (last: Cosigned | undefined) => Cosigned | undefined): void
}
