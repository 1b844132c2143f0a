import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Engines beside Chromium, without which the rest can still be tested. */
export type OptionalEngine = 'Firefox' | 'WebKit'

/** What Debian calls them. */
const PACKAGES: Readonly<Record<OptionalEngine, readonly string[]>> = {
  Firefox: ['firefox-esr'],
  WebKit: ['webkit2gtk-driver', 'xvfb'],
}

/** What an engine consists of: the names that each part may go by. */
const PARTS: Readonly<Record<OptionalEngine, readonly (readonly [string, ...string[]])[]>> = {
  Firefox: [['firefox-esr', 'firefox']],
  WebKit: [['WebKitWebDriver'], ['Xvfb'], ['MiniBrowser']],
}

/** A computer, as far as engines are found on it and installed. */
export interface Machine {
  /** Path of a program. */
  find(name: string): string | undefined
  readonly mayInstall: boolean
  /** Runs Debian's package tool. */
  aptGet(parameters: readonly string[]): void
}

const MINUTES = 4

const thisMachine: Machine = {
  find: name =>
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .concat('/usr/bin', librariesWith('MiniBrowser'))
      .map(folder => join(folder, name))
      .find(file => existsSync(file)),
  mayInstall: existsSync('/etc/debian_version') && process.getuid?.() === 0,
  aptGet: parameters =>
    void spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: MINUTES * 60_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }),
}

/** WebKitGTK's browser lies where only its driver looks for it: among the libraries. */
function librariesWith(name: string): string[] {
  const libraries = '/usr/lib'
  const folders = existsSync(libraries) ? readdirSync(libraries).map(each => join(libraries, each)) : []
  return [libraries, ...folders]
    .flatMap(folder => ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map(each => join(folder, each)))
    .filter(folder => existsSync(join(folder, name)))
}

const missing = (engine: OptionalEngine, machine: Machine): string[] =>
  PARTS[engine].filter(names => !names.some(name => machine.find(name))).map(([name]) => name)

const remedy = (engine: OptionalEngine): string =>
  `Install it with \`apt-get install ${PACKAGES[engine].join(' ')}\`, then try again.`

/** It was not there, and could not be had. */
export const isAbsent = (engine: OptionalEngine): boolean => missing(engine, thisMachine).length > 0

/** Paths of an engine's parts, for tests: without them there is nothing to test in, and that is a failure. */
export function partsOf(engine: OptionalEngine): string[] {
  const paths = PARTS[engine].map(names => names.map(thisMachine.find).find(Boolean))
  if (paths.includes(undefined)) throw new Error(`no ${engine} on this machine. ${remedy(engine)}`)
  return paths as string[]
}

/** Finds an engine or installs it, telling what it does; answers why it cannot run, where that is so. */
export function installEngine(
  engine: OptionalEngine,
  tell: (line: string) => void,
  machine: Machine = thisMachine,
): string | undefined {
  const absent = missing(engine, machine).join(', ')
  if (!absent) return undefined
  if (!machine.mayInstall)
    return `${absent} not found, and only root on Debian may install it. ${remedy(engine)}`
  const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends']
  for (const parameters of [
    ['update', '-qq'],
    [...install, ...PACKAGES[engine]],
  ]) {
    tell(`no ${engine} found; running: apt-get ${parameters.join(' ')}`)
    // A failed update may still leave a usable package list: what counts is what is there at the end.
    machine.aptGet(parameters)
  }
  const still = missing(engine, machine).join(', ')
  return still ? `${still} could not be installed. ${remedy(engine)}` : undefined
}
