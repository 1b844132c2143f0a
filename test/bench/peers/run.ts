// `npm run bench:peers`: our banner beside those people would use otherwise, on the same page, in turn. Figures, never a test.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import { launchBrowser } from '../../support/page.ts'
import { UNLIMITED } from '../../support/unlimited.ts'
import { onTheWire } from '../bytes.ts'
import { startMeasured } from '../processes.ts'
import { CANDIDATES, INTERFACES, type Candidate } from './candidates.ts'
import { installPeers } from './install.ts'
import { measure, type Measures } from './measure.ts'
import { servePages } from './pages.ts'
import { table } from './table.ts'

const HELP = `npm run bench:peers -- [--rounds 9] [--only <name>,...] [--folder <where the peers are kept>]
First visit, acceptance and return on a page with content, CPU at a quarter and slow 4G, in shuffled order; medians, and
their spread with --spread. Fetches the peers with npm; about five minutes for nine rounds.`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string' },
    folder: { type: 'string' },
    spread: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const root = join(import.meta.dirname, '../../..')
const assent = join(root, 'server/cli/main.ts')
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'assent-peers-'))
const data = mkdtempSync(join(tmpdir(), 'assent-peers-data-'))
try {
  console.log('Fetching the peers …')
  await installPeers(folder)
  execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })
  await compare()
} finally {
  rmSync(data, { recursive: true, force: true })
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}

async function compare(): Promise<void> {
  const ours: { name: string; head: string; files: {}; banner: string; accept: string } = {
    name: 'assent',
    head: '',
    files: {},
    banner: '#assent > section',
    accept: '#assent [data-assent=accept]',
  }
  const candidates: readonly Candidate[] = [
    { name: '(empty page)', head: '', files: {} },
    INTERFACES,
    ours,
    ...CANDIDATES,
  ]
  const pages = await servePages(folder, candidates)
  // The demo site, on whose pages we are: its origin is that of the pages.
  const loom = JSON.parse(readFileSync(join(root, 'demo/loom/site.json'), 'utf8')) as SiteConfiguration
  const site = join(data, 'site.json')
  writeFileSync(site, JSON.stringify({ ...loom, origins: [pages.origin] }))
  const inData = ['--data', join(data, 'data')]
  execFileSync(process.execPath, [assent, 'site', 'publish', site, ...inData], { cwd: root })
  const server = await startMeasured(port => [assent, 'serve', '--port', `${port}`, ...inData], UNLIMITED)
  const host = `http://localhost:${server.port}`
  const stub = readFileSync(join(root, 'dist/snippet.html'), 'utf8')
  ours.head = stub.replaceAll('__SITE__', 'loom').replaceAll('__HOST__', host)
  const browser = await launchBrowser()
  try {
    const chosen = candidates.filter(({ name }) => !values.only || values.only.split(',').includes(name))
    const results = new Map<string, Measures[]>(chosen.map(({ name }) => [name, []]))
    for (let round = 0; round < Number(values.rounds); round++)
      for (const candidate of shuffled(chosen)) {
        process.stderr.write(`\r${round + 1}/${values.rounds} ${candidate.name.padEnd(30)}`)
        // oxlint-disable-next-line no-await-in-loop -- one browser page at a time, or each slows the other
        results
          .get(candidate.name)!
          .push(await measure(browser, candidate, pages.address(candidate), pages.sent))
      }
    process.stderr.write('\r')
    const wire = (name: string) => onTheWire(`${host}/s/loom/${name}`)
    const [loader, first] = await Promise.all([wire('assent.js'), wire('first.en.mjs')])
    console.log(
      `Medians of ${values.rounds} rounds; ms, Brotli bytes of scripts and styles, script and heap over the empty page`,
    )
    const own = { first: loader + first, returning: loader }
    for (const line of table(results, own, values.spread === true)) console.log(line)
  } finally {
    await browser.close()
    await server.stop()
    pages.close()
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map(item => [Math.random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item)
}
