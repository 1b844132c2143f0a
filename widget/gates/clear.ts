import { configuration } from '../consent/config.ts'
import { writeCookie } from '../consent/cookie.ts'
import { granted } from '../consent/state.ts'
import { stored } from '../consent/stored.ts'
import { cookiePlaces } from './cookie-places.ts'

export function expire(name: string, declared: string): void {
  for (const place of cookiePlaces(declared)) writeCookie(name, '', 0, place)
}

/** Cookies and keys that services of purposes not granted keep in this browser, as far as a script can see. */
const kept = () =>
  configuration.purposes.flatMap(([purpose, , , , keeps]) =>
    granted(purpose)
      ? []
      : keeps.flatMap(([storage, pattern, path]) =>
          stored(storage)
            .map(pair => (storage === 'c' ? pair.split('=')[0]! : pair))
            .filter(name => name === pattern || `${name.slice(0, pattern.length - 1)}*` === pattern)
            .map(name => ({ name, storage, path })),
        ),
  )

/** Names of what could not be removed. */
export const leftovers = (): string[] => kept().map(({ name }) => name)

/** Removes whatever is seen, and cookies declared for another path, which cannot be seen from here. */
export function clear(): void {
  for (const { name, storage, path } of kept())
    if (storage === 'c') expire(name, path)
    else window[storage].removeItem(name)
  for (const [purpose, , , , keeps] of configuration.purposes)
    if (!granted(purpose))
      for (const [storage, name, path] of keeps) if (storage === 'c' && path !== '/') expire(name, path)
}
