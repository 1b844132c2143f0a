import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { installedBrowser } from '../../server/scan/installed-browser.ts'

/** A Chromium of this machine, else the one Playwright keeps; undefined when there is neither. */
export function findChromium(): string | undefined {
  const own = chromium.executablePath()
  return installedBrowser() ?? (existsSync(own) ? own : undefined)
}

/** As `findChromium`, for tests: without one there is nothing to test in, and that is a failure. */
export function chromiumPath(): string {
  const found = findChromium()
  if (!found) throw new Error(`no Chromium on this machine. ${REMEDY}`)
  return found
}

const REMEDY =
  'Install it with `apt-get install chromium` or `npx playwright-core install --with-deps chromium`, then try again.'

const APT = [
  ['apt-get', 'update', '-qq'],
  ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', 'chromium'],
]
const PLAYWRIGHT = [['npx', 'playwright-core', 'install', 'chromium']]

/** Finds Chromium or installs it, telling what it does; throws with the remedy when neither works. */
export function installChromium(tell: (line: string) => void): string {
  const found = findChromium()
  if (found) return found
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0
  for (const [command, ...parameters] of debian ? APT : PLAYWRIGHT) {
    tell(`no Chromium found; running: ${[command, ...parameters].join(' ')}`)
    // A failed update may still leave a usable package list: what counts is whether a browser is there at the end.
    spawnSync(command!, parameters, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  return chromiumPath()
}
