import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { C15T_ENTRY, CANDIDATES } from './candidates.ts'

/** Fetches the peers into a folder of their own: nothing of them is a dependency of ours. */
export async function installPeers(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const packages = CANDIDATES.flatMap(({ packages: wanted = [] }) => wanted)
  // Scripts of packages are not run: none of them needs one to be read.
  const how = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...packages]
  execFileSync('npm', how, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(join(folder, 'c15t-entry.js'), C15T_ENTRY)
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      lib: { entry: join(folder, 'c15t-entry.js'), formats: ['es'], fileName: () => 'c15t.js' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
}
