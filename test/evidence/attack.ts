import type { Database } from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { expect } from 'vitest'
import { forge } from '../support/attacker.ts'
import type { WatchedLog } from '../support/watched-log.ts'

/** Who did it. `database`: whoever can write every table and knows the code, and no key. `operator`: with every key and file. */
export type By = 'database' | 'another key' | 'a retired key' | 'operator'

export interface Attack {
  readonly what: string
  readonly by: By
  /** Done to a copy of the data folder. */
  readonly act: (folder: string, log: WatchedLog) => void | Promise<void>
  /** What `assent verify` names; left out where from inside everything holds. */
  readonly verify?: RegExp
  /** What the witness says; left out where it is shown nothing that it has not seen. */
  readonly witness?: RegExp
  /** The table it is about, where it is about one. */
  readonly table?: string
}

export const AS_BEFORE = /^cosigns \d+ entries, as before$/

export const byHand =
  (act: (database: Database, log: WatchedLog) => void, file?: string): Attack['act'] =>
  (folder, log) =>
    forge(folder, database => act(database, log), file)

export const sql = (text: (log: WatchedLog) => string, file?: string): Attack['act'] =>
  byHand((database, log) => void database.exec(text(log)), file)

/** Carries attacks out, asks both, and remembers what they said. */
export function attackTable(log: () => WatchedLog) {
  const rows = [['attack', 'by', 'assent verify says', 'a witness that has seen the log says']]

  return {
    /** Answers who named it. `inside`: the command runs in this process. */
    async carryOut(
      { what, by, act, verify, witness = AS_BEFORE }: Attack,
      { inside = false } = {},
    ): Promise<'verify' | 'witness'> {
      const folder = log().copy()
      try {
        await act(folder, log())
        const { code, findings, said } = await log().verify(folder, { inside })
        const opens = said.startsWith('{')
        const found = opens ? findings.map(textOf) : [said.trim()]
        const saw = opens ? await log().show(folder) : 'is shown nothing, for nothing opens'
        const named = found.find(text => verify?.test(text))
        rows.push([what, by, named ?? 'everything holds, but not with a checkpoint kept elsewhere', saw])
        expect(found).toEqual(verify ? expect.arrayContaining([expect.stringMatching(verify)]) : [])
        expect(code).toBe(verify ? 1 : 0)
        expect(saw).toMatch(opens ? witness : /^is shown nothing/)
        // What does not show from inside shows to whoever kept a checkpoint, as it does to the witness.
        if (verify) return 'verify'
        expect(witness).not.toBe(AS_BEFORE)
        expect(await log().verify(folder, { withCheckpoint: true })).toMatchObject({
          code: 1,
          said: expect.stringContaining('kept-elsewhere') as string,
        })
        return 'witness'
      } finally {
        rmSync(folder, { recursive: true })
      }
    },

    print(): void {
      const shown = rows.map(row => row.map(short))
      const widths = shown[0]!.map((_, i) => Math.max(...shown.map(row => row[i]!.length)))
      const lines = shown.map(row => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  '))
      console.log(lines.map(line => line.trimEnd()).join('\n'))
    },
  }
}

/** Long hashes say nothing to a reader. */
function short(cell: string): string {
  const said = cell.replace(/\b([0-9a-f]{8})[0-9a-f]{30,}\b/g, '$1…')
  return said.length > 96 ? `${said.slice(0, 95)}…` : said
}

const textOf = ({ index, column, detail }: { index?: number; column: string; detail: string }): string =>
  `${column}${index === undefined ? '' : ` ${index}`}: ${detail}`
