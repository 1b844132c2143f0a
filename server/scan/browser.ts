import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { installedBrowser } from './installed-browser.ts'

/** A browser that cannot be had; its message says what to install. */
export class NoBrowser extends Error {}

export interface BrowserChoice {
  /** File of the browser; found by itself when left out. */
  readonly path?: string
  /** Further arguments, such as `--host-resolver-rules=…`. */
  readonly arguments?: readonly string[]
}

/** Nothing of the browser's own goes out, and frames of other sites are watched in the page's own process. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-site-isolation-trials',
  // Many a tag keeps still where it sees a robot, and visitors are none.
  '--disable-blink-features=AutomationControlled',
]

export async function openBrowser(choice: BrowserChoice = {}): Promise<Browser> {
  const { chromium } = await playwright()
  if (choice.path !== undefined && !existsSync(choice.path))
    throw new NoBrowser(`There is no browser at ${choice.path}: check the path`)
  const path = [choice.path ?? installedBrowser(), chromium.executablePath()].find(
    file => file !== undefined && existsSync(file),
  )
  if (path === undefined)
    throw new NoBrowser(
      'No Chromium was found in the usual places: install it ("apt-get install chromium" or "npx playwright-core install chromium"), or name one with --browser <file>',
    )
  try {
    return await chromium.launch({
      executablePath: path,
      // Chromium does not start its sandbox for root, as in a container of CI.
      args: [
        ...ARGUMENTS,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...(choice.arguments ?? []),
      ],
    })
  } catch (cause) {
    // The rest of it is all that was tried to start it with.
    const [why = ''] = (cause instanceof Error ? cause.message : '').split('\n')
    throw new NoBrowser(`${path} did not start (${why}): name another with --browser <file>`)
  }
}

/** Not among what a server installs: only who scans needs it. */
async function playwright(): Promise<typeof import('playwright-core')> {
  try {
    return await import('playwright-core')
  } catch {
    throw new NoBrowser(
      'The scan drives a browser with playwright-core, which is not installed: run "npm install --save-dev playwright-core"',
    )
  }
}
