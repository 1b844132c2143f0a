import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../server/config.ts'
import { withoutAssent } from './support/serve.ts'
import { askServer, selfSigned, startTlsProxy, type Certificate, type TlsProxy } from './support/tls-proxy.ts'

const ROOT = join(import.meta.dirname, '..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const TARBALL = 'assent-0.1.0.tgz'
const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
const [, SECTION = ''] = /^## On the internet in ten minutes\n([\s\S]*?)^## /m.exec(README) ?? []
const blocks = (language: string): string[] =>
  [...SECTION.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block]) => block!,
  )

/** What stands for the machine of the README: `/srv`, `/backup`, `/elsewhere` and `/lost` are in it. */
let machine: string
let files: Certificate
let proxy: TlsProxy
let service: ChildProcess | undefined

const here = (text: string): string =>
  text
    .replaceAll(/(?<![\w/-])\/(srv|backup|elsewhere|lost)(?=[\s/])/g, `${machine}/$1`)
    .replaceAll('https://consent.example', proxy.https)

const environment = () => ({
  ...withoutAssent(process.env),
  PATH: dirname(process.execPath) + delimiter + process.env['PATH'],
})

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), 'assent-internet-'))
  files = selfSigned(machine)
  proxy = await startTlsProxy(files)
  for (const folder of ['srv/assent', 'backup', 'elsewhere', 'lost', 'clone/node_modules'])
    mkdirSync(join(machine, folder), { recursive: true })
  pack()
  install(join(machine, 'srv/assent'))
}, 120_000)

afterAll(async () => {
  await stop()
  proxy.close()
  rmSync(machine, { recursive: true })
})

/** `npm pack` of what the container file copies; packages are linked instead of fetched. */
function pack(): void {
  const clone = join(machine, 'clone')
  for (const [, list] of DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const name of list!.split(' ')) cpSync(join(ROOT, name), join(clone, name), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '.cache') symlinkSync(join(ROOT, 'node_modules', name), join(clone, 'node_modules', name))
  execFileSync('npm', ['pack', '--silent'], { cwd: clone, env: environment(), stdio: 'pipe' })
}

/** As `npm install` lays the tarball out. */
function install(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'assent'), { recursive: true })
  mkdirSync(join(modules, '.bin'))
  execFileSync('tar', [
    '-xzf',
    join(machine, 'clone', TARBALL),
    '-C',
    join(modules, 'assent'),
    '--strip-components=1',
  ])
  const { dependencies, bin } = JSON.parse(readFileSync(join(modules, 'assent/package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    bin: { assent: string }
  }
  for (const name of new Set(Object.keys(dependencies).map(d => d.split('/')[0]!)))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  execFileSync('chmod', ['+x', join(modules, 'assent', bin.assent)])
  symlinkSync(join('../assent', bin.assent), join(modules, '.bin/assent'))
}

/** An `assent` command of the README, run where it says. */
const assent = (args: readonly string[], folder = join(machine, 'srv/assent')) =>
  promisify(execFile)(join(machine, 'srv/assent/node_modules/.bin/assent'), args, {
    cwd: folder,
    env: environment(),
  })

const unit = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(here(blocks('ini')[0]!))![1]!

/** What systemd would start, on a port that is free. */
async function start(): Promise<void> {
  const settings = unit('Environment')
    .split(' ')
    .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  const [command, ...args] = unit('ExecStart').split(' ')
  service = spawn(command!, args, {
    cwd: unit('WorkingDirectory'),
    env: { ...environment(), ...Object.fromEntries(settings), ASSENT_PORT: '0' },
  })
  let said = ''
  for (const stream of [service.stdout!, service.stderr!]) stream.on('data', chunk => (said += String(chunk)))
  while (!/listens on (\S+),/.test(said)) {
    if (service.exitCode !== null) throw new Error(`the service did not start: ${said}`)
    // oxlint-disable-next-line no-await-in-loop
    await Promise.race([once(service.stdout!, 'data'), once(service, 'exit')])
  }
  proxy.forwardTo(/listens on (\S+),/.exec(said)![1]!)
}

async function stop(): Promise<void> {
  if (service === undefined || service.exitCode !== null) return
  const ended = once(service, 'exit')
  service.kill('SIGTERM')
  await ended
}

const served = () => askServer(`${proxy.https}/s/kiln/assent.js`, { ca: files.cert })

test(
  'the packed server begins in an empty folder and is reached over https',
  { timeout: 60_000 },
  async () => {
    const [, begin = ''] = /^npx --no assent (init .*)$/m.exec(here(blocks('sh')[1]!)) ?? []
    const answers = {
      name: 'Kiln',
      address: '4 Kiln Row, Leeds',
      country: 'GB',
      email: 'privacy@kiln.example',
      website: 'https://www.kiln.example',
    }
    const flags = Object.entries(answers).flatMap(([name, value]) => [`--${name}`, value])
    const { stdout } = await assent([...begin.split(' '), ...flags, '--analytics'])
    expect(stdout).toContain(`${proxy.https}/s/kiln/`)
    await start()
    const loader = await served()
    expect(loader.status).toBe(200)
    expect(loader.headers['strict-transport-security']).toBeDefined()
    const ready = await askServer(`${proxy.https}/readyz`, { ca: files.cert })
    expect(JSON.parse(ready.body)).toMatchObject({ status: 'ready' })
  },
)

test('after the install, README runs no command that could fetch a stranger’s package', () => {
  expect(README.match(/npx (?!--no )assent\b/g)).toBeNull()
})

test('the key command does what it says', { timeout: 60_000 }, async () => {
  const [, args = ''] = /`npx --no assent (key new [^`]*)`/.exec(SECTION) ?? []
  const words = [...args.replace('shop', 'kiln').matchAll(/"([^"]+)"|(\S+)/g)].map(([, a, b]) => a ?? b!)
  const { stdout } = await assent(words)
  expect(stdout).toMatch(/^assent_kiln_[0-9a-f]{12}_[\w-]{43}\n$/)
})

test(
  'a backup made as it says, rehearsed and restored as it says, is the whole server again',
  { timeout: 60_000 },
  async () => {
    const [making = '', backingUp = ''] = commandsIn(
      blocks('sh').find(block => block.includes('backup key'))!,
    )
    const key = (await assent(making.split(' '), machine)).stdout.trim()
    await assent(backingUp.replace('age1…', key).split(' '))
    const [ledger, keys] = ['backup', 'elsewhere'].map(folder => readdirSync(join(machine, folder)))
    expect([ledger, keys]).toEqual([
      [expect.stringMatching(/^assent-\d{8}T\d{6}Z\.age$/)],
      [expect.stringMatching(/^assent-subject-keys-\d{8}T\d{6}Z\.age$/)],
    ])
    const [, drilling = ''] = /`npx --no assent (drill [^`]*)`/.exec(here(SECTION)) ?? []
    const data = join(machine, 'srv/assent/data')
    const drilled = await assent([...drilling.split(' '), '--data', data], machine)
    expect(drilled.stdout).toMatch(/^kiln: can be restored[^\n]*\n {2}recorded at index \d+$/m)
    await assent(backingUp.replace('age1…', key).split(' '))

    await stop()
    renameSync(data, join(machine, 'lost/data'))
    cpSync(join(machine, 'lost/data/keys/master.key'), join(machine, 'master.key'))
    const [restoring = ''] = commandsIn(blocks('sh').find(block => block.includes('assent restore'))!)
    const newest = (folder: string) =>
      join(machine, folder, readdirSync(join(machine, folder)).toSorted().at(-1)!)
    const words = restoring
      .replace(/\S*\/assent-\d\S*\.age/, newest('backup'))
      .replace(/\S*\/assent-subject-keys-\S*\.age/, newest('elsewhere'))
    const restored = await assent(words.split(/\s+/), machine)
    expect(restored.stdout).toMatch(/^kiln: \d+ entries, everything holds\n {2}continues the checkpoint of/m)
    const { stdout } = await assent(['verify', '--data', data])
    expect(stdout).toMatch(/^kiln: \d+ entries, everything holds$/m)
    await start()
    expect((await served()).status).toBe(200)
  },
)

/** What stands after `npx --no assent`, lines that go on joined. */
const commandsIn = (block: string): string[] =>
  [
    ...here(block)
      .replaceAll(/ \\\n\s*/g, ' ')
      .matchAll(/^npx --no assent (.*)$/gm),
  ].map(([, words]) => words!)

test('what the container is told is a valid configuration, and without an address it does not start', () => {
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(DOCKERFILE) ?? []
  expect(JSON.parse(command)).toEqual(['serve', '--host', '0.0.0.0'])
  const [, line = ''] = /^(docker run -d [\s\S]*?) assent$/m.exec(SECTION) ?? []
  const settings = Object.fromEntries(
    [...line.matchAll(/-e (\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
  )
  expect(readConfig({ host: '0.0.0.0' }, settings)).toMatchObject({
    production: true,
    url: 'https://consent.example',
    trustedProxies: ['172.16.0.0/12'],
  })
  expect(() => readConfig({ host: '0.0.0.0' }, {})).toThrow('reachable from outside')
})
