import { existsSync } from 'node:fs'

/** Chromium and the browsers made of it, in the order they are taken. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/homebrew/bin']
const FILES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** File of a browser that this machine has; `undefined` when none is found. */
export function installedBrowser(): string | undefined {
  const named = FOLDERS.flatMap(folder => NAMES.map(name => `${folder}/${name}`))
  return [...named, ...FILES].find(file => existsSync(file))
}
