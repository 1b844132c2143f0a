// `npm run bench:away`: first paint of a page while the consent host is away, beside the same page without us. Figures, never a test.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchChromium } from '../engines/chromium.ts'
import type { Launch, Tab } from '../engines/engine.ts'
import { launchFirefox } from '../engines/firefox.ts'
import type { Mood } from '../engines/moods.ts'
import { startNetwork, type Network } from '../engines/network.ts'
import { launchWebKit } from '../engines/webkit.ts'
import { servePages, type PlainPages } from '../support/plain-pages.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)

const root = join(import.meta.dirname, '../..')
const HOST = 'http://consent.test:1'
const MOODS: readonly Mood[] = [
  'hangs',
  'breaks off',
  'answers 500',
  'answers with a page',
  'answers nonsense',
  'takes three seconds',
]
const ENGINES: readonly (readonly [string, Launch])[] = [
  ['Chromium', launchChromium],
  ['Firefox ESR', launchFirefox],
  ['WebKitGTK', launchWebKit],
]

execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })
const snippet = readFileSync(join(root, 'dist/snippet.html'), 'utf8')
  .replaceAll('__SITE__', 'loom')
  .replaceAll('__HOST__', HOST)

/** What a page has in its head, and how the consent host is then. */
interface Case {
  readonly head: string
  readonly mood?: Mood
}

const CASES: ReadonlyMap<string, Case> = new Map<string, Case>([
  ['without us', { head: '' }],
  ...MOODS.map(mood => [mood, { head: snippet, mood }] as const),
  ['refuses connections', { head: snippet.replaceAll(HOST, 'http://127.0.0.9:9') }],
  ['has no address', { head: snippet.replaceAll(HOST, 'http://nowhere.invalid') }],
])
const page = (head: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>${head}<link rel="stylesheet" href="/page.css"></head><body><h1>Patterns</h1>${'<p>A page with a text that somebody reads.</p>'.repeat(40)}</body></html>`

/** Milliseconds from navigation to the first paint of something, by the browser's own clock. */
const firstPaint = (tab: Tab): Promise<number> =>
  tab.evaluate(
    () =>
      new Promise<number>(done => {
        const look = (): void => {
          const [entry] = performance.getEntriesByName('first-contentful-paint')
          if (entry) done(entry.startTime)
          else setTimeout(look, 20)
        }
        look()
      }),
  )

const plain = await servePages()
plain.serve('www.loom.test/page.css', 'body { font: 16px serif; max-width: 40em; margin: auto }')
for (const [name, { head }] of CASES) plain.serve(`www.loom.test/${slug(name)}`, page(head))
try {
  for (const [engine, launch] of ENGINES)
    // oxlint-disable-next-line no-await-in-loop -- engines must not disturb each other
    await compare(engine, launch, plain)
} finally {
  plain.close()
}

function slug(name: string): string {
  return name.replaceAll(' ', '-')
}

async function compare(name: string, launch: Launch, pages: PlainPages): Promise<void> {
  const network: Network = await startNetwork()
  const engine = await launch(network)
  const paints = new Map<string, number[]>([...CASES.keys()].map(each => [each, []]))
  const tab = await engine.visitor()
  // The first of all starts up what the others find.
  await tab.go(`${pages.origin('www.loom.test')}/without-us`)
  for (let round = 0; round < rounds; round++)
    for (const each of shuffled([...CASES.keys()])) {
      network.treat('consent.test', CASES.get(each)!.mood)
      // oxlint-disable no-await-in-loop -- one after the other is the point
      await tab.go(`${pages.origin('www.loom.test')}/${slug(each)}`)
      paints.get(each)!.push(await firstPaint(tab))
      // oxlint-enable no-await-in-loop
    }
  await tab.close()
  await engine.close()
  network.close()
  const without = median(paints.get('without us')!)
  console.log(`\n${name}: first contentful paint, ms, medians of ${rounds} (least and most)`)
  for (const [each, all] of paints) {
    const [least, most] = [Math.min(...all), Math.max(...all)].map(Math.round)
    const more = median(all) - without
    const sign = more < 0 ? '' : '+'
    console.log(
      `  ${each.padEnd(22)}${median(all).toFixed(0).padStart(5)}  ${`${sign}${more.toFixed(0)}`.padStart(5)}   (${least} to ${most})`,
    )
  }
}

function shuffled<Item>(items: Item[]): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
  return items
}

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
