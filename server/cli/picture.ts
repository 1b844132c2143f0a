import { spawnSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome']

/** A Chromium where systems put theirs. */
export const someBrowser = (): string | undefined =>
  FOLDERS.flatMap(folder => BROWSERS.map(name => join(folder, name))).find(file => existsSync(file))

/** Takes a picture of a page of ours, which holds no script and loads nothing; `false` where it could not be taken. */
export function pictureOf(browser: string, page: string): boolean {
  const picture = page.replace(/\.html$/, '.png')
  const part = `${picture}.part.png`
  const args = [
    '--headless',
    '--disable-gpu',
    '--hide-scrollbars',
    '--window-size=800,1000',
    // Chromium refuses to run as root with its sandbox.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--screenshot=${resolve(part)}`,
    pathToFileURL(resolve(page)).href,
  ]
  spawnSync(browser, args, { stdio: 'ignore', timeout: 60_000 })
  if (!existsSync(part)) return false
  renameSync(part, picture)
  return true
}
