import { configuration } from '../consent/config.ts'
import { writeCookie } from '../consent/cookie.ts'
import { granted } from '../consent/state.ts'

/** Names that services of purposes not granted keep in this browser, as far as a script can see; removed on request. */
export function kept(isRemoving?: boolean): string[] {
  const found: string[] = []
  for (const [purpose, , , , keeps] of configuration.purposes)
    if (!granted(purpose))
      for (const [storage, pattern, path] of keeps)
        try {
          const area = storage === 'l' ? localStorage : sessionStorage
          const names =
            storage === 'c' ? document.cookie.split('; ').map(pair => pair.split('=')[0]!) : Object.keys(area)
          const fitting = names.filter(
            name => name === pattern || `${name.slice(0, pattern.length - 1)}*` === pattern,
          )
          found.push(...fitting)
          if (isRemoving) {
            if (storage === 'c') {
              // A cookie set for another path than this page's is invisible here, and removable all the same.
              if (path[1]) fitting.push(pattern)
              for (const name of fitting) expire(name, path)
            } else for (const name of fitting) area.removeItem(name)
          }
        } catch {
          // Storage is blocked: nothing is kept there.
        }
  return found
}

/** A cookie is removed only under the domain and path it was set with, and neither can be read. */
function expire(name: string, path: string): void {
  const labels = location.hostname.split('.')
  const remove = (path: string): void => {
    writeCookie(name, '', 0, `;path=${path}`)
    labels.map((_, first) =>
      writeCookie(name, '', 0, `;path=${path};domain=${labels.slice(first).join('.')}`),
    )
  }
  remove(path)
  path = ''
  for (const part of location.pathname.split('/')) {
    remove((path += part))
    remove((path += '/'))
  }
}
