/**
 * Builds `dist/`: the widget's bundles, and the server as JavaScript for the packed tarball.
 * `--if-stale` builds only when `dist/` is missing or its sources have changed since.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { bundles } from '../vite.config.ts'
import type { Bundle } from '../vite.config.ts'

// Whoever starts a build, a test run included: otherwise the libraries' development halves go out to visitors.
process.env['NODE_ENV'] = 'production'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const cache = join(root, 'node_modules/.cache/assent')
const SOURCES = [
  'widget',
  'server',
  'shared',
  'vite.config.ts',
  '.ci/build.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]
const say = (line: string): void => void process.stdout.write(`build: ${line}\n`)

function filesUnder(path: string): string[] {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  if (!statSync(absolute).isDirectory()) return [path]
  return readdirSync(absolute)
    .sort()
    .flatMap(name => filesUnder(join(path, name)))
}

/** Content, not modification times: a checkout or a copy changes the latter only. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap(filesUnder))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

async function textOf({ output, config }: Bundle): Promise<{ text: string; packages: string[] }> {
  const result = await build({
    ...config,
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ...config.build, write: false, emptyOutDir: false },
  })
  const chunks = [result].flat().flatMap(made => ('output' in made ? made.output : []))
  const [chunk, ...others] = chunks
  if (chunk?.type !== 'chunk' || others.length > 0)
    throw new Error(
      `couldn't build ${output}: one file was expected, not ${chunks.map(c => c.fileName).join(', ')}`,
    )
  return { text: chunk.code.trim(), packages: packagesIn(Object.keys(chunk.modules)) }
}

const packagesIn = (modules: readonly string[]): string[] =>
  modules.flatMap(path => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])

/** Answers the packages of which parts are inside. */
async function bundle(made: Bundle, into: string): Promise<string[]> {
  const { output } = made
  const { text: own, packages } = await textOf(made)
  const [name, text] = fileOf(output, own)
  writeFileSync(join(into, name), `${text}\n`)
  say(`${name} ${text.length} B, ${gzipSync(text, { level: 9 }).length} B gzip`)
  return packages
}

/** What a bundle becomes: by default itself, the stub an element to paste, the verify page a whole document. */
function fileOf(output: string, own: string): [name: string, text: string] {
  switch (output) {
    case 'snippet.js':
    case 'guard.js':
      return [
        output.replace('.js', '.html'),
        `<script>${own.replace(/^\(function\(\)\{/, '(()=>{')}</script>`,
      ]
    case 'verify.js':
      return ['verify.html', verifyPage(own)]
    default:
      return [output, own]
  }
}

/** One file that asks nothing of the network: script and style inline, and a policy that knows both by their hashes. */
function verifyPage(script: string): string {
  const source = (name: string): string => readFileSync(join(root, 'widget/verify', name), 'utf8')
  if (/<\/script/i.test(script))
    throw new Error("couldn't build verify.html: its script would end its own element")
  const style = source('page.css')
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim()
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`
  const parts: Readonly<Record<string, string>> = { POLICY: policy, STYLE: style, SCRIPT: script }
  // The blanks around a placeholder would be part of what is hashed.
  return source('page.html')
    .trim()
    .replace(
      /(?<=>)\s*__([A-Z]+)__\s*|__([A-Z]+)__/g,
      (whole, inside?: string, within?: string) => parts[inside ?? within ?? ''] ?? whole,
    )
}

const COMPILED = {
  noEmit: false,
  // Types are checked by `npm test`; a build only turns them into JavaScript.
  noCheck: true,
  rootDir: root,
  types: [],
}

async function emitServer(into: string): Promise<void> {
  await compile(into, ['server', 'shared', 'widget/frameworks'], COMPILED)
  // Only what other people's programs import has types beside it.
  await compile(into, ['shared/client', 'shared/first-party', 'widget/frameworks'], {
    ...COMPILED,
    declaration: true,
    emitDeclarationOnly: true,
  })
  const sql = filesUnder('server').filter(path => path.endsWith('.sql'))
  for (const path of sql) {
    mkdirSync(dirname(join(into, path)), { recursive: true })
    cpSync(join(root, path), join(into, path))
  }
  say(`server/ and shared/ as JavaScript, ${sql.length} .sql files`)
}

/** Pages made by code get the stub from there; those made by hand from `snippet.html`. */
function fillInStub(into: string): void {
  const stub = readFileSync(join(into, 'snippet.html'), 'utf8')
  const file = join(into, 'widget/frameworks/stub.js')
  const text = JSON.stringify(stub.trim().replace(/^<script>|<\/script>$/g, ''))
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace("'__STUB__'", () => text),
  )
}

async function compile(into: string, folders: readonly string[], compilerOptions: object): Promise<void> {
  const settings = join(into, '..', `tsconfig-${process.pid}.json`)
  const include = folders.map(folder => join(root, folder))
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include }))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', settings, '--outDir', into])
  rmSync(settings)
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.once('error', fail)
    child.once('exit', code =>
      code === 0 ? done() : fail(new Error(`couldn't run ${command}: exit ${code}`)),
    )
  })
}

function writeLicenses(into: string, packages: readonly string[]): void {
  const texts = [...new Set(packages)].sort().map(name => {
    const folder = join(root, 'node_modules', name)
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(each => /^licen[cs]e(\.\w+)?$/i.test(each))
    if (!file) throw new Error(`couldn't find the licence of ${name}, of which parts are bundled`)
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  const apache = readFileSync(join(root, 'node_modules/libphonenumber-js/LICENSE.Apache'), 'utf8').trim()
  writeFileSync(
    join(into, 'LICENSES'),
    `Parts of these packages are inside ui.mjs and first-layer.js.

${texts.join('\n\n')}

area-codes.js and prefix-zones.js in server/marketing/quiet-hours are made of data of Google's libphonenumber.

${apache}
`,
  )
}

async function buildAll(sources: string): Promise<void> {
  const started = performance.now()
  const fresh = join(cache, `dist-${process.pid}`)
  const old = join(cache, `old-${process.pid}`)
  mkdirSync(fresh, { recursive: true })
  try {
    const [packages] = await Promise.all([
      Promise.all(bundles.map(each => bundle(each, fresh))),
      emitServer(fresh),
    ])
    fillInStub(fresh)
    writeLicenses(fresh, packages.flat())
    writeFileSync(join(fresh, '.sources'), sources)
    // Swapped in whole, so that whoever reads `dist/` meanwhile never sees half a build.
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
  say(`dist/ is ready, ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

const sources = fingerprint()
const built = join(dist, '.sources')
const isFresh = existsSync(built) && readFileSync(built, 'utf8') === sources
if (process.argv.includes('--if-stale') && isFresh) say('dist/ is up to date')
else await buildAll(sources)
