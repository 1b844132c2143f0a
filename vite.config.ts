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

/** A classic function expression under one name: its text is joined with a configuration by publishing. */
const iife = (entry: string, output: string, name: string, plugins: Plugin[] = []): Bundle => ({
  entry,
  output,
  config: {
    plugins,
    build: {
      ...browsers,
      lib: { entry, formats: ['iife'], name, fileName: () => output },
      rolldownOptions: { output: { generatedCode: { symbols: false }, minify: true } },
    },
  },
})

const act = iife('widget/act.ts', 'act.js', 'assentAct')

/** What a decision takes travels inside every view, as `assentAct`; where a view is reached by import, as an export too. */
const carriesAct = (): Plugin => ({
  name: 'assent-carries-act',
  enforce: 'post',
  async generateBundle({ format }, files) {
    const made = await build({
      ...act.config,
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      build: { ...act.config.build, write: false },
    })
    const code = [made].flat().flatMap(each => ('output' in each ? each.output[0].code.trim() : []))[0]
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = `${code}\n${file.code.trim()}${format === 'es' ? '\nexport const act=assentAct.act;' : ''}\n`
  },
})

export const bundles: readonly Bundle[] = [
  iife('widget/loader.ts', 'loader.js', 'assentLoader'),
  iife('widget/snippet.ts', 'snippet.js', 'assentSnippet'),
  iife('widget/ui/view.ts', 'view.js', 'assentView', [carriesAct()]),
  {
    entry: 'widget/ui/mount.tsx',
    output: 'ui.mjs',
    config: {
      plugins: [carriesAct()],
      build: {
        ...browsers,
        rolldownOptions: {
          input: 'widget/ui/mount.tsx',
          preserveEntrySignatures: 'strict',
          output: { format: 'es', entryFileNames: 'ui.mjs', minify: true },
        },
      },
    },
  },
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
