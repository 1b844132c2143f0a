import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/**
 * The working tree as a fresh clone would have it, uncommitted changes included, in a folder of its own.
 * Packages are linked instead of installed again; `node_modules` itself is its own, so that caches stay apart.
 */
export function workingCopy(name: string): string {
  const copy = mkdtempSync(join(tmpdir(), `assent-${name}-`))
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT }).toString()
  for (const file of files.split('\0').filter(path => path && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(ROOT, file), join(copy, file))
  }
  mkdirSync(join(copy, 'node_modules'))
  for (const entry of readdirSync(join(ROOT, 'node_modules'))) {
    if (entry !== '.cache') symlinkSync(join(ROOT, 'node_modules', entry), join(copy, 'node_modules', entry))
  }
  return copy
}
