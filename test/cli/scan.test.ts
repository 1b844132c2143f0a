import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assent } from '../support/cli.ts'
import { aDataFolder } from '../support/serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'assent-scan-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const bad = join(folder, 'bad.json')
writeFileSync(bad, '{}')

test.each([
  [['shop.example'], 2, 'is no web address'],
  [['ftp://shop.example'], 2, 'is no web address'],
  [['https://shop.example', '--crawl', 'many'], 2, '--crawl is a number'],
  [['https://shop.example', '--accept', '#yes'], 2, 'both --accept and --reject'],
  [['https://shop.example', '--patch'], 2, '--config or --site'],
  [['https://shop.example', '--config', bad], 2, 'has faults: "assent site check'],
  [['https://shop.example', '--cookies', bad], 2, 'is no cookie database: it has no column "Platform"'],
  [['https://shop.example', '--browser', '/nowhere/chromium'], 1, 'There is no browser at /nowhere/chromium'],
  [['https://shop.example', '--browser', bad], 1, 'did not start'],
])('%j is refused with %i and one sentence that says why', async (args, code, words) => {
  const run = await assent(['scan', ...args])
  expect(run.err).toContain(words)
  expect(run.err.split('\n')).toHaveLength(1)
  expect(run.code).toBe(code)
})

test('a published configuration is asked for by its site, which has to be there', async () => {
  const data = await aDataFolder()
  try {
    const { code, err } = await assent([
      'scan',
      'https://shop.example',
      '--site',
      'nowhere',
      '--data',
      data.folder,
    ])
    expect(err).toContain('There is no site "nowhere"')
    expect(code).toBe(1)
  } finally {
    data.remove()
  }
})
