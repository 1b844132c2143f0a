import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build, type InlineConfig, type Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { PARTS } from './shared/domain/parts.ts'
import { CONSENT_TOOLS } from './shared/domain/take-over.ts'

/** One bundle of the widget: where it starts, what it becomes in `dist/`. */
export interface Bundle {
  readonly entry: string
  readonly output: string
  readonly config: InlineConfig
}

const browsers: InlineConfig['build'] = {
  target: 'es2022',
  // Otherwise `inset` and its like become four properties each.
  cssTarget: 'es2022',
  modulePreload: false,
  reportCompressedSize: false,
}

/** A classic function, which may stand inline in a page. */
const iife = (entry: string, output: string, name: string): Bundle => ({
  entry,
  output,
  config: {
    build: {
      ...browsers,
      lib: { entry, formats: ['iife'], name, fileName: () => output },
      rolldownOptions: { output: { generatedCode: { symbols: false }, minify: true } },
    },
  },
})

/** A module whose last clause says what it exports: publishing takes that off and goes on in its place. */
const module = (entry: string, output: string, plugins: Plugin[] = []): Bundle => ({
  entry,
  output,
  config: {
    plugins,
    build: {
      ...browsers,
      lib: { entry, formats: ['es'], fileName: () => output },
      rolldownOptions: { output: { minify: true, comments: false } },
    },
  },
})

/** A file that holds a module on each line, each made of an entry of its own. */
const lines = (output: string, entries: readonly string[]): Bundle =>
  module(entries[0]!, output, [andOthers(entries.slice(1).map(entry => module(entry, output)))])

const andOthers = (others: readonly Bundle[]): Plugin => ({
  name: 'assent-and-others',
  enforce: 'post',
  async generateBundle(_, files) {
    const lines = await Promise.all(others.map(codeOf))
    for (const file of Object.values(files))
      if (file.type === 'chunk') file.code = `${[file.code.trim(), ...lines].join('\n')}\n`
  },
})

async function codeOf({ config }: Bundle): Promise<string> {
  const made = await build({
    ...config,
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    build: { ...config.build, write: false },
  })
  return [made].flat().flatMap(each => ('output' in each ? each.output[0].code.trim() : []))[0]!
}

export const bundles: readonly Bundle[] = [
  module('widget/loader.ts', 'loader.js'),
  iife('widget/snippet.ts', 'snippet.js', 'assentSnippet'),
  iife('widget/guard.ts', 'guard.js', 'assentGuarding'),
  // The runtimes of the plain views, in the order in which `render.ts` names them.
  lines(
    'view.js',
    ['first', 'embed', 'notice', 'opt-in', 'opt-out', 'regimes/settle', 'regimes/forget-flags', 'inline']
      // The first layer of a site that had such a tool before.
      .concat(CONSENT_TOOLS.map(tool => `take-over/${tool}`))
      .map(name => `widget/${name}.ts`),
  ),
  // What only some sites need.
  lines(
    'parts.js',
    PARTS.map(name => `widget/parts/${name}.ts`),
  ),
  module('widget/settings.ts', 'ui.mjs'),
  // Only for whoever builds a page.
  module('widget/debug.ts', 'debug.js'),
  // With its style sheet becomes `verify.html`, which is whole in itself.
  iife('widget/verify/main.ts', 'verify.js', 'assentVerify'),
  {
    // Runs in the server, which Node cannot start from `.tsx`; whatever it needs is inside.
    entry: 'widget/render/render.ts',
    output: 'first-layer.js',
    config: {
      ssr: { noExternal: true },
      build: {
        ssr: 'widget/render/render.ts',
        target: 'node22',
        minify: false,
        rolldownOptions: { output: { format: 'es', entryFileNames: 'first-layer.js' } },
      },
    },
  },
]

const browser = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    environment: 'node' as const,
    include,
    exclude,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    // One real browser at a time: measurements and keepalive requests disturb each other.
    maxWorkers: 1,
  },
})

const criteria = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    environment: 'node' as const,
    include,
    exclude,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
  },
})

export default defineConfig({
  test: {
    // Two even on two cores, where there would be one: many tests wait for a process or a disk.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Every command a test starts is compiled once, not hundreds of times: half of what starting one costs.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'assent', 'compiled') },
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/widget/**',
            'test/browser/**',
            'test/engines/**',
            'test/criteria/**',
            'test/bench/**',
          ],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'dom', environment: 'jsdom', include: ['test/widget/**/*.test.{ts,tsx}'] } },
      browser('browser', ['test/browser/**/*.test.ts'], ['**/*.full.test.ts']),
      // Every unmarked kind in every way, and every page it may stand in, for `npm run test:all`.
      browser('browser-full', ['test/browser/**/*.full.test.ts']),
      {
        test: {
          name: 'engines',
          environment: 'node',
          include: ['test/engines/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What is measured here is long, so two engines may run at once.
          maxWorkers: 2,
        },
      },
      criteria('criteria', ['test/criteria/*.test.ts'], ['test/criteria/*.full.test.ts']),
      // The same over every language and view, for `npm run test:all`.
      criteria('criteria-full', ['test/criteria/*.full.test.ts']),
      {
        // Each kind of exit alone, and every way of being away: minutes, so not in `npm test`.
        test: {
          name: 'engines-whole',
          environment: 'node',
          include: ['test/engines/whole/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
