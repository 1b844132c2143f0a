import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseKeptErasures } from '../../server/ledger/kept-erasures.ts'

const MODULE = join(import.meta.dirname, '../../server/ledger/kept-erasures.ts')

/** Keeps one erasure after the other, and says of each that it is kept. */
const KEEPS = `
  import { keepErasure } from ${JSON.stringify(MODULE)}
  for (let n = 0; n < 40; n++) {
    const erasure = { id: 'erasure:' + n, subject: 'ab'.repeat(22), reason: 'request' }
    keepErasure(process.argv[1], erasure, { blind: Buffer.alloc(32, n), at: n })
    console.log(n)
  }`

test('a record that the disk takes only in part is a fault: nobody is told that the erasure is kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-kept-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'harbor')
  // The system cuts a write off at this size, and refuses the next one: as a full disk does.
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [
      '-c',
      'trap "" XFSZ; ulimit -f 4; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      KEEPS,
      file,
    ],
    { encoding: 'utf8' },
  )
  expect(status).toBe(1)
  expect(stderr).toContain('EFBIG')
  const said = stdout.trimEnd().split('\n')
  expect(said.length).toBeGreaterThan(3)
  const kept = parseKeptErasures(readFileSync(file, 'utf8'), file).suppressions.map(({ at }) => String(at))
  expect(kept).toEqual(said)
})
