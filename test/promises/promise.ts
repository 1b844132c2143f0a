/** The full name of a test: its file and its title, groups and title joined by ` › `. */
export type TestName = string

/**
 * What a row rests on: tests that must exist and pass, nothing yet (`later`), or a duty of the organisation
 * that no software can carry out (`documented only`).
 */
export type Proof = 'later' | 'documented only' | readonly TestName[]

/** One thing people are told, and what shows that it is true. */
export interface Promised {
  readonly id: string
  readonly promise: string
  readonly proof: Proof
  /** What of a promise for later is shown already. */
  readonly partly?: readonly TestName[]
}

export const later = (id: string, promise: string): Promised => ({ id, promise, proof: 'later' })

/** For later, though a part of it is shown. */
export const partly = (id: string, promise: string, ...shown: readonly TestName[]): Promised => ({
  id,
  promise,
  proof: 'later',
  partly: shown,
})

export const documented = (id: string, promise: string): Promised => ({
  id,
  promise,
  proof: 'documented only',
})

export const proven = (id: string, promise: string, ...proof: readonly TestName[]): Promised => ({
  id,
  promise,
  proof,
})

/** A test of the core suite, as each engine runs it. Where an engine cannot be had, its tests are left out by name. */
export const inEachEngine = (title: string): TestName[] =>
  ['Chromium', 'Firefox', 'WebKit'].map(
    engine => `test/engines/${engine.toLowerCase()}.test.ts › ${engine} › ${title}`,
  )

/** The rows without the tests of these files. One that names no other then names none, and is broken. */
export const without = (files: readonly string[], promises: readonly Promised[]): Promised[] =>
  promises.map(row =>
    typeof row.proof === 'string'
      ? row
      : { ...row, proof: row.proof.filter(test => !files.some(file => test.startsWith(`${file} `))) },
  )
