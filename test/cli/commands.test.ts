import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { nodeFault } from '../../server/cli/node-version.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { CLI } from '../support/serve.ts'

test('help names every command, and every command explains itself with an example and its exit codes', async () => {
  const overview = await assent(['--help'])
  expect(overview.code).toBe(0)
  const commands = [
    'init',
    'serve',
    'site check',
    'site publish',
    'site rollback',
    'site list',
    'site snippet',
    'site gtm-template',
    'site gpc-json',
    'site csp',
    'site schema',
    'scan',
    'list import',
    'key new',
    'key list',
    'key revoke',
    'backup',
    'backup key',
    'restore',
    'drill',
    'verify',
  ]
  for (const command of commands) {
    expect(overview.out).toContain(`assent ${command}`)
    const { code, out } = await assent([...command.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/Examples?:\n {2}assent /)
    expect(out).toContain('Exit codes: 0')
    const described = [...out.matchAll(/^( {2}--\S+(?: <[^>]+>)? {2,})\S/gm)].map(([, name]) => name!.length)
    expect(new Set(described).size, `${command}: options in one column`).toBeLessThan(2)
    expect(out).not.toMatch(/\n\n--|\n\n {3,}--/)
  }
})

test('the version is the one of the package', async () => {
  for (const asked of ['--version', 'version'])
    // oxlint-disable-next-line no-await-in-loop
    expect((await assent([asked])).out).toMatch(/^\d+\.\d+\.\d+$/)
})

test.each([
  [['publish'], 'There is no command "publish": use "site publish".'],
  [['verfy'], 'There is no command "verfy": use one of "verify", "verify clearance".'],
  [['backup-everything'], '"assent help" lists those there are'],
  [['site', 'publsh'], 'There is no command "site publsh"'],
  [['site'], 'use one of "site check"'],
  [['site', 'check'], 'Write "assent site check <file> [--json]"'],
  [['site', 'check', 'a', 'b'], 'Write "assent site check <file> [--json]"'],
  [['verify', '--sites'], '--sites'],
  [['verify', '--key', 'x'], '--key goes with a receipt'],
  [['verify', 'a.json', '--site', 'x'], 'A file is checked by itself'],
  [['site', 'rollback', 'shop', '--to', 'HEAD'], '--to takes'],
  [['serve', '--port', '99999'], 'ASSENT_PORT must be a port'],
])('%j is not understood, and the answer says what to write', async (args, words) => {
  const { code, err } = await assent(args)
  expect(code).toBe(2)
  expect(err).toContain(words)
  expect(err).not.toMatch(/\n\s+at /)
})

test('the overview stands on a usual screen, and what goes on under a setting stays in its column', async () => {
  const { out } = await assent(['help'])
  expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThan(121)
  expect((await assent(['serve', '--help'])).out).toMatch(/^( {2}ASSENT_WITNESSES +)who .*\n +commas;/m)
  const [, first, second] = /^( {2}ASSENT_WITNESSES +)who .*\n( +)commas;/m.exec(
    (await assent(['serve', '--help'])).out,
  )!
  expect(second!.length).toBe(first!.length)
})

test('nothing but the name shows the overview and fails', async () => {
  const { code, out } = await assent([])
  expect(code).toBe(2)
  expect(out).toContain('assent serve')
})

test('a stack trace comes only when asked for', async () => {
  const quiet = await assent(['site', 'list', '--data', '/nowhere'])
  const loud = await assent(['site', 'list', '--data', '/nowhere', '--debug'])
  expect(quiet.err).not.toMatch(/\n\s+at /)
  expect(loud.err).toMatch(/\n\s+at /)
})

test('into a pipe no colours are written', async () => {
  const { out, code } = await assentProcess(['site', 'check', 'demo/loom/site.json'])
  expect(code).toBe(0)
  expect(out).not.toContain('\u001b')
})

test.each(['stdout', 'stderr'])(
  'whoever stops reading %s ends no command with a stack trace',
  async closed => {
    const [args, pipe] = closed === 'stdout' ? ['site schema', '| :'] : ['sites', '2>&1 >/dev/null | :']
    const script = `{ "$0" "$1" ${args} ${pipe}; } 2>&1; echo "\${PIPESTATUS[0]}"`
    const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, CLI])
    expect(stdout).toBe(closed === 'stdout' ? '0\n' : '2\n')
  },
)

test.each(['18.0.0', '20.20.2', '22.17.1'])('Node %s is refused in one sentence', version => {
  expect(nodeFault(version)).toMatch(/^Assent needs Node 22\.18 or newer, and this is [\d.]+: [^.]*\.$/)
})

test.each(['22.18.0', '24.21.0', '30.0.0'])('Node %s will do', version => {
  expect(nodeFault(version)).toBeUndefined()
})

test('a site that is the first word of a command may be named as --site too, as other commands want it', async () => {
  const named = await assent(['holds', 'list', '--site', 'nowhere'])
  expect(named).toEqual(await assent(['holds', 'list', 'nowhere']))
  expect(named.err).not.toContain('Write ')
})

test('an option that is not there is answered with how the command is written, and nothing else', async () => {
  const { code, err } = await assent(['status', 'shop', '--chanel', 'sms'])
  expect(code).toBe(2)
  expect(err).toMatch(/^assent: Unknown option '--chanel'\. Write "assent status <site> [^"]+"\.$/m)
})
