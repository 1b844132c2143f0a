import type { Loader } from '../consent/acting.ts'
import { configuration } from '../consent/config.ts'
import { writeCookie } from '../consent/cookie.ts'

/** A cookie is removed only under the domain and path it was set with, and neither can be read. */
function expire(name: string, declared: string): void {
  const labels = location.hostname.split('.')
  const paths = [declared, '']
  let path = ''
  for (const part of location.pathname.split('/')) paths.push((path += part), (path += '/'))
  for (const each of paths) {
    writeCookie(name, '', 0, `;path=${each}`)
    labels.map((_, first) =>
      writeCookie(name, '', 0, `;path=${each};domain=${labels.slice(first).join('.')}`),
    )
  }
}

/** Removes what services of purposes not granted keep: whatever is seen, and cookies declared for another path. */
export function clear({ kept, granted }: Pick<Loader, 'kept' | 'granted'>): void {
  for (const [name, storage, path] of kept())
    if (storage === 'c') expire(name, path)
    else (storage === 'l' ? localStorage : sessionStorage).removeItem(name)
  for (const [purpose, , , , keeps] of configuration.purposes)
    if (!granted(purpose))
      for (const [storage, name, path] of keeps) if (storage === 'c' && path !== '/') expire(name, path)
}
