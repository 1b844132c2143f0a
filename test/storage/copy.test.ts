import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyDatabase } from '../../server/storage/sqlite/copy.ts'
import { openDatabase } from '../../server/storage/sqlite/database.ts'
import { settle } from '../../server/storage/sqlite/settle.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-copy-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test.each([30, 50, 300, 2_000])(
  'of %i rows in a copied database, each deleted there is gone from its file',
  async rows => {
    const [from, into] = [join(folder, 'ledger.db'), join(folder, 'copy.db')]
    const original = openDatabase(from, 'ledger')
    const salts = Array.from({ length: rows }, () => randomBytes(32))
    const blinds = Array.from({ length: rows }, () => randomBytes(32))
    const part = original.prepare('INSERT INTO private_parts VALUES (?, ?, ?, ?, zeroblob(150))')
    const address = original.prepare("INSERT INTO addresses VALUES (?, ?, ?, zeroblob(32), '{}')")
    original.pragma('foreign_keys = OFF')
    original.exec('BEGIN')
    for (let n = 0; n < rows; n++) {
      part.run('harbor', n, 'ab'.repeat(22), salts[n])
      address.run('harbor', blinds[n], 'ab'.repeat(22))
    }
    original.exec('COMMIT')
    original.close()
    await copyDatabase(from, into, () => {})

    const copy = openDatabase(into, 'ledger')
    // It refuses to delete what no erasure did; here only the file matters.
    copy.exec('DROP TRIGGER private_parts_no_delete')
    copy.exec('BEGIN')
    for (let n = 0; n < rows; n += 3) {
      copy.prepare('DELETE FROM private_parts WHERE idx = ?').run(n)
      copy.prepare('DELETE FROM addresses WHERE blind = ?').run(blinds[n])
    }
    copy.exec('COMMIT')
    expect(settle(copy)).toBe(true)
    const bytes = readFileSync(into)
    copy.close()
    const isThere = (row: Buffer) => bytes.includes(row)
    const gone = [...salts, ...blinds].filter((_, n) => (n % rows) % 3 === 0)
    expect(gone.filter(isThere).length).toBe(0)
    expect([...salts, ...blinds].filter(isThere).length).toBe(2 * rows - gone.length)
  },
)
