import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What Debian calls the browsers beside Chromium. */
const PACKAGES = ['firefox-esr', 'webkit2gtk-driver', 'xvfb']

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
  driver: onPath('WebKitWebDriver'),
  screen: onPath('Xvfb'),
  browser: findMiniBrowser(),
})

const nameMissing = (found: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(found).filter(name => !found[name])

/** Why an engine cannot run here; undefined where it can. */
export const WHY_NOT: Readonly<Record<'Firefox' | 'WebKit', () => string | undefined>> = {
  Firefox: () => (findFirefox() ? undefined : 'no firefox-esr on this machine'),
  WebKit: () => {
    const missing = nameMissing(findWebKit())
    return missing.length === 0 ? undefined : `of webkit2gtk-driver and xvfb the ${missing.join(', ')} is missing`
  },
}

export function firefoxPath(): string {
  const found = findFirefox()
  if (!found) throw new Error(`no Firefox on this machine. ${REMEDY}`)
  return found
}

export function webKitPaths() {
  const { driver, screen, browser } = findWebKit()
  if (!driver || !screen || !browser) throw new Error(`no WebKitGTK on this machine. ${REMEDY}`)
  return { driver, screen, browser }
}

const REMEDY = `Install it with \`apt-get install ${PACKAGES.join(' ')}\`, then try again.`

const MINUTES = 4

/** Installs what is missing where that is allowed; says why nothing was tried or what was still missing. */
export function installEngines(tell: (line: string) => void): void {
  if (!WHY_NOT.Firefox() && !WHY_NOT.WebKit()) return
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return tell(`Firefox or WebKit is missing, and only root on Debian may install it. ${REMEDY}`)
  const get = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends']
  for (const parameters of [['update', '-qq'], [...get, ...PACKAGES]]) {
    tell(`running: apt-get ${parameters.join(' ')}`)
    // A failed update may still leave a usable package list: what counts is what is there at the end.
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: MINUTES * 60_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
}
