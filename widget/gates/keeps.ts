import type { Kept } from '../consent/acting.ts'
import { configuration } from '../consent/config.ts'
import { granted } from '../consent/state.ts'

/** Names of what a kind of storage holds: cookies, local or session storage. */
export function namesIn(storage: Kept[1]): string[] {
  try {
    return storage === 'c'
      ? document.cookie.split('; ').map(pair => pair.split('=')[0]!)
      : Object.keys(storage === 'l' ? localStorage : sessionStorage)
  } catch {
    return [] // It is blocked: nothing is kept there.
  }
}

/** What services of purposes not granted keep in this browser, as far as a script can see. */
export const kept = (): Kept[] =>
  configuration.purposes.flatMap(([purpose, , , , keeps]) =>
    granted(purpose)
      ? []
      : keeps.flatMap(([storage, pattern, path]) =>
          namesIn(storage)
            .filter(name => name === pattern || `${name.slice(0, pattern.length - 1)}*` === pattern)
            .map((name): Kept => [name, storage, path]),
        ),
  )
