/** What a kind of storage holds: cookies as `name=value`, local and session storage as names. */
export function stored(kind: 'c' | 'l' | 's'): string[] {
  try {
    return kind === 'c'
      ? document.cookie.split('; ')
      : Object.keys(kind === 'l' ? localStorage : sessionStorage)
  } catch {
    return [] // It is blocked, or this is an opaque origin: nothing is kept there.
  }
}

/** No value of ours has an equals sign. */
export const readCookie = (name: string): string | undefined =>
  stored('c')
    .find(pair => pair.startsWith(name + '='))
    ?.split('=')[1]
