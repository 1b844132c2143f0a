import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { anOptIn, PHONE } from '../support/marketing.ts'
import { runCommand } from '../support/run-command.ts'
import { aDataFolder, optInAt, serve } from '../support/serve.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

/** A program of somebody else's, that has installed the package. */
let program: string
beforeAll(async () => {
  const how = { folder: ROOT, show: false, minutes: 2 }
  const built = await runCommand('node', ['.ci/build.ts', '--if-stale'], how)
  if (!built.passed) throw new Error(built.output)
  program = mkdtempSync(join(tmpdir(), 'assent-program-'))
  mkdirSync(join(program, 'node_modules'))
  symlinkSync(ROOT, join(program, 'node_modules', 'assent'))
  writeFileSync(join(program, 'package.json'), '{"type":"module"}')
}, 120_000)
afterAll(() => rmSync(program, { recursive: true, force: true }))

test("the README's program runs as it stands, with its own server and key", { timeout: 60_000 }, async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, example = ''] = /### From your own program\n[^]*?```js\n([^]*?)```/.exec(readme) ?? []
  const data = await aDataFolder({ programs: true })
  const server = await serve(data.folder)
  try {
    const scope = 'status,withdraw'
    const key = await assent(['key', 'new', '--site', SITE, '--scope', scope, '--data', data.folder])
    await optInAt(server.url, anOptIn())
    writeFileSync(join(program, 'list.csv'), `name,phone\nRobin,${PHONE}\nKim,+12025550188\n`)
    writeFileSync(
      join(program, 'example.js'),
      example.replace('https://consent.example', server.url).replace('harbor-offers', 'offers'),
    )
    const { stdout } = await run(process.execPath, ['example.js'], {
      cwd: program,
      env: { ASSENT_KEY: key.out.trim() },
    })
    expect(stdout).toBe('send it\n{ send: 1, hold: 0, block: 1 }\n')
    expect(readFileSync(join(program, 'sendable.csv'), 'utf8')).toBe(`name,phone\nRobin,"${PHONE}"\n`)
    const after = await run(process.execPath, ['example.js'], {
      cwd: program,
      env: { ASSENT_KEY: key.out.trim() },
    })
    expect(after.stdout).toContain('leave it: withdrawn')
  } finally {
    await server.end()
    data.remove()
  }
})

const TYPED = `import { createClient, AssentError, type StatusAnswer } from 'assent/client'
const client = createClient({ url: 'http://127.0.0.1:1', site: 'harbor', key: 'k' })
const answer: StatusAnswer = await client.status({ channel: 'sms', program: 'x', address: '+1' })
const decision: 'send' | 'hold' | 'block' = answer.decision
const { body, summary } = await client.checkCsv('phone', { channel: 'sms', program: 'x' })
const text: ReadableStream<string> = body.pipeThrough(new TextDecoderStream())
const rows: number = (await summary).rows
export const slug = (error: unknown) => (error instanceof AssentError ? error.slug : undefined)
export { decision, text, rows }
`

const compile = async (source: string, ...how: string[]): Promise<string> => {
  writeFileSync(join(program, 'typed.ts'), source)
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const settings = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.asynciterable',
    ...how,
  ]
  return run(tsc, [...settings, 'typed.ts'], { cwd: program }).then(
    () => '',
    (fault: { stdout: string }) => fault.stdout,
  )
}

test.each([
  ['Node', ['--module', 'nodenext']],
  ['bundlers', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('its types are found the way of %s, and hold', { timeout: 60_000 }, async (_, how) => {
  expect(await compile(TYPED, ...how)).toBe('')
  expect(await compile(TYPED.replace("'sms'", "'fax'"), ...how)).toContain('"fax"')
})

test('nothing but the client can be imported, and it brings no package along', async () => {
  const { stdout } = await run(
    process.execPath,
    ['-e', "import('assent/dist/server/app.js').catch(error => console.log(error.code))"],
    { cwd: program },
  )
  expect(stdout).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n')
  const built = readFileSync(join(ROOT, 'dist/shared/client/client.js'), 'utf8')
  expect(
    [...built.matchAll(/from '([^']+)'/g)].map(([, from]) => from).filter(from => !from!.startsWith('./')),
  ).toEqual([])
})
