import { readFileSync } from 'node:fs'

// The same code runs from server/cli and, as JavaScript, from dist/server/cli.
const built = import.meta.url.endsWith('.js')

/** Folder with the built files of the widget. */
export const DIST = new URL(built ? '../../' : '../../dist/', import.meta.url)

const PACKAGE = new URL(built ? '../../../package.json' : '../../package.json', import.meta.url)

export function version(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }
  return version
}
