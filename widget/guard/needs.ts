import type { GuardTable } from '../../shared/domain/guard.ts'

/** Filled in when the guard is printed. */
// oxlint-disable-next-line no-underscore-dangle -- looks like nothing else, so that it can be replaced
declare const __HOSTS__: GuardTable

const HOSTS = new Map(Object.entries(__HOSTS__))
const own = location.host

/** Purposes an address waits for, where its host or one above it is listed; the nearest one counts. '': it waits for none. */
export function needsOf(address: unknown): string {
  let needs
  try {
    const { host, hostname } = new URL(String(address), document.baseURI)
    if (host !== own)
      for (
        let name = (needs = HOSTS.get(host)) === undefined && hostname;
        name;
        name = name.replace(/^[^.]*\.?/, '')
      )
        if ((needs = HOSTS.get(name)) !== undefined) break
  } catch {
    // No address: the browser says so itself.
  }
  return needs ?? ''
}

/** Whoever broke `window.assent` has granted nothing. */
export function isGranted(needs: string): boolean {
  try {
    return needs.split(' ').every(purpose => window.assent!.granted(purpose))
  } catch {
    return false
  }
}

/** What the hosts that markup names wait for. */
export const needsNamed = (markup: unknown): string[] => {
  const text = String(markup)
  return [...HOSTS].flatMap(([name, needs]) => (text.includes(name) ? [needs] : []))
}

/** A visitor has asked for what is in this markup: its hosts go through on this page, and nothing is granted. */
export const pass = (markup: string): void => {
  for (const name of HOSTS.keys()) if (markup.includes(name)) HOSTS.set(name, '')
}
