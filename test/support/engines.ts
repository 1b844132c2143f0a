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

const onPath = (...names: string[]): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .concat('/usr/bin')
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(file => existsSync(file))

const findFirefox = (): string | undefined => onPath('firefox-esr', 'firefox')

/** The browser lies where only its driver looks for it: below the folder of a machine's libraries. */
function findMiniBrowser(): string | undefined {
  const libraries = '/usr/lib'
  const folders = existsSync(libraries) ? readdirSync(libraries).map(name => join(libraries, name)) : []
  return [libraries, ...folders]
    .flatMap(folder =>
      ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map(name => join(folder, name, 'MiniBrowser')),
    )
    .find(file => existsSync(file))
}

const findWebKit = () => ({
  WebKitWebDriver: onPath('WebKitWebDriver'),
  Xvfb: onPath('Xvfb'),
  MiniBrowser: findMiniBrowser(),
})

const nameMissing = (found: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(found).filter(name => !found[name])

/** What of an engine is missing here. */
const missing = (engine: OptionalEngine): string[] =>
  engine === 'Firefox' ? nameMissing({ 'firefox-esr': findFirefox() }) : nameMissing(findWebKit())

export function firefoxPath(): string {
  const found = findFirefox()
  if (!found) throw new Error(`no Firefox on this machine. ${remedy('Firefox')}`)
  return found
}

export function webKitPaths() {
  const { WebKitWebDriver: driver, Xvfb: screen, MiniBrowser: browser } = findWebKit()
  if (!driver || !screen || !browser) throw new Error(`no WebKitGTK on this machine. ${remedy('WebKit')}`)
  return { driver, screen, browser }
}

const remedy = (engine: OptionalEngine): string =>
  `Install it with \`apt-get install ${PACKAGES[engine].join(' ')}\`, then try again.`

const MINUTES = 4

/** Finds an engine or installs it, telling what it does; answers why it cannot run, where that is so. */
export function installEngine(engine: OptionalEngine, tell: (line: string) => void): string | undefined {
  if (missing(engine).length === 0) return undefined
  const isDebian = existsSync('/etc/debian_version')
  if (!isDebian || process.getuid?.() !== 0)
    return `${missing(engine).join(', ')} not found, and only root on Debian may install it. ${remedy(engine)}`
  const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends']
  for (const parameters of [
    ['update', '-qq'],
    [...install, ...PACKAGES[engine]],
  ]) {
    tell(`no ${engine} found; running: apt-get ${parameters.join(' ')}`)
    // A failed update may still leave a usable package list: what counts is what is there at the end.
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: MINUTES * 60_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const still = missing(engine)
  return still.length === 0 ? undefined : `${still.join(', ')} could not be installed. ${remedy(engine)}`
}
