import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { compileScript, parse } from 'vue/compiler-sfc'

const ROOT = join(import.meta.dirname, '../../..')
const CACHE = join(ROOT, 'node_modules/.cache/assent')

/** Bundles a program of an owner's as one script; `files`: what else it imports. It is built as it is while developing. */
export async function bundleProgram(
  code: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  // Within `node_modules`, where the frameworks are found from.
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'program-'))
  for (const [name, text] of Object.entries({ 'program.tsx': code, ...files }))
    writeFileSync(join(folder, name), text)
  try {
    const made = await build({
      configFile: false,
      logLevel: 'error',
      root: folder,
      plugins: [SINGLE_FILE_COMPONENTS],
      oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
      resolve: {
        alias: [{ find: /^assent\/(\w+)$/, replacement: join(ROOT, 'dist/widget/frameworks/$1.js') }],
      },
      define: {
        __VUE_OPTIONS_API__: 'false',
        __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
      },
      build: {
        write: false,
        minify: false,
        rolldownOptions: { input: join(folder, 'program.tsx'), output: { format: 'iife' } },
      },
    })
    return [made].flat().flatMap(each => ('output' in each ? each.output[0].code : []))[0]!
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What Vue's own plugin does, as far as an example needs it. */
const SINGLE_FILE_COMPONENTS: Plugin = {
  name: 'vue-files',
  transform(code, id) {
    if (!id.endsWith('.vue')) return undefined
    const { descriptor, errors } = parse(code)
    if (errors.length > 0) throw new Error(`couldn't read ${id}`, { cause: errors })
    return compileScript(descriptor, { id, inlineTemplate: true }).content
  },
}
