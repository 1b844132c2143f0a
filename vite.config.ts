import { build, type InlineConfig, type Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

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

const runtimes = [module('widget/embed.ts', 'embed.js'), module('widget/opt-in.ts', 'opt-in.js')]

/** `view.js` holds the runtimes of the plain views, a module and a line each: first layer, embeds, opt-in. */
const andRuntimes = (): Plugin => ({
  name: 'assent-and-runtimes',
  enforce: 'post',
  async generateBundle(_, files) {
    const made = await Promise.all(
      runtimes.map(({ config }) =>
        build({
          ...config,
          root: import.meta.dirname,
          configFile: false,
          logLevel: 'warn',
          build: { ...config.build, write: false },
        }),
      ),
    )
    const codes = made.flat().flatMap(each => ('output' in each ? each.output[0].code.trim() : []))
    for (const file of Object.values(files))
      if (file.type === 'chunk') file.code = `${[file.code.trim(), ...codes].join('\n')}\n`
  },
})

export const bundles: readonly Bundle[] = [
  module('widget/loader.ts', 'loader.js'),
  iife('widget/snippet.ts', 'snippet.js', 'assentSnippet'),
  module('widget/first.ts', 'view.js', [andRuntimes()]),
  module('widget/settings.ts', 'ui.mjs'),
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

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/widget/**', 'test/browser/**', 'test/bench/**'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'dom', environment: 'jsdom', include: ['test/widget/**/*.test.{ts,tsx}'] } },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          // One real browser at a time: measurements and keepalive requests disturb each other.
          maxWorkers: 1,
        },
      },
    ],
  },
})
